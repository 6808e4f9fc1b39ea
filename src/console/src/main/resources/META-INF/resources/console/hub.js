// @ts-check
/** The console's own small connection to the hub: native protocol, comes back by itself, goes on where it was. */

import {parseExactly} from './json.js';

const FIRST_BACKOFF = 500;
const LONGEST_BACKOFF = 15_000;
const STABLE_AFTER = 5_000;
const WATCH_INTERVAL = 2_000;
const SILENCE_SLACK = 5_000;

/** Close codes after which coming back with the same token is of no use, and why. */
const FINAL = new Map([
  [1009, 'a message was larger than the limit'],
  [4400, 'protocol violation'],
  [4401, 'the token is not valid any more'],
  [4403, 'the token is for another tenant, or this page\'s origin is not allowed'],
  [4410, 'disconnected by an operator'],
]);

/** What is told of the others. */
const MEANINGS = new Map([[1001, 'the instance is going away'], [1012, 'the instance is restarting'], [1013, 'the instance is full']]);

/**
 * @typedef {{type: string, [member: string]: any}} Frame
 * @typedef {{channel: string, filter?: object, since?: any, message: (frame: Frame) => void,
 *   note?: (text: string) => void, positions: Map<string, {seq: number, epoch?: string}>, epoch?: string, timestamp: number}} Subscription
 */

export class Hub {
  /**
   * @param {string} url
   * @param {string} protocol the subprotocol
   * @param {() => string} token
   * @param {(state: 'connecting' | 'open' | 'waiting' | 'closed', detail: string) => void} state
   */
  constructor(url, protocol, token, state) {
    this.url = url;
    this.protocol = protocol;
    this.token = token;
    this.state = state;
    /** @type {Map<string, Subscription>} */
    this.subscriptions = new Map();
    /** @type {Map<string, (reply: Frame) => void>} */
    this.replies = new Map();
    /** @type {(() => void)[]} */
    this.whenOpen = [];
    this.ids = 0;
    this.attempts = 0;
    this.open = false;
    this.ended = false;
    this.after = -1;
    this.heartbeat = 25_000;
    /** @type {WebSocket | null} */
    this.socket = null;
    this.timer = 0;
    this.watch = 0;
    this.retryNow = () => {
      if (this.timer !== 0) {
        clearTimeout(this.timer);
        this.#begin();
      }
    };
    addEventListener('online', this.retryNow);
    this.#begin();
  }

