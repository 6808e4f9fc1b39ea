// What it means is said in kulkul.d.ts, and why it is so in docs/decisions/0027.

export class KulkulError extends Error {
  constructor(code, message, details) {
    super(message);
    Object.assign(this, { name: 'KulkulError', code }, details);
  }
}

const CLOSES = {
  1000: 'normal',
  1001: 'going_away',
  1009: 'message_too_large',
  1012: 'restarting',
  1013: 'full',
  4400: 'protocol_violation',
  4401: 'token',
  4403: 'not_allowed',
  4408: 'silent',
  4409: 'too_many_connections',
  4410: 'disconnected',
  4413: 'slow',
  4429: 'rate_limited',
};
const TERMINAL = [1000, 1009, 4400, 4403, 4410];
const TRY_AGAIN = ['unavailable', 'rate_limited', 'internal'];

const ATTEMPT_TIMEOUT = 20_000;
const STABLE_AFTER = 5_000;
const HEARTBEAT_SLACK = 10_000;
const PROBE_TIMEOUT = 5_000;
const LINGER = 1_000;
const KEY_LIFETIME = 270_000;
const MOST_LISTED = 1_000;
const MOST_HELD = 10_000;
const GAP = {};
const STATE = {};

let apart = 0;
let ahead = 0;

export function connect(url, options) {
  return new Kulkul(url, options);
}

class Kulkul {
  #options;
  #url;
  #status = {};
  #listeners = new Listeners();
  #page = new AbortController();
  #turn;
  #socket;
  #timers = {};
  #attempts = 0;
  #windows = 0;
  #windowEnd = 0;
  #openedAt;
  #leaveAt;
  #asleep;
  #token;
  #refusedToken;
  #heardAt;
  #doubted;
  #patience;
  #limits = {};
  #skew = 0;
  #ids = 0;
  #sent = new Map();
  #queue = [];
  #paused = new Set();
  #budget;
  #budgetAt;
  #channels = new Map();
  #routes = new Map();

  constructor(url, options = {}) {
    this.#options = { queue: 1000, WebSocket: globalThis.WebSocket, ...options };
    this.#options.backoff = { first: 15_000, longest: 30_000, ...options.backoff };
    if (!this.#options.WebSocket) {
      throw new KulkulError('no_websocket', 'no WebSocket: give one as an option');
    }
    const address = new URL(url, globalThis.location?.href);
    address.protocol = address.protocol.replace('http', 'ws');
    this.#url = address.href;
    this.#watchPage();
    this.#begin();
  }

  get state() {
    return this.#status.state;
  }

  get status() {
    return this.#status;
  }

  on(type, handler) {
    return this.#listeners.add(type, handler);
  }

  channel(name, options) {
    let channel = this.#channels.get(name);
    if (!channel) {
      channel = new Channel(name, {
        enter: () => {
          this.#rouse();
          this.#resubscribe();
        },
        leave: () => this.#resubscribe(),
        ask: (command, signal) => this.#request(command, signal),
        report: (type, what) => this.#report(type, what),
        ended: () => this.#ended(),
      });
      this.#channels.set(name, channel);
      this.#routes.set(name, channel);
    }
    if (options) {
      channel._configure(options);
    }
    return channel;
  }

