// @ts-check
/** The native protocol of Kulkul as the first page uses it: one connection that comes back, with every subscription where it was. */

/** What the close codes mean, and whether to come back: 'yes', 'no', or 'token' for only with another one. */
const CLOSE_CODES = new Map(/** @type {[number, [string, 'yes' | 'no' | 'token']][]} */ ([
  [1000, ['closed', 'no']],
  [1001, ['the instance is going away', 'yes']],
  [1009, ['a message was larger than the limit', 'no']],
  [1012, ['the instance is restarting', 'yes']],
  [1013, ['the instance is full', 'yes']],
  [4400, ['protocol violation', 'no']],
  [4401, ['no valid token', 'token']],
  [4403, ['origin or tenant not allowed', 'no']],
  [4408, ['a heartbeat was missed', 'yes']],
  [4409, ['too many connections of this user', 'yes']],
  [4410, ['disconnected by an administrator', 'no']],
  [4413, ['too slow a reader', 'yes']],
  [4429, ['the rate limit was broken again and again', 'yes']],
]));

const FIRST_BACKOFF = 500;
const LONGEST_BACKOFF = 30_000;
/** Only a connection that stayed open this long has proved itself; until then the waits go on growing. */
const STABLE_AFTER = 5_000;
const WATCH_INTERVAL = 2_000;
/** Silence beyond two heartbeats and this is a dead network, which no close would tell of for minutes. */
const SILENCE_SLACK = 5_000;
const HEARTBEAT_MISSED = 4408;
/** The hub takes more, but a channel that is left out is covered by the timestamp. */
const MOST_SINCE_CHANNELS = 1_000;

/** Reads JSON with every digit of large integers, where the browser tells them. @param {string} text @returns {any} */
export function parseExactly(text) {
  return /\d{16}/.test(text) ? JSON.parse(text, exactInteger) : JSON.parse(text);
}

/** @this {any} @param {string} _key @param {any} value @param {{source?: string}} [context] */
function exactInteger(_key, value, context) {
  const digits = context?.source;
  const rounded = typeof value === 'number' && !Number.isSafeInteger(value);
  return rounded && digits && /^-?\d+$/.test(digits) ? BigInt(digits) : value;
}

/** Writes JSON that parseExactly has read. @param {unknown} value @param {number} [indent] @returns {string} */
export function writeExactly(value, indent) {
  const {rawJSON} = /** @type {any} */ (JSON);
  return JSON.stringify(value, (_key, member) => typeof member !== 'bigint' ? member
      : rawJSON ? rawJSON(String(member)) : Number(member), indent);
}

/**
 * @typedef {{seq: number, epoch?: string}} Position
 * @typedef {{name: string, filter?: object, quiet: boolean, state: string, begun: boolean, epoch?: string,
 *   last: Position | null,
 *   channels: Map<string, Position>, timestamp: number}} Subscription
 * @typedef {{type: string, [member: string]: any}} Frame
 */

export class Connection {
  /**
   * @param {string} url the WebSocket's address
   * @param {{state: (state: string, detail: string) => void, message: (frame: Frame, subscription: Subscription) => void,
   *   notice: (text: string, bad: boolean) => void, subscriptions: () => void,
   *   position: (subscription: Subscription) => void}} listener
   */
  constructor(url, listener) {
    this.url = url;
    this.listener = listener;
    /** @type {Map<string, Subscription>} */
    this.subscriptions = new Map();
    /** @type {Map<string, (reply: Frame) => void>} */
    this.replies = new Map();
    this.token = '';
    this.attempts = 0;
    this.ids = 0;
    /** @type {WebSocket | null} */
    this.socket = null;
    this.open = false;
    this.reconnectAfter = -1;
    this.timer = 0;
    this.watch = 0;
    this.openedAt = 0;
    this.heardAt = 0;
    this.heartbeat = 25_000;
    /** The hub's clock as last heard: the client's own may be wrong. */
    this.hubTime = 0;
  }

  /** Connects with this token, giving up a connection that there is. @param {string} token */
  connect(token) {
    this.token = token;
    this.attempts = 0;
    clearTimeout(this.timer);
    this.timer = 0;
    const before = this.socket;
    this.socket = null;
    before?.close(1000);
    this.#begin();
  }

  #begin() {
    this.listener.state('connecting', 'connecting');
    const socket = new WebSocket(this.url, ['kulkul.v1']);
    this.socket = socket;
    this.heardAt = Date.now();
    clearInterval(this.watch);
    this.watch = setInterval(() => this.#watchSilence(), WATCH_INTERVAL);
    socket.onmessage = message => {
      if (socket === this.socket) {
        this.heardAt = Date.now();
        const frames = parseExactly(message.data);
        for (const frame of Array.isArray(frames) ? frames : [frames]) {
          this.#take(frame);
        }
      }
    };
    socket.onclose = close => {
      if (socket === this.socket) {
        this.#closed(close.code);
      }
    };
  }