  #begin() {
    this.timer = 0;
    this.state('connecting', 'connecting');
    const socket = new WebSocket(this.url, [this.protocol]);
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
        this.#lost(close.code);
      }
    };
  }

  #watchSilence() {
    if (Date.now() - this.heardAt > 2 * this.heartbeat + SILENCE_SLACK) {
      const dead = this.socket;
      this.socket = null;
      dead?.close();
      this.#lost(4408);
    }
  }

  /** @param {number} code */
  #lost(code) {
    clearInterval(this.watch);
    if (this.open && Date.now() - this.openedAt > STABLE_AFTER) {
      this.attempts = 0;
    }
    this.open = false;
    this.socket = null;
    this.#refuseWaiting();
    const final = FINAL.get(code);
    if (final) {
      this.close();
      this.state('closed', final);
      return;
    }
    // Full jitter, so that consoles that were cut off together do not come back together.
    const wait = this.after >= 0 ? this.after : Math.random() * Math.min(LONGEST_BACKOFF, FIRST_BACKOFF * 2 ** this.attempts++);
    this.after = -1;
    this.state('waiting', `${MEANINGS.get(code) ?? 'the connection was lost'}; again in ${Math.max(1, Math.round(wait / 1000))} s`);
    this.timer = setTimeout(() => this.#begin(), wait);
  }

  #refuseWaiting() {
    for (const answer of this.replies.values()) {
      answer({type: 'error', code: 'closed', message: 'the connection was lost before the answer came'});
    }
    this.replies.clear();
  }

  /** @param {Frame} frame */
  #take(frame) {
    switch (frame.type) {
      case 'connected':
        this.heartbeat = frame.heartbeat ?? this.heartbeat;
        this.instance = frame.instance;
        void this.#authenticate();
        return;
      case 'message':
        this.#message(frame);
        return;
      case 'gap':
        this.subscriptions.get(frame.channel)?.note?.(`Not sent: ${frame.to - frame.from + 1} events (${frame.from} to ${frame.to}), `
            + `because this page ${frame.reason === 'slow' ? 'was too slow' : 'was away for too long'}.`);
        return;
      case 'ping':
        this.#send({type: 'pong', id: frame.id});
        return;
      case 'reconnect':
        this.after = frame.after;
        return;
      case 'unsubscribed':
        if (frame.reason !== 'requested') {
          this.subscriptions.get(frame.channel)?.note?.(`The subscription has ended: ${frame.reason}.`);
          this.subscriptions.delete(frame.channel);
        }
        break;
      default:
    }
    const answer = this.replies.get(frame.id);
    if (answer) {
      this.replies.delete(frame.id);
      answer(frame);
    }
  }

  async #authenticate() {
    const reply = await this.#ask({type: 'authenticate', token: this.token()});
    if (reply.type === 'error') {
      if (reply.code !== 'closed') {
        this.close();
        this.state('closed', reply.message);
      }
      return;
    }
    this.open = true;
    this.openedAt = Date.now();
    this.user = reply.user;
    this.tenant = reply.tenant;
    this.state('open', `connected as ${reply.user}`);
    this.subscriptions.forEach(subscription => void this.#subscribe(subscription));
    this.whenOpen.splice(0).forEach(go => go());
  }

  /** @param {Frame} frame */
  #message(frame) {
    const subscription = this.subscriptions.get(frame.pattern ?? frame.channel);
    if (!subscription) {
      return;
    }
    subscription.timestamp = Math.max(subscription.timestamp, frame.timestamp);
    if (frame.seq !== undefined) {
      const epoch = frame.epoch ?? subscription.epoch;
      const known = subscription.positions.get(frame.channel);
      if (known && known.epoch === epoch && frame.seq <= known.seq) {
        return;
      }
      // Taken out first, so that the channels stay in the order of their newest events.
      subscription.positions.delete(frame.channel);
      subscription.positions.set(frame.channel, {seq: frame.seq, epoch});
      if (subscription.positions.size > 1000) {
        // A channel that is left out is covered by the timestamp.
        subscription.positions.delete(subscription.positions.keys().next().value);
      }
    }
    subscription.message(frame);
  }

  /**
   * Subscribes now, and again whenever the connection has come back.
   * @param {string} channel a name or a pattern
   * @param {{filter?: object, message: (frame: Frame) => void, note?: (text: string) => void}} options
   * @returns {Promise<Frame>} the reply
   */
  async subscribe(channel, options) {
    /** @type {Subscription} */
    const subscription = {channel, ...options, positions: new Map(), timestamp: 0};
    await this.#opened();
    this.subscriptions.set(channel, subscription);
    return this.#subscribe(subscription);
  }

  /** @param {Subscription} subscription @returns {Promise<Frame>} */
  async #subscribe(subscription) {
    const {channel, filter, positions, timestamp} = subscription;
    let since;
    if (timestamp !== 0) {
      since = channel.includes('*') ? {channels: Object.fromEntries(positions), timestamp} : positions.get(channel);
    }
    const reply = await this.#ask({type: 'subscribe', channel, filter, since});
    if (reply.type === 'subscribed') {
      subscription.epoch = reply.epoch;
      if (since && reply.recovered === false) {
        subscription.note?.('Some events of the time without a connection are missing.');
      }
    } else if (reply.code !== 'closed' && this.subscriptions.get(channel) === subscription) {
      this.subscriptions.delete(channel);
    }
    return reply;
  }

  /** @param {string} channel */
  unsubscribe(channel) {
    if (this.subscriptions.delete(channel) && this.open) {
      this.#send({type: 'unsubscribe', channel});
    }
  }

  /** Asks as soon as the connection is open. @param {Frame} frame @returns {Promise<Frame>} */
  async ask(frame) {
    await this.#opened();
    return this.#ask(frame);
  }

  /** @returns {Promise<void>} */
  #opened() {
    return this.open ? Promise.resolve() : new Promise(resolve => this.whenOpen.push(resolve));
  }

  /** @param {Frame} frame @returns {Promise<Frame>} */
  #ask(frame) {
    return new Promise(resolve => {
      const id = `c${++this.ids}`;
      this.replies.set(id, resolve);
      this.#send({...frame, id});
    });
  }

  /** @param {Frame} frame */
  #send(frame) {
    if (this.socket?.readyState === WebSocket.OPEN) {
      this.socket.send(JSON.stringify(frame));
    }
  }

  /** For good. */
  close() {
    this.ended = true;
    clearInterval(this.watch);
    clearTimeout(this.timer);
    removeEventListener('online', this.retryNow);
    const socket = this.socket;
    this.socket = null;
    this.open = false;
    this.#refuseWaiting();
    socket?.close(1000);
  }
}
