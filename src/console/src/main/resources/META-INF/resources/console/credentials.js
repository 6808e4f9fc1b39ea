// @ts-check
/** The operator's token. Where it has ended, whoever needs one waits until the operator has given a new one. */

export class Credentials {
  /** @param {() => void} ended is told, once each time, that a new token is needed */
  constructor(ended) {
    this.tell = ended;
    this.token = '';
    /** Whether the server has refused the token since it was given. */
    this.ended = false;
    /** @type {{resolve: (token: string) => void, reject: (why: Error) => void}[]} */
    this.waiting = [];
  }

  /** Takes a token that the server has accepted: a first one, or one in place of that which has ended. @param {string} token */
  take(token) {
    this.token = token;
    this.ended = false;
    this.waiting.splice(0).forEach(({resolve}) => resolve(token));
  }

  /** Ends the session: whoever waits does so for nothing. */
  forget() {
    this.token = '';
    this.ended = false;
    this.waiting.splice(0).forEach(({reject}) => reject(new Error('the token is forgotten')));
  }

  /** The token, as soon as there is one that has not ended. @returns {Promise<string>} */
  give() {
    return this.ended ? new Promise((resolve, reject) => this.waiting.push({resolve, reject})) : Promise.resolve(this.token);
  }

  /** The server has refused a token. What is said of an earlier one is late. @param {string} token */
  refused(token) {
    if (token !== '' && token === this.token && !this.ended) {
      this.ended = true;
      this.tell();
    }
  }
}
