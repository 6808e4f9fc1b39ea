// @ts-check
/** The console's connections: Kulkul's own client, as any page has it, with every digit of large numbers. */

import {connect} from '../client/kulkul.js';
import {ExactSocket} from './json.js';

/** An operator who looks waits for the page; there is not a thousand of them to come back at once. */
const BACKOFF = {first: 1_000, longest: 15_000};

/**
 * @typedef {import('../../../../../../../client/kulkul.js').ChannelEvent} Frame
 * @typedef {'connecting' | 'open' | 'waiting' | 'closed'} State
 */

export class Hub {
  /**
   * @param {string} url
   * @param {import('./credentials.js').Credentials} credentials
   * @param {(state: State, detail: string, status: any) => void} changed
   */
  constructor(url, credentials, changed) {
    this.credentials = credentials;
    this.changed = changed;
    /** The token that was used last. */
    this.given = '';
    /** Until when the user's own choice is the reason. */
    this.ended = false;
    const token = async () => this.given = await credentials.give();
    this.kulkul = connect(url, {token, backoff: BACKOFF, WebSocket: ExactSocket});
    this.kulkul.on('state', status => {
      if (status.state === 'waiting' && aboutToken(status.reason)) {
        credentials.refused(this.given);
      }
      this.tell();
    });
    this.kulkul.on('error', error => {
      if (aboutToken(error)) {
        credentials.refused(this.given);
      }
    });
    this.tell();
  }

  /** Tells of the state once more, unless it was closed by this page. */
  tell() {
    if (!this.ended) {
      this.changed(this.kulkul.state, detail(this.kulkul.status), this.kulkul.status);
    }
  }

  /** Goes on with a new token. */
  renew() {
    this.kulkul.renew();
    this.kulkul.reconnect();
    this.tell();
  }

  get status() {
    return this.kulkul.status;
  }

  /**
   * Listens until the function that is returned is called.
   * @param {string} channel a name or a pattern
   * @param {{filter?: any, message: (event: Frame) => void, state?: (state: string, why: string) => void, gap?: (text: string) => void}} options
   * @returns {() => void}
   */
  follow(channel, {filter, message, state, gap}) {
    const followed = this.kulkul.channel(channel, {filter});
    const tell = () => state?.(followed.state, followed.error ? `${followed.error.code}: ${followed.error.message}` : '');
    const ends = [
      followed.onState(tell),
      followed.onGap(missing => gap?.(words(missing))),
      // What is still under way when the filter changes is of the old one.
      followed.on('*', (_payload, event) => followed.state === 'live' && message(event)),
    ];
    // Whoever follows with the same filter again is not told of a change: there is none.
    tell();
    return () => ends.forEach(end => end());
  }

  /** @param {string} channel @param {import('../../../../../../../client/kulkul.js').HistoryOptions} options */
  history(channel, options) {
    return this.kulkul.channel(channel).history(options);
  }

  /** For good. */
  close() {
    this.ended = true;
    this.kulkul.close();
  }
}

/** @param {any} reason why a connection was lost, or what the server refuses */
export const aboutToken = reason => reason?.close === 4401 || /^token/.test(reason?.code ?? '');

/** @param {any} status */
function detail({state, reason, until, user, instance}) {
  switch (state) {
    case 'open':
      return `connected to ${instance} as ${user}`;
    case 'waiting':
      return until === undefined ? `${reason.message}` : `${reason.message}; again in ${Math.max(1, Math.round((until - Date.now()) / 1000))} s`;
    case 'closed':
      return reason.message;
    default:
      return 'connecting';
  }
}

/** @param {import('../../../../../../../client/kulkul.js').Gap} gap */
function words({channel, from, to, reason}) {
  const which = from === undefined || to === undefined ? 'some events' : from === to ? `event #${from}` : `the events #${from} to #${to}`;
  const why = {slow: 'this page was too slow', expired: 'they are too old', reset: 'counting began again',
    unknown: 'the hub does not know which', buffer: 'this page was too slow'}[reason] ?? reason;
  return `${channel}: ${which} were not received: ${why}.`;
}
