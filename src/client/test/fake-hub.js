/**
 * A hub in memory that speaks kulkul.v1 as docs/protocol.md says, and fails when a test tells it to. Time is the test's: see clock.js.
 * Frames arrive a microtask after they were sent.
 */
export class FakeHub {
  /** Whether handshakes are answered: 'up', 'down' (no answer but a failure), 'silent' (none at all) or a close code. */
  door = 'up';
  /** Every handshake: when, and what became of it. */
  handshakes = [];
  /** All connections that there were. */
  sockets = [];
  /** Every frame that a client sent. */
  received = [];
  limits = { messageBytes: 524288, subscriptions: 50, messagesPerSecond: 100 };
  burst = 200;
  heartbeat = 25_000;
  historySize = 100;
  /** What REST or another client would be told for these channels. */
  refusals = new Map();
  /** Channels that need a token. */
  secrets = new Set();
  /** Errors for the next commands of a type: [{type, code, retry}], each used once. */
  faults = [];
  /** What the hub's clock is ahead of the client's. */
  clockAhead = 0;
  /** Whether commands are answered. */
  answers = true;
  tokens = new Map();
  // Nobody sets the hub's own clock.
  #started = Date.now() - performance.now();
  #channels = new Map();
  #keys = new Map();
  #epochs = 0;
  #counter = 0;

  constructor() {
    const hub = this;
    this.WebSocket = class extends FakeSocket {
      constructor(url, protocols) {
        super(hub, url, protocols);
      }
    };
  }

  get open() {
    return this.sockets.filter(each => each.readyState === 1);
  }

  get socket() {
    return this.sockets.at(-1);
  }

  now() {
    return Math.floor(this.#started + performance.now()) + this.clockAhead;
  }

  /** Commands are answered again, and first of all those that were not. */
  catchUp() {
    this.answers = true;
    this.open.forEach(each => each.catchUp());
  }

  /** A token of this user that ends then. */
  token(user, seconds = 3600) {
    const token = `${user}-${++this.#counter}`;
    this.tokens.set(token, { user, expires: this.now() + seconds * 1000 });
    return token;
  }

  /** Ends all connections without a word, and forgets what is in memory, as a process does that is killed. */
  kill() {
    this.door = 'down';
    this.open.forEach(each => each.lose());
    this.#channels.clear();
    this.#keys.clear();
  }

  /** Ends all connections without a word; the instance lives on. */
  cut() {
    this.open.forEach(each => each.lose());
  }

  publish(channel, event, payload, { key, publisher } = {}) {
    const known = key && this.#keys.get(`${channel} ${key}`);
    if (known && this.now() - known.at < 300_000) {
      return { ...known.position, duplicate: true };
    }
    const log = this.#log(channel);
    const message = { type: 'message', channel, event, payload, id: `id-${++this.#counter}`, timestamp: this.now(), publisher };
    let position = {};
    if (this.historySize > 0) {
      message.seq = ++log.head;
      log.events.push(message);
      log.events = log.events.slice(-this.historySize);
      position = { epoch: log.epoch, seq: log.head };
    }
    if (key) {
      this.#keys.set(`${channel} ${key}`, { at: this.now(), position });
    }
    this.open.forEach(each => each.deliver(message, log.epoch));
    return { ...position, duplicate: false };
  }

  /** Publishes what no subscriber is sent, and tells them so, as it does with a slow client. */
  skip(channel, payloads, reason = 'slow') {
    const log = this.#log(channel);
    const from = log.head + 1;
    const live = this.open.filter(each => each.wants(channel));
    live.forEach(each => each.deaf = true);
    payloads.forEach(payload => this.publish(channel, 'skipped', payload));
    live.forEach(each => {
      each.deaf = false;
      each.tell({ type: 'gap', channel, from, to: log.head, reason });
    });
    return { from, to: log.head };
  }

  /** Forgets a channel's oldest events. */
  shorten(channel, keep) {
    const log = this.#log(channel);
    log.events = log.events.slice(Math.max(0, log.events.length - keep));
  }

  /** Counts anew, as after a restart. */
  recount(channel) {
    this.#channels.delete(channel);
  }

  /** How often an event with this payload was published. */
  published(channel) {
    return this.#log(channel).events.map(({ payload }) => payload);
  }

  #log(channel) {
    if (!this.#channels.has(channel)) {
      this.#channels.set(channel, { epoch: `epoch${++this.#epochs}`, head: 0, events: [] });
    }
    return this.#channels.get(channel);
  }