  renew() {
    if (this.#rouse()) {
      return;
    }
    const failed = error => {
      this.#report('error', error);
      this.#set('renew', 5_000 * (1 + Math.random()), () => this.renew());
    };
    this.#withToken(token => {
      if (token && this.state === 'open') {
        this.#authenticate(token, () => {
          this.#channels.forEach(channel => channel.state === 'refused' && channel._interrupt());
          this.#resubscribe();
        }, failed);
      }
    }, failed);
  }

  reconnect() {
    if (this.state === 'waiting') {
      this.#begin();
    }
  }

  close() {
    this.#end(new KulkulError('closed', 'the application closed it'));
  }

  #begin() {
    this.#asleep = '';
    this.#drop();
    this.#set('attempt', ATTEMPT_TIMEOUT, () => this.#lose(new KulkulError('timeout', 'connecting took too long')));
    this.#become({ state: 'connecting', attempt: ++this.#attempts });
    if (this.state === 'connecting') {
      this.#withToken(token => this.#open(token), error => this.#lose(error));
    }
  }

  #open(token) {
    this.#token = token;
    if (token && token === this.#refusedToken) {
      this.#end(new KulkulError('token', 'the hub refuses this token'));
      return;
    }
    let socket;
    try {
      socket = new this.#options.WebSocket(this.#url, ['kulkul.v1+batch', 'kulkul.v1']);
    } catch (cause) {
      this.#end(new KulkulError('unreachable', cause.message, { cause }));
      return;
    }
    this.#socket = socket;
    const mine = task => event => socket === this.#socket && task(event);
    socket.onmessage = mine(({ data }) => this.#receive(data));
    socket.onclose = mine(({ code }) => this.#closed(code));
    socket.onerror = () => {};
    socket.on?.('unexpected-response', (request, { statusCode, headers }) => {
      request.destroy();
      mine(() => this.#refusedByHttp(statusCode, headers['retry-after']))();
    });
  }

  #refusedByHttp(status, after) {
    const reason = new KulkulError('unreachable', `the hub answered HTTP ${status}`, { status });
    if ([401, 403].includes(status)) {
      this.#end(reason);
    } else {
      this.#lose(reason, Math.max(0, after * 1000 || Date.parse(after) - Date.now() || 0));
    }
  }

  #closed(close) {
    const code = CLOSES[close] ?? 'unreachable';
    const reason = new KulkulError(code, `connection closed: ${code} (${close})`, { close });
    if (TERMINAL.includes(close)) {
      this.#end(reason);
    } else if (close === 4401 && this.#openedAt) {
      this.#loseToken(reason);
    } else {
      this.#lose(reason);
    }
  }

  #loseToken(reason) {
    this.#refusedToken = this.#token;
    if (this.#token && !this.#options.token.call) {
      this.#end(reason);
    } else {
      this.#asleep = !this.#token && 'idle';
      this.#lose(reason);
    }
  }

  #lose(reason, least = 0, atOnce) {
    const at = now();
    if (at - this.#openedAt > STABLE_AFTER) {
      this.#windows = this.#windowEnd = 0;
    }
    const told = this.#leaveAt;
    this.#drop();
    const code = this.#asleep || this.#offline() && 'offline';
    if (code) {
      this.#become({ state: 'waiting', reason: new KulkulError(code, `the page is ${code}`, { cause: reason }) });
      return;
    }
    let wait = 0;
    if (told) {
      wait = Math.max(0, told - at);
      this.#windows ||= 1;
      this.#windowEnd = at + wait;
    } else if (!atOnce) {
      wait = this.#backOff(at, least);
    }
    this.#set('retry', wait, () => this.#begin());
    this.#become({ state: 'waiting', reason, until: Date.now() + wait });
  }

  #backOff(at, least) {
    const { first, longest } = this.#options.backoff;
    const length = Math.min(longest, first * 2 ** this.#windows++);
    const begin = Math.max(at + least, Math.min(this.#windowEnd, at + longest));
    this.#windowEnd = begin + length;
    return begin - at + Math.random() * length;
  }

  #end(reason) {
    if (this.state !== 'closed') {
      this.#drop();
      this.#page.abort();
      this.#become({ state: 'closed', reason });
      this.#queue.splice(0).forEach(request => request.reject(reason));
      this.#channels.forEach(channel => channel._end(reason));
    }
  }

  #drop() {
    this.#turn = {};
    const socket = this.#socket;
    this.#socket = this.#openedAt = this.#leaveAt = undefined;
    socket?.close(1000);
    Object.values(this.#timers).forEach(clearTimeout);
    this.#paused.clear();
    this.#sent.forEach(({ request }) => request && this.#enqueue(request));
    this.#sent.clear();
    this.#channels.forEach(channel => channel._interrupt());
  }

  #become(status) {
    const before = this.#status;
    if (this.state !== 'closed') {
      this.#status = status;
      this.#listeners.tell('state', status, before);
    }
  }

  #report(type, what) {
    if (!this.#listeners.tell(type, what) && type === 'error') {
      console.error('kulkul:', what);
    }
  }

  #set(name, millis, task) {
    clearTimeout(this.#timers[name]);
    this.#timers[name] = setTimeout(task, Math.min(millis, 2e9));
  }

  async #withToken(task, failed) {
    const turn = this.#turn;
    const { token } = this.#options;
    let given, error;
    try {
      given = await (token?.call ? token() : token);
    } catch (cause) {
      error = new KulkulError('token', `no token: ${cause?.message ?? cause}`, { cause });
    }
    if (turn === this.#turn) {
      error ? failed(error) : task(given);
    }
  }

  #watchPage() {
    const { document } = globalThis;
    const { signal } = this.#page;
    const listen = (target, type, task) => target?.addEventListener?.(type, task, { signal });
    const sleep = () => {
      this.#asleep = 'frozen';
      this.#lose();
    };
    const wake = () => {
      this.reconnect();
      this.#doubt();
    };
    listen(globalThis, 'online', wake);
    listen(globalThis, 'offline', () => this.#doubt());
    listen(globalThis, 'pagehide', sleep);
    listen(globalThis, 'pageshow', wake);
    listen(document, 'freeze', sleep);
    listen(document, 'resume', wake);
    listen(document, 'visibilitychange', () => document.visibilityState === 'visible' && wake());
  }

  #rouse() {
    if (this.#asleep === 'idle') {
      this.reconnect();
      return true;
    }
  }

  #offline() {
    return globalThis.navigator?.onLine === false && !/^wss?:..(localhost|127\.|\[::1)/.test(this.#url);
  }

  #doubt() {
    if (this.state === 'open') {
      this.#send({ type: 'ping' });
      this.#heardAt = now() - this.#patience + PROBE_TIMEOUT;
      this.#doubted = true;
      this.#watchSilence();
    } else if (this.state === 'waiting' && this.#offline()) {
      this.#lose(this.#status.reason);
    }
  }

  #watchSilence() {
    const left = this.#heardAt + this.#patience - now();
    if (left > 0) {
      this.#set('silence', left, () => this.#watchSilence());
    } else {
      this.#lose(new KulkulError('silent', 'the hub is silent'), 0, this.#doubted || left < -PROBE_TIMEOUT);
    }
  }

  #receive(text) {
    this.#heardAt = now();
    this.#doubted = false;
    const turn = this.#turn;
    for (const frame of [JSON.parse(text)].flat()) {
      if (turn === this.#turn) {
        this.#take(frame);
      }
    }
  }

  #take(frame) {
    const { type, id, channel, reason, code, message, retry, correlation } = frame;
    if (type === 'message') {
      this.#routes.get(frame.pattern ?? channel)?._message(frame);
    } else if (type === 'gap') {
      this.#channels.forEach(each => each._gap(frame));
    } else if (type === 'ping') {
      this.#send({ type: 'pong', id });
    } else if (type === 'connected') {
      this.#greet(frame);
    } else if (type === 'reconnect') {
      this.#leaveAt = now() + frame.after;
    } else if (type === 'unsubscribed' && reason !== 'requested') {
      this.#routes.get(channel)?._ended(reason);
    } else {
      if (type === 'pong') {
        this.#skew = frame.timestamp - now();
      }
      const error = type === 'error' && new KulkulError(code, message, { channel, retry, correlation });
      const asked = this.#sent.get(id);
      this.#sent.delete(id);
      if (asked) {
        asked.answer(frame, error);
      } else if (error) {
        this.#report('error', error);
      }
    }
  }

  #greet(frame) {
    const { connection, instance, heartbeat, limits } = frame;
    this.#limits = limits;
    this.#budget = limits.messagesPerSecond;
    this.#budgetAt = now();
    this.#patience = heartbeat + HEARTBEAT_SLACK;
    this.#watchSilence();
    const opened = ({ user, tenant }) => {
      clearTimeout(this.#timers.attempt);
      this.#openedAt = now();
      this.#attempts = 0;
      this.#become({ state: 'open', connection, instance, user, tenant });
      this.#resubscribe();
      this.#flush();
    };
    this.#send({ type: 'ping' });
    if (this.#token) {
      this.#authenticate(this.#token, opened, error => {
        if (error.code.startsWith('token')) {
          this.#loseToken(error);
        } else if (TRY_AGAIN.includes(error.code)) {
          this.#lose(error);
        } else {
          this.#end(error);
        }
      });
    } else {
      opened(frame);
    }
  }

  #authenticate(token, done, failed) {
    this.#ask({ type: 'authenticate', token }, (reply, error) => {
      if (error) {
        failed(error);
        return;
      }
      this.#token = token;
      if (this.#options.token.call && reply.expires) {
        const left = reply.expires - now() - this.#skew;
        this.#set('renew', Math.max(1000, left * (0.75 + 0.15 * Math.random())), () => this.renew());
      }
      done(reply);
    });
  }

  #ask(command, answer) {
    const id = String(++this.#ids);
    this.#put(id, encode({ ...command, id }), { answer });
  }

  #put(id, text, asked) {
    const limit = this.#limits.messageBytes;
    if (text.length * 3 > limit && new TextEncoder().encode(text).length > limit) {
      queueMicrotask(() => asked.answer({}, new KulkulError('limit_message_size', `more than ${limit} bytes`)));
    } else {
      this.#sent.set(id, asked);
      this.#transmit(text);
    }
  }

  #send(frame) {
    this.#transmit(JSON.stringify(frame));
  }

  #transmit(text) {
    this.#budget--;
    if (this.#socket?.readyState === 1) {
      this.#socket.send(text);
    }
  }

  async #request(command, signal) {
    signal?.throwIfAborted();
    const ended = this.#ended();
    if (ended) {
      throw ended;
    }
    if (this.#queue.length + this.#sent.size >= this.#options.queue) {
      throw new KulkulError('queue_full', `${this.#options.queue} wait already`);
    }
    const number = ++this.#ids;
    const { key, channel } = command;
    const text = encode({ ...command, id: String(number) });
    let abort;
    try {
      return await new Promise((resolve, reject) => {
        const request = { number, key, text, signal, resolve, reject, namespace: channel.split(':')[0], tries: 0 };
        abort = () => {
          this.#queue = this.#queue.filter(each => each !== request);
          reject(signal.reason);
        };
        signal?.addEventListener('abort', abort);
        this.#enqueue(request);
        this.#rouse();
        this.#flush();
      });
    } finally {
      signal?.removeEventListener('abort', abort);
    }
  }

  #enqueue(request) {
    if (!request.signal?.aborted) {
      const before = this.#queue.findLastIndex(each => each.number < request.number);
      this.#queue.splice(before + 1, 0, request);
    }
  }

  #flush() {
    while (this.state === 'open' && !this.#paused.has('')) {
      const next = this.#queue.findIndex(({ namespace }) => !this.#paused.has(namespace));
      if (next < 0 || this.#mustWait('flush', () => this.#flush())) {
        return;
      }
      this.#post(this.#queue.splice(next, 1)[0]);
    }
  }

  #mustWait(name, task) {
    const rate = this.#limits.messagesPerSecond;
    const at = now();
    this.#budget = rate ? Math.min(rate, this.#budget + (at - this.#budgetAt) * 0.9 * rate / 1000) : Infinity;
    this.#budgetAt = at;
    if (this.#budget < 1) {
      this.#set(name, Math.ceil((1 - this.#budget) * 1000 / rate), task);
      return true;
    }
  }

  #post(request) {
    const { number, key, text, signal, resolve, reject } = request;
    request.firstSentAt ??= now();
    if (key && now() - request.firstSentAt > KEY_LIFETIME) {
      reject(new KulkulError('unknown_outcome', 'it was sent, and perhaps done'));
      return;
    }
    this.#put(String(number), text, {
      request,
      answer: (reply, error) => {
        const code = error?.code;
        if (!error) {
          resolve(reply);
        } else if (TRY_AGAIN.includes(code) && code !== 'internal' && (key || signal || request.tries < 5)) {
          this.#enqueue(request);
          this.#pause(code === 'unavailable' ? request.namespace : '', error.retry ?? spread(request.tries));
          request.tries++;
        } else {
          reject(error);
        }
        this.#flush();
      },
    });
  }

  #pause(what, millis) {
    this.#paused.add(what);
    this.#set(`:${what}`, millis, () => {
      this.#paused.delete(what);
      this.#flush();
    });
  }

  #resubscribe() {
    for (const channel of this.#channels.values()) {
      if (this.state === 'open' && (channel._leaving || channel.state === 'subscribing') && !channel._asking) {
        if (this.#mustWait('subscribe', () => this.#resubscribe())) {
          return;
        }
        this.#change(channel);
      }
    }
  }

  #change(channel) {
    const at = now();
    const leaving = channel._leaving;
    const command = channel._command(this.#limits.messageBytes);
    const asking = channel._asking = {};
    this.#ask(command, (reply, error) => {
      if (channel._asking !== asking) {
        return;
      }
      if (TRY_AGAIN.includes(error?.code)) {
        channel._retry = setTimeout(() => {
          channel._asking = undefined;
          this.#resubscribe();
        }, error.retry ?? spread(channel._tries++));
        return;
      }
      channel._asking = undefined;
      if (leaving) {
        channel._leaving = false;
        this.#resubscribe();
      } else if (error) {
        channel._refuse(error);
      } else {
        this.#routes.set(reply.channel, channel);
        channel._begin(reply, command.since, Math.floor(at + this.#skew));
      }
    });
  }

  #ended() {
    return this.state === 'closed' && this.#status.reason;
  }
}

