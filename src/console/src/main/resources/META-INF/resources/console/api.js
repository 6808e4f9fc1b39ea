// @ts-check
/** The gateway's REST API, asked with the operator's token. */

/**
 * What an operator has chosen: of which tenant the lists are (`*` is all, nothing is none) and of which instance; and the tenant of the
 * token, as far as that is known.
 * @typedef {{tenant: string, instance: string, own: string | undefined}} Session
 */

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
  /** @param {string} base where the paths begin @param {Session} session @param {import('./credentials.js').Credentials} credentials */
  constructor(base, session, credentials) {
    this.base = base;
    this.session = session;
    this.credentials = credentials;
  }

  /** Fails where the gateway does not take this token for an operator's. @param {string} token */
  async check(token) {
    await this.#fetch(token, 'GET', '/instance', {});
  }

  /**
   * @param {string} path
   * @param {Record<string, string | number | undefined>} [query]
   * @param {AbortSignal} [signal]
   * @returns {Promise<any>}
   */
  async get(path, query = {}, signal) {
    for (;;) {
      const token = await this.credentials.give();
      try {
        return await this.#fetch(token, 'GET', path, query, undefined, signal);
      } catch (problem) {
        // Asked again with the next token. A command is not: who gives that may not be who wanted it.
        if (!this.#ended(problem, token)) {
          throw problem;
        }
      }
    }
  }

  /**
   * @param {string} path
   * @param {string} [body] JSON
   * @param {Record<string, string | undefined>} [query]
   * @returns {Promise<any>}
   */
  async post(path, body, query = {}) {
    const token = await this.credentials.give();
    try {
      return await this.#fetch(token, 'POST', path, query, body);
    } catch (problem) {
      this.#ended(problem, token);
      throw problem;
    }
  }

  /** @param {unknown} problem @param {string} token */
  #ended(problem, token) {
    const ended = problem instanceof Problem && problem.status === 401;
    if (ended) {
      this.credentials.refused(token);
    }
    return ended;
  }

  /**
   * @param {string} token
   * @param {string} method
   * @param {string} path
   * @param {Record<string, string | number | undefined>} query
   * @param {string} [body]
   * @param {AbortSignal} [signal]
   */
  async #fetch(token, method, path, query, body, signal) {
    const url = new URL(this.base + path);
    for (const [name, value] of Object.entries({tenant: this.session.tenant || undefined, ...query})) {
      if (value !== undefined && value !== '') {
        url.searchParams.set(name, String(value));
      }
    }
    /** @type {Record<string, string>} */
    const headers = {Authorization: `Bearer ${token}`};
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