  #watchSilence() {
    if (Date.now() - this.heardAt > 2 * this.heartbeat + SILENCE_SLACK) {
      const dead = this.socket;
      this.socket = null;
      dead?.close();
      this.#closed(HEARTBEAT_MISSED);
    }
  }

  /** Comes back at once instead of waiting on. */
  retryNow() {
    if (this.timer !== 0) {
      clearTimeout(this.timer);
      this.timer = 0;
      this.#begin();
    }
  }

  /** @param {number} code */
  #closed(code) {
    clearInterval(this.watch);
    if (this.open && Date.now() - this.openedAt > STABLE_AFTER) {
      this.attempts = 0;
    }
    this.open = false;
    for (const subscription of this.subscriptions.values()) {
      subscription.state = 'waiting';
    }
    for (const answer of this.replies.values()) {
      answer({type: 'error', code: 'closed', message: 'the connection was closed before the answer came'});
    }
    this.replies.clear();
    this.listener.subscriptions();
    const [meaning, again] = CLOSE_CODES.get(code) ?? ['the connection was lost', 'yes'];
    if (again !== 'yes') {
      this.listener.state('closed', `closed: ${meaning}`);
      this.listener.notice(`Closed with ${code}: ${meaning}.${again === 'token' ? ' Connect with another token.' : ''}`, true);
      return;
    }
    // Full jitter, so that clients that were cut off together do not come back together.
    const backoff = Math.random() * Math.min(LONGEST_BACKOFF, FIRST_BACKOFF * 2 ** this.attempts++);
    const wait = this.reconnectAfter >= 0 ? this.reconnectAfter : backoff;
    this.reconnectAfter = -1;
    this.listener.state('waiting', `${meaning}; again in ${Math.max(1, Math.round(wait / 1000))} s`);
    this.listener.notice(`Connection ended with ${code}: ${meaning}. It comes back by itself.`, false);
    this.timer = setTimeout(() => {
      this.timer = 0;
      this.#begin();
    }, wait);
  }

  /** @param {Frame} frame */
  #take(frame) {
    switch (frame.type) {
      case 'connected':
        this.heartbeat = frame.heartbeat ?? this.heartbeat;
        this.#ask({type: 'authenticate', token: this.token}).then(reply => this.#authenticated(reply));
        return;
      case 'message':
        this.#message(frame);
        return;
      case 'gap':
        this.#gap(frame);
        return;
      case 'ping':
        this.hubTime = frame.timestamp ?? this.hubTime;
        this.#send({type: 'pong', id: frame.id});
        return;
      case 'pong':
        this.hubTime = frame.timestamp ?? this.hubTime;
        break;
      case 'join':
      case 'leave':
        this.listener.notice(`${frame.user} ${frame.type === 'join' ? 'joined' : 'left'} ${frame.channel}.`, false);
        return;
      case 'reconnect':
        this.reconnectAfter = frame.after;
        this.listener.notice(`The instance is draining (${frame.reason}): the connection moves in ${frame.after} ms.`, false);
        return;
      case 'unsubscribed':
        if (frame.reason !== 'requested') {
          this.subscriptions.delete(frame.channel);
          this.listener.notice(`The subscription to ${frame.channel} has ended: ${frame.reason}.`, true);
          this.listener.subscriptions();
        }
        break;
      default:
    }
    const answer = frame.id === undefined ? undefined : this.replies.get(frame.id);
    if (answer) {
      this.replies.delete(frame.id);
      answer(frame);
    } else if (frame.type === 'error') {
      this.listener.notice(`${frame.code}: ${frame.message}`, true);
    }
  }

  /** @param {Frame} reply */
  #authenticated(reply) {
    if (reply.type === 'error') {
      this.listener.notice(`${reply.code}: ${reply.message}`, true);
      if (reply.code !== 'closed') {
        this.listener.state('closed', `token refused: ${reply.message}`);
        clearInterval(this.watch);
        const socket = this.socket;
        this.socket = null;
        socket?.close(1000);
      }
      return;
    }
    this.open = true;
    this.openedAt = Date.now();
    this.listener.state('open', `connected as ${reply.user}`);
    // Its pong comes before the replies below: the hub's time at which a pattern's subscription begins.
    this.#send({type: 'ping'});
    for (const subscription of this.subscriptions.values()) {
      this.#subscribe(subscription);
    }
  }

  /** @param {Frame} frame */
  #message(frame) {
    const subscription = this.subscriptions.get(frame.pattern ?? frame.channel);
    if (!subscription) {
      return;
    }
    this.hubTime = frame.timestamp ?? this.hubTime;
    subscription.timestamp = Math.max(subscription.timestamp, frame.timestamp ?? 0);
    if (frame.seq !== undefined && !this.#advance(subscription, frame)) {
      return;
    }
    // The frame of an exact channel leaves out the epoch that its subscription was told.
    this.listener.message({...frame, epoch: frame.epoch ?? subscription.epoch}, subscription);
  }

  /**
   * Moves a subscription on to an event.
   * @param {Subscription} subscription
   * @param {Frame} frame
   * @returns {boolean} false where it was seen before
   */
  #advance(subscription, frame) {
    const epoch = frame.epoch ?? subscription.epoch;
    const known = frame.pattern === undefined ? subscription.last : subscription.channels.get(frame.channel);
    if (known && known.epoch === epoch && frame.seq <= known.seq) {
      return false;
    }
    const position = {seq: frame.seq, epoch};
    if (frame.pattern === undefined) {
      subscription.last = position;
      this.listener.position(subscription);
    } else {
      // Taken out first, so that the channels stay in the order of their newest events.
      subscription.channels.delete(frame.channel);
      subscription.channels.set(frame.channel, position);
    }
    return true;
  }

  /** @param {Frame} frame */
  #gap(frame) {
    const subscription = this.subscriptions.get(frame.channel);
    if (subscription?.last && frame.to > subscription.last.seq) {
      subscription.last = {seq: frame.to, epoch: subscription.epoch};
    }
    const missed = frame.to - frame.from + 1;
    this.listener.notice(
        `Gap in ${frame.channel}: ${missed} event${missed === 1 ? '' : 's'} (${frame.from} to ${frame.to}) not sent, reason ${frame.reason}.`,
        false);
  }

  /**
   * Subscribes now or as soon as the connection is open.
   * @param {string} name a channel or pattern
   * @param {object | undefined} filter
   * @param {boolean} quiet shown as figures, not in the stream
   * @returns {Promise<string>} what is wrong, or the empty string
   */
  async subscribe(name, filter, quiet) {
    if (this.subscriptions.has(name)) {
      return `There is a subscription to ${name} already.`;
    }
    const subscription =
        {name, filter, quiet, state: 'waiting', begun: false, last: null, channels: new Map(), timestamp: 0};
    this.subscriptions.set(name, subscription);
    this.listener.subscriptions();
    return this.open ? this.#subscribe(subscription) : '';
  }

  /** @param {Subscription} subscription */
  async #subscribe(subscription) {
    const again = subscription.begun;
    const since = this.#since(subscription);
    const reply = await this.#ask({type: 'subscribe', channel: subscription.name, filter: subscription.filter, since});
    if (reply.type === 'error') {
      if (reply.code !== 'closed') {
        this.subscriptions.delete(subscription.name);
        this.listener.subscriptions();
      }
      return reply.code === 'closed' ? '' : `${reply.code}: ${reply.message}`;
    }
    if (reply.channel !== subscription.name) {
      // user:me is told under its own name from now on.
      this.subscriptions.delete(subscription.name);
      subscription.name = reply.channel;
      this.subscriptions.set(reply.channel, subscription);
    }
    subscription.begun = true;
    subscription.timestamp ||= this.hubTime;
    if (reply.seq !== undefined) {
      this.#begun(subscription, reply, since !== undefined);
    }
    subscription.epoch = reply.epoch;
    subscription.state = again ? (reply.recovered ? `recovered, ${reply.replayed} replayed` : 'not recovered') : 'live';
    if (again && !reply.recovered && !subscription.quiet) {
      this.listener.notice(`${subscription.name} could not be recovered completely: some events may be missing.`, false);
    }
    this.listener.subscriptions();
    return '';
  }

  /** Where to go on; undefined at the beginning and where there are no positions. @param {Subscription} subscription */
  #since(subscription) {
    if (!subscription.name.includes('*')) {
      return subscription.last ?? undefined;
    }
    const newest = [...subscription.channels].slice(-MOST_SINCE_CHANNELS);
    return subscription.timestamp > 0
        ? {channels: Object.fromEntries(newest), timestamp: subscription.timestamp} : undefined;
  }

  /** @param {Subscription} subscription @param {Frame} reply @param {boolean} resumed */
  #begun(subscription, reply, resumed) {
    if (!resumed) {
      subscription.last = {seq: Math.max(0, reply.seq - reply.replayed), epoch: reply.epoch};
    } else if (subscription.last?.epoch !== reply.epoch) {
      // Counting has begun again. With a filter fewer events than positions follow: only the start is a safe place.
      subscription.last = {seq: reply.replayed > 0 ? 0 : reply.seq, epoch: reply.epoch};
    }
  }

  /** @param {string} name */
  unsubscribe(name) {
    this.subscriptions.delete(name);
    this.listener.subscriptions();
    if (this.open) {
      void this.#ask({type: 'unsubscribe', channel: name});
    }
  }

  /**
   * Publishes an event.
   * @param {{channel: string, event: string, payload: any, key?: string}} event
   * @returns {Promise<Frame>} the reply
   */
  publish(event) {
    return this.open
        ? this.#ask({type: 'publish', ...event})
        : Promise.resolve({type: 'error', code: 'closed', message: 'not connected'});
  }

  /** @param {Frame} command @returns {Promise<Frame>} */
  #ask(command) {
    const id = String(++this.ids);
    return new Promise(answer => {
      this.replies.set(id, answer);
      this.#send({...command, id});
    });
  }

  /** @param {object} frame */
  #send(frame) {
    if (this.socket?.readyState === WebSocket.OPEN) {
      this.socket.send(writeExactly(frame));
    }
  }
}