// What begins with _ is for the connection.
class Channel {
  state = 'idle';
  error;
  #users = 0;
  _tries = 0;
  _asking;
  _leaving;
  _retry;
  #linger;
  #hub;
  #filter;
  #regex;
  #listeners = new Listeners();
  #streams = new Set();
  #called;
  #resumable;
  #epoch;
  #positions;
  #timestamp;
  #healing = new Map();
  #unheard = [];

  constructor(name, hub) {
    this.name = this.#called = name;
    this.#hub = hub;
    this.#regex = name.includes('*') && patternOf(name);
    this.#start();
  }

  _configure({ filter, since }) {
    if ((filter || !this.#users) && JSON.stringify(filter) !== JSON.stringify(this.#filter)) {
      if (this.#users) {
        throw new KulkulError('bad_request', 'another filter is in use');
      }
      this.#leave();
      this.#filter = filter;
    }
    if (this.state === 'idle') {
      this.#start(since);
    }
  }

  get position() {
    return this.#since(MOST_LISTED);
  }

  #since(most) {
    const timestamp = this.#timestamp;
    if (this.#regex) {
      return this.#resumable ? { channels: Object.fromEntries([...this.#positions].slice(-most)), timestamp } : undefined;
    }
    return this.#positions.get(this.#called);
  }