  carryOut(socket, frame) {
    const { id, type, channel } = frame;
    const fault = this.faults.findIndex(each => each.type === type);
    if (fault >= 0) {
      const [{ code, retry }] = this.faults.splice(fault, 1);
      return socket.tell({ type: 'error', id, code, message: `a fault: ${code}`, channel, retry });
    }
    switch (type) {
      case 'ping':
        return socket.tell({ type: 'pong', id, timestamp: this.now() });
      case 'authenticate':
        return this.#authenticate(socket, frame);
      case 'subscribe':
        return this.#subscribe(socket, frame);
      case 'unsubscribe':
        if (!socket.subscriptions.delete(channel)) {
          return socket.tell({ type: 'error', id, code: 'not_subscribed', message: 'there is none', channel });
        }
        return socket.tell({ type: 'unsubscribed', id, channel, reason: 'requested' });
      case 'publish': {
        const done = this.publish(channel, frame.event, frame.payload, { key: frame.key, publisher: socket.user });
        return socket.tell({ type: 'published', id, channel, ...done });
      }
      case 'history': {
        if (this.historySize === 0) {
          return socket.tell({ type: 'error', id, code: 'history_unavailable', message: 'none is kept', channel });
        }
        const log = this.#log(channel);
        const { epoch, head, events } = log;
        const after = frame.since && sameCounting(log, frame.since) ? frame.since.seq : 0;
        const found = events.filter(({ seq }) => seq > after).slice(0, frame.limit ?? 100);
        return socket.tell({ type: 'history', id, channel, epoch, seq: head, events: found });
      }
    }
  }

  #authenticate(socket, { id, token }) {
    const known = this.tokens.get(token);
    if (!known || known.revoked) {
      return socket.tell({ type: 'error', id, code: 'token_invalid', message: 'not a token' });
    }
    if (known.expires <= this.now()) {
      return socket.tell({ type: 'error', id, code: 'token_expired', message: 'it has ended' });
    }
    Object.assign(socket, { user: known.user, token });
    socket.tell({ type: 'authenticated', id, user: known.user, expires: known.expires });
  }

  #subscribe(socket, { id, channel: asked, since, filter }) {
    const channel = asked === 'user:me' ? `user:${socket.user}` : asked;
    const code = this.refusals.get(channel) ?? (this.secrets.has(channel) && !socket.user ? 'unauthenticated' : undefined)
      ?? (socket.subscriptions.has(channel) ? 'already_subscribed' : undefined)
      ?? (since === undefined || isPosition(since, channel) ? undefined : 'bad_request');
    if (code) {
      return socket.tell({ type: 'error', id, code, message: `refused: ${code}`, channel });
    }
    socket.subscriptions.set(channel, { filter });
    if (channel.includes('*')) {
      return this.#subscribePattern(socket, id, channel, since);
    }
    const log = this.#log(channel);
    if (this.historySize === 0) {
      return socket.tell({ type: 'subscribed', id, channel, recovered: false, replayed: 0 });
    }
    const same = since && sameCounting(log, since);
    const after = since ? (same ? since.seq : 0) : log.head;
    const kept = log.events.filter(({ seq, payload }) => seq > after && fits(filter, payload));
    const first = log.events[0]?.seq ?? log.head + 1;
    const missing = since && first > after + 1;
    socket.tell({
      type: 'subscribed', id, channel, epoch: log.epoch, seq: log.head, recovered: Boolean(same && !missing), replayed: kept.length,
    });
    if (missing) {
      socket.tell({ type: 'gap', channel, from: after + 1, to: first - 1, reason: 'expired' });
    }
    kept.forEach(each => socket.tell(each));
  }

  #subscribePattern(socket, id, pattern, since) {
    const replayed = [];
    let recovered = since !== undefined;
    for (const [name, log] of this.#channels) {
      if (since && matches(pattern, name)) {
        const listed = since.channels[name];
        recovered &&= !listed || sameCounting(log, listed);
        replayed.push(...log.events
          .filter(({ seq, timestamp }) => listed ? !sameCounting(log, listed) || seq > listed.seq : timestamp >= since.timestamp)
          .map(each => ({ ...each, pattern, epoch: log.epoch })));
      }
    }
    recovered &&= Object.keys(since?.channels ?? {}).every(name => this.#channels.has(name));
    socket.tell({ type: 'subscribed', id, channel: pattern, recovered, replayed: replayed.length });
    replayed.forEach(each => socket.tell(each));
  }
}

