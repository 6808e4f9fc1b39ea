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

/**
 * @typedef {{seq: number, epoch?: string}} Position
 * @typedef {{name: string, filter?: object, quiet: boolean, state: string, epoch?: string, head?: number, last: Position | null,
 *   channels: Map<string, Position>, timestamp: number}} Subscription
 * @typedef {{type: string, [member: string]: any}} Frame
 */

export class Connection {
  /**
   * @param {string} url the WebSocket's address
   * @param {{state: (state: string, detail: string) => void, message: (frame: Frame, subscription: Subscription) => void,
   *   notice: (text: string, bad: boolean) => void, subscriptions: () => void}} listener
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
  }

  /** Connects with this token, giving up a connection that there is. @param {string} token */
  connect(token) {
    this.token = token;
    this.attempts = 0;
    clearTimeout(this.timer);
    const before = this.socket;
    this.socket = null;
    before?.close(1000);
    this.#begin();
  }

  #begin() {
    this.listener.state('connecting', 'connecting');
    const socket = new WebSocket(this.url, ['kulkul.v1']);
    this.socket = socket;
    socket.onmessage = message => {
      if (socket === this.socket) {
        const frames = JSON.parse(message.data);
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

  /** @param {number} code */
  #closed(code) {
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
    this.timer = setTimeout(() => this.#begin(), wait);
  }

  /** @param {Frame} frame */
  #take(frame) {
    switch (frame.type) {
      case 'connected':
        this.#ask({type: 'authenticate', token: this.token}).then(reply => this.#authenticated(reply));
        return;
      case 'message':
        this.#message(frame);
        return;
      case 'gap':
        this.#gap(frame);
        return;
      case 'ping':
        this.#send({type: 'pong'});
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
        const socket = this.socket;
        this.socket = null;
        socket?.close(1000);
      }
      return;
    }
    this.open = true;
    this.attempts = 0;
    this.listener.state('open', `connected as ${reply.user}`);
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
    if (frame.seq !== undefined) {
      const epoch = frame.epoch ?? subscription.epoch;
      const known = frame.pattern === undefined ? subscription.last : subscription.channels.get(frame.channel);
      if (known && known.epoch === epoch && frame.seq <= known.seq) {
        return;
      }
      const position = {seq: frame.seq, epoch};
      if (frame.pattern === undefined) {
        subscription.last = position;
      } else {
        subscription.channels.set(frame.channel, position);
      }
      subscription.timestamp = Math.max(subscription.timestamp, frame.timestamp);
    }
    this.listener.message(frame, subscription);
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
    const subscription = {name, filter, quiet, state: 'waiting', last: null, channels: new Map(), timestamp: Date.now()};
    this.subscriptions.set(name, subscription);
    this.listener.subscriptions();
    return this.open ? this.#subscribe(subscription) : '';
  }

  /** @param {Subscription} subscription */
  async #subscribe(subscription) {
    const again = subscription.head !== undefined || subscription.last !== null || subscription.channels.size > 0;
    const since = !again ? undefined
        : subscription.name.includes('*')
            ? {channels: Object.fromEntries(subscription.channels), timestamp: subscription.timestamp}
            : subscription.last ?? {seq: subscription.head, epoch: subscription.epoch};
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
    if (subscription.epoch !== reply.epoch) {
      subscription.last = null;
    }
    subscription.epoch = reply.epoch;
    subscription.head = reply.seq ?? 0;
    subscription.state = again ? (reply.recovered ? `recovered, ${reply.replayed} replayed` : 'not recovered') : 'live';
    if (again && !reply.recovered && !subscription.quiet) {
      this.listener.notice(`${subscription.name} could not be recovered completely: some events may be missing.`, false);
    }
    this.listener.subscriptions();
    return '';
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
   * @param {{channel: string, event: string, payload: unknown, key?: string}} event
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
      this.socket.send(JSON.stringify(frame));
    }
  }
}