  on(event, handler) {
    const remove = this.#listeners.add(event, handler);
    const release = this.#use();
    return () => {
      remove();
      release();
    };
  }

  onGap(handler) {
    return this.#listeners.add(GAP, handler);
  }

  onState(handler) {
    return this.#listeners.add(STATE, handler);
  }

  events({ buffer = 1000, signal } = {}) {
    const waiting = [];
    let wake;
    const stream = {
      push: event => {
        if (waiting.push(event) > buffer) {
          const { channel, seq, epoch } = waiting.shift();
          this.#lost({ channel, from: seq, to: seq, epoch, reason: 'buffer' });
        }
        wake?.();
      },
      end: error => {
        stream.over = true;
        stream.error = error?.code !== 'closed' && error;
        this.#streams.delete(stream);
        signal?.removeEventListener('abort', stop);
        release();
        wake?.();
      },
    };
    const stop = () => stream.end();
    this.#streams.add(stream);
    const release = this.#use();
    signal?.addEventListener('abort', stop);
    const ended = this.#hub.ended();
    if (ended || signal?.aborted) {
      stream.end(ended);
    }
    const loop = (async function* () {
      try {
        for (;;) {
          while (waiting[0]) {
            yield waiting.shift();
          }
          if (stream.over) {
            break;
          }
          await new Promise(resolve => wake = resolve);
        }
        if (stream.error) {
          throw stream.error;
        }
      } finally {
        stop();
      }
    })();
    const end = loop.return;
    loop.return = value => {
      stop();
      return end.call(loop, value);
    };
    return loop;
  }