/** One connection's both ends: what the client sees as a WebSocket, and what the hub knows of it. */
class FakeSocket {
  readyState = 0;
  onmessage = null;
  onclose = null;
  onerror = null;
  bufferedAmount = 0;
  subscriptions = new Map();
  user;
  deaf = false;
  frames = [];
  #hub;
  #unanswered = [];
  #bucket;
  #filledAt;
  #refused = 0;

  constructor(hub, url, protocols) {
    Object.assign(this, { url, protocols });
    this.#hub = hub;
    hub.sockets.push(this);
    const { door } = hub;
    hub.handshakes.push({ at: Date.now(), door });
    if (door === 'up') {
      later(() => this.#accept());
    } else if (door !== 'silent') {
      later(() => door === 'down' ? this.lose() : this.end(door));
    }
  }

  #accept() {
    if (this.readyState === 0) {
      this.readyState = 1;
      const { limits, heartbeat } = this.#hub;
      this.#bucket = this.#hub.burst;
      this.#filledAt = performance.now();
      setTimeout(() => this.user || this.subscriptions.size > 0 || this.end(4401), 10_000);
      this.tell({ type: 'connected', connection: `c${this.#hub.sockets.length}`, instance: 'fake-1', protocol: 'kulkul.v1', heartbeat, limits });
    }
  }

  // The client's side.

  send(text) {
    if (this.readyState !== 1) {
      throw new Error('the socket is not open');
    }
    if (Buffer.byteLength(text) > this.#hub.limits.messageBytes) {
      this.end(1009);
      return;
    }
    for (const frame of [JSON.parse(text)].flat()) {
      this.#hub.received.push(frame);
      this.frames.push(frame);
      later(() => this.readyState === 1 && (this.#hub.answers ? this.#take(frame) : this.#unanswered.push(frame)));
    }
    this.bytes = text.length;
  }

  close(code) {
    this.closedWith ??= code;
    this.readyState = 3;
  }

  // The hub's side.

  catchUp() {
    this.#unanswered.splice(0).forEach(frame => this.#take(frame));
  }

  #take(frame) {
    const rate = this.#hub.limits.messagesPerSecond;
    const now = performance.now();
    this.#bucket = Math.min(this.#hub.burst, this.#bucket + (now - this.#filledAt) * rate / 1000);
    this.#filledAt = now;
    if (rate && this.#bucket < 1) {
      this.#hub.rateLimited = (this.#hub.rateLimited ?? 0) + 1;
      this.tell({ type: 'error', id: frame.id, code: 'rate_limited', message: 'slower', retry: Math.ceil(1000 / rate) });
      if (++this.#refused > 100) {
        this.end(4429);
      }
      return;
    }
    this.#bucket--;
    this.#hub.carryOut(this, frame);
  }

  wants(channel) {
    return [...this.subscriptions.keys()].some(name => name === channel || name.includes('*') && matches(name, channel));
  }

  deliver(message, epoch) {
    for (const [name, { filter }] of this.subscriptions) {
      if (this.deaf || !fits(filter, message.payload)) {
        continue;
      }
      if (name === message.channel) {
        this.tell(message);
      } else if (name.includes('*') && matches(name, message.channel)) {
        this.tell({ ...message, pattern: name, epoch });
      }
    }
  }

  tell(...frames) {
    const text = JSON.stringify(frames.length === 1 ? frames[0] : frames);
    later(() => this.readyState === 1 && this.onmessage?.({ data: text }));
  }

  /** Closes with a code, behind what was told before. */
  end(code) {
    later(() => this.#gone(code));
  }

  lose() {
    later(() => this.#gone(1006));
  }

  #gone(code) {
    if (this.readyState !== 3) {
      this.readyState = 3;
      this.onerror?.({});
      this.onclose?.({ code, reason: '' });
    }
  }
}

function later(task) {
  queueMicrotask(task);
}

function isPosition(since, channel) {
  return Number.isInteger(channel.includes('*') ? since.timestamp : since.seq);
}

/** A position beyond the head belongs to an earlier counting whose epoch the client did not tell. */
function sameCounting(log, { seq, epoch }) {
  return seq <= log.head && (epoch ?? log.epoch) === log.epoch;
}

function fits(filter, payload) {
  return Object.entries(filter ?? {}).every(([name, wanted]) => [wanted].flat().includes(payload?.[name]));
}

function matches(pattern, channel) {
  return channel.startsWith(pattern.slice(0, pattern.indexOf('*'))) && channel !== pattern;
}
