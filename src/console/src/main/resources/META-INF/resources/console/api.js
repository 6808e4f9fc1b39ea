// @ts-check
/** The gateway's REST API, asked with the operator's token. */

/** @typedef {{token: string, tenant: string, instance: string}} Session */

/** Why a request was not carried out: RFC 9457's problem, as far as there is one. */
export class Problem extends Error {
  /** @param {number} status @param {string} code @param {string} detail */
  constructor(status, code, detail) {
    super(detail);
    this.status = status;
    this.code = code;
  }
}

export class Api {
  /** @param {string} base where the paths begin @param {Session} session */
  constructor(base, session) {
    this.base = base;
    this.session = session;
  }

  /**
   * @param {string} path
   * @param {Record<string, string | number | undefined>} [query]
   * @param {AbortSignal} [signal]
   * @returns {Promise<any>}
   */
  get(path, query = {}, signal) {
    return this.#send('GET', path, query, undefined, signal);
  }

  /**
   * @param {string} path
   * @param {string} [body] JSON
   * @param {Record<string, string | undefined>} [query]
   * @returns {Promise<any>}
   */
  post(path, body, query = {}) {
    return this.#send('POST', path, query, body);
  }

  /**
   * @param {string} method
   * @param {string} path
   * @param {Record<string, string | number | undefined>} query
   * @param {string} [body]
   * @param {AbortSignal} [signal]
   */
  async #send(method, path, query, body, signal) {
    const url = new URL(this.base + path);
    for (const [name, value] of Object.entries({tenant: this.session.tenant || undefined, ...query})) {
      if (value !== undefined && value !== '') {
        url.searchParams.set(name, String(value));
      }
    }
    /** @type {Record<string, string>} */
    const headers = {Authorization: `Bearer ${this.session.token}`};
    if (body !== undefined) {
      headers['Content-Type'] = 'application/json';
    }
    const response = await fetch(url, {method, headers, body, signal, cache: 'no-store', credentials: 'omit'});
    const text = await response.text();
    if (!response.ok) {
      throw problem(response, text);
    }
    return text === '' ? {} : JSON.parse(text);
  }
}

/** @param {Response} response @param {string} text */
function problem(response, text) {
  try {
    const {code, detail} = JSON.parse(text);
    return new Problem(response.status, code ?? '', detail ?? response.statusText);
  } catch {
    // Something in between answered, such as a proxy: its page is of no use here.
    return new Problem(response.status, '', response.statusText || `HTTP ${response.status}`);
  }
}