  [Symbol.asyncIterator]() {
    return this.events();
  }

  async publish(event, payload = null, { key, correlation, signal } = {}) {
    key ??= randomKey();
    const command = { type: 'publish', channel: this.name, event, payload, key, correlation };
    const { epoch, seq, duplicate } = await this.#hub.ask(command, signal);
    return { epoch, seq, duplicate, key };
  }

  async history({ since, limit, reverse, signal } = {}) {
    const command = { type: 'history', channel: this.name, since, limit, reverse };
    const { epoch, seq, events } = await this.#hub.ask(command, signal);
    return { epoch, seq, events: events.map(event => ({ epoch, ...event })) };
  }

  #start(since) {
    this.#resumable = since != null;
    this.#epoch = since?.epoch;
    this.#positions = new Map(this.#regex ? Object.entries(since?.channels ?? {}) : [[this.#called, since]]);
    this.#timestamp = since?.timestamp;
  }

  #use() {
    const ended = this.#hub.ended();
    this.#users++;
    clearTimeout(this.#linger);
    queueMicrotask(() => this.#unheard.splice(0).forEach(frame => this.#pass(frame)));
    if (ended) {
      this.#change('refused', ended);
    } else if (this.state !== 'live') {
      this.#change('subscribing');
      this.#hub.enter();
    }
    let using = true;
    return () => {
      if (using) {
        using = false;
        if (--this.#users === 0) {
          this.#linger = setTimeout(() => this.#leave(), LINGER);
          this.#linger.unref?.();
        }
      }
    };
  }

  #leave() {
    clearTimeout(this.#linger);
    if (!this._leaving && (this.state === 'live' || this._asking)) {
      this.#forsake(true);
    }
    this.#healing.clear();
    this.#unheard = [];
    this.#start();
    this.#change('idle');
    this.#hub.leave();
  }

  _command(bytes) {
    const channel = this.name;
    const since = this.#resumable ? this.#since(Math.min(MOST_LISTED, bytes / 400)) : undefined;
    return this._leaving ? { type: 'unsubscribe', channel } : { type: 'subscribe', channel, filter: this.#filter, since };
  }

  _begin({ channel, epoch, seq, recovered, replayed }, since, at) {
    const again = this.#resumable;
    const recounted = since?.seq > seq || since?.epoch !== undefined && since.epoch !== epoch;
    if (recounted) {
      this.#healing.forEach((healing, name) => this.#heal(name, healing));
    }
    if (this.state !== 'subscribing') {
      return;
    }
    this.#timestamp ??= at;
    this._tries = 0;
    this.#called = channel;
    this.#resumable = true;
    this.#epoch = epoch;
    if (seq !== undefined) {
      const before = recounted ? 0 : since ? since.seq : Math.max(0, seq - replayed);
      this.#positions.set(channel, { seq: before, epoch });
    }
    this.#change('live');
    if (again && !recovered && (seq === undefined || recounted)) {
      this.#lost({ channel, reason: recounted ? 'reset' : 'unknown', epoch });
    }
  }

  _message(frame) {
    frame.epoch ??= this.#epoch;
    const healing = this.#healing.get(frame.channel);
    if (!healing) {
      this.#pass(frame);
    } else if (healing.held.push(frame) > MOST_HELD) {
      healing.abort.abort();
    }
  }

  #pass(frame) {
    if (this._leaving || !this.#users && this.state !== 'live') {
      return;
    }
    if (!this.#users || this.#unheard[0]) {
      if (this.#unheard.push(frame) > MOST_HELD) {
        this.#leave();
      }
    } else if (this.#advance(frame)) {
      new Set([frame.event, '*']).forEach(name => this.#listeners.tell(name, frame.payload, frame));
      this.#streams.forEach(stream => stream.push(frame));
    }
  }

  #advance({ channel, seq, epoch, timestamp }) {
    this.#timestamp = Math.max(this.#timestamp ?? 0, timestamp);
    if (seq !== undefined) {
      const known = this.#positions.get(channel);
      if (known?.epoch === epoch && seq <= known?.seq) {
        return false;
      }
      this.#positions.delete(channel);
      this.#positions.set(channel, { seq, epoch });
      if (this.#positions.size > MOST_HELD) {
        this.#positions.delete(this.#positions.keys().next().value);
      }
    }
    return true;
  }

  async _gap(frame) {
    const { channel, to, reason } = frame;
    if (this.state !== 'live' || !(this.#regex ? this.#regex.test(channel) : channel === this.#called)) {
      return;
    }
    if (this.#healing.has(channel)) {
      this._message(frame);
      return;
    }
    const known = this.#positions.get(channel);
    const epoch = this.#regex ? known?.epoch : this.#epoch;
    let next = Math.max(frame.from, (known?.seq ?? 0) + 1);
    const healing = { held: [], abort: new AbortController(), lost: () => ({ channel, from: next, to, reason, epoch }) };
    this.#healing.set(channel, healing);
    let cause;
    try {
      while (next <= to) {
        const command = { type: 'history', channel, since: { seq: next - 1, epoch }, limit: Math.min(1000, to - next + 1) };
        const reply = await this.#hub.ask(command, healing.abort.signal);
        if (this.#healing.get(channel) !== healing) {
          return;
        }
        const found = reply.events.filter(({ seq }) => seq >= next && seq <= to);
        if (!found[0] || epoch && epoch !== reply.epoch) {
          break;
        }
        for (const event of found) {
          this.#lost({ ...healing.lost(), to: event.seq - 1 });
          next = event.seq + 1;
          if (accepts(this.#filter, event.payload)) {
            this.#pass({ ...event, epoch: reply.epoch, pattern: this.#regex ? this.name : undefined });
          }
        }
      }
    } catch (error) {
      cause = error;
    }
    this.#heal(channel, healing, cause);
  }

  #heal(channel, healing, cause) {
    if (this.#healing.get(channel) === healing) {
      this.#healing.delete(channel);
      this.#lost({ ...healing.lost(), cause });
      healing.held.forEach(each => each.type === 'gap' ? this._gap(each) : this._message(each));
    }
  }

  #lost(gap) {
    if (gap.from === undefined || gap.from <= gap.to) {
      this.#listeners.tell(GAP, gap);
      this.#hub.report('gap', gap);
    }
  }

  _ended(reason) {
    if (reason === 'expired' && !this._leaving) {
      this.#change('subscribing');
    } else if (!this._leaving) {
      this._refuse(new KulkulError(reason, 'the hub ended it', { channel: this.name }));
    }
  }

  _refuse(error) {
    this._end(error);
    this.#hub.report('error', error);
  }

  _interrupt() {
    this.#forsake();
    if (this.state !== 'idle') {
      this.#change('subscribing');
    }
  }

  #forsake(leaving) {
    this._asking = undefined;
    this._leaving = leaving;
    clearTimeout(this._retry);
  }

  _end(reason) {
    this.#healing.clear();
    this.#change('refused', reason);
    this.#streams.forEach(stream => stream.end(reason));
  }

  #change(state, error) {
    if (state !== this.state || error !== this.error) {
      this.state = state;
      this.error = error;
      this.#listeners.tell(STATE, state, error);
    }
  }
}

class Listeners {
  #handlers = new Map();

  add(type, handler) {
    const entry = { handler };
    const entries = this.#handlers.get(type) ?? new Set();
    this.#handlers.set(type, entries.add(entry));
    return () => entries.delete(entry);
  }

  tell(type, ...what) {
    const entries = [...this.#handlers.get(type) ?? []];
    for (const { handler } of entries) {
      try {
        handler(...what);
      } catch (error) {
        globalThis.reportError ? reportError(error) : queueMicrotask(() => { throw error; });
      }
    }
    return entries.length > 0;
  }
}

function encode(frame) {
  const text = JSON.stringify(frame);
  return text.length < 20_000
    ? text
    : text.replace(/[^\0-\x7f]/g, unit => '\\u' + unit.charCodeAt(0).toString(16).padStart(4, '0'));
}

function now() {
  const steady = performance.now();
  const more = Date.now() - steady - apart;
  apart += more;
  ahead += more > 1000 ? more : 0;
  return steady + ahead;
}

function spread(tries) {
  return 1000 + Math.random() * Math.min(30_000, 1000 * 2 ** tries);
}

function randomKey() {
  return crypto.getRandomValues(new Uint32Array(4)).join('-');
}

function patternOf(name) {
  const source = name.replace(/[^\w*]/g, '\\$&').replace(/(^|:)\*$/, '$1.+').replace(/\*/g, '[^:./]+');
  return RegExp(`^${name.startsWith('*') ? '(?!\\$)' : ''}${source}$`);
}

function accepts(filter, payload) {
  return Object.entries(filter ?? {}).every(([path, wanted]) => {
    const steps = path.startsWith('/')
      ? path.slice(1).split('/').map(step => step.replaceAll('~1', '/').replaceAll('~0', '~'))
      : [path];
    const value = steps.reduce((at, step) => at?.[step], payload);
    return [wanted].flat().includes(value);
  });
}
