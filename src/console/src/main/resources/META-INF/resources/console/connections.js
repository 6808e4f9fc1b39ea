// @ts-check
/** Who is connected, and what an operator can do about it. */

import {addressOf} from './channels.js';
import {byId, element, toast} from './dom.js';
import {confirm, show} from './dialogs.js';
import {count, duration, moment} from './format.js';
import {Table} from './table.js';

/** @typedef {import('./api.js').Api} Api */
/** @typedef {import('./table.js').Row} Row */

/** The user's name, or a word for those who have shown no token. @param {Row} row */
const who = row => row.user ?? 'anonymous';

/** @param {unknown} problem */
const words = problem => problem instanceof Error ? problem.message : String(problem);

export class Connections {
  /** @param {Api} api */
  constructor(api) {
    this.api = api;
    this.table = this.tableOf('connections', {});
    byId('connections-table').append(this.table.box);
    byId('revoke').addEventListener('click', () => this.revoke('', this.api.session.tenant));
  }

  /**
   * A table of connections.
   * @param {string} name
   * @param {Record<string, string>} only further parameters of the query
   */
  tableOf(name, only) {
    return new Table({
      name,
      caption: 'Connections',
      key: row => row.connection,
      sort: '-opened',
      empty: 'No connection fits.',
      columns: [
        {key: 'user', title: 'User', sortable: true, text: row => who(row)},
        {key: 'tenant', title: 'Tenant', sortable: true, text: row => row.tenant ?? '–'},
        {key: 'dialect', title: 'Dialect', sortable: true, text: row => row.dialect},
        {key: 'opened', title: 'Since', sortable: true, number: true, wide: true, first: 'down',
          text: row => `${moment(row.opened)} (${duration((Date.now() - row.opened) / 1000)})`},
        {key: 'subscriptions', title: 'Subscriptions', sortable: true, number: true, first: 'down', text: row => count(row.subscriptions)},
        {key: 'lag', title: 'Lag', sortable: true, number: true, first: 'down', text: row => count(row.lag),
          state: row => row.lag > 0 ? 'lagging' : ''},
        {key: 'connection', title: 'Connection', sortable: true, wide: true, text: row => row.connection},
        {key: 'actions', title: '', node: row => element('span', {class: 'actions'},
            element('button', {type: 'button', class: 'quiet small', text: 'Details', 'aria-label': `Details of the connection of ${who(row())}`,
              on: {click: () => this.details(row())}}),
            element('button', {type: 'button', class: 'quiet small bad', text: 'Disconnect',
              'aria-label': `Disconnect the connection of ${who(row())}`, on: {click: () => this.disconnect(row())}}))},
      ],
      fetch: async (query, signal) => {
        const answer = await this.api.get('/connections', {...query, ...only, instance: this.api.session.instance}, signal);
        return {rows: answer.connections, total: answer.total};
      },
    });
  }

  /** @param {boolean} shown */
  show(shown) {
    this.table.show(shown);
  }

  /** @param {Row} row */
  async disconnect(row) {
    const sure = await confirm({
      title: 'Disconnect?',
      text: `The connection ${row.connection} of ${who(row)} is closed with 4410, after which its client does not come back by itself. `
          + 'Its token stays good: revoke it where nobody should connect with it again.',
      yes: 'Disconnect',
    });
    if (sure) {
      await this.#command(`/connections/${encodeURIComponent(row.connection)}/disconnect`, row.tenant, undefined,
          () => `${who(row)} is disconnected.`);
    }
  }

  /** @param {string} user @param {string | undefined} tenant */
  async disconnectUser(user, tenant) {
    const sure = await confirm({
      title: `Disconnect ${user} everywhere?`,
      text: `All connections of ${user}${tenant ? ` of the tenant ${tenant}` : ''}, on all instances, are closed with 4410.`,
      yes: 'Disconnect all',
    });
    if (sure) {
      await this.#command(`/users/${encodeURIComponent(user)}/disconnect`, tenant, undefined,
          answer => `${user}: ${answer.disconnected} disconnected.`);
    }
  }

  /** @param {Row} row */
  async details(row) {
    let full;
    try {
      full = await this.api.get(`/connections/${encodeURIComponent(row.connection)}`,
          {instance: this.api.session.instance, tenant: row.tenant});
    } catch (problem) {
      toast(`The connection cannot be read: ${words(problem)}`, 'bad');
      return;
    }
    const dialog = show(`Connection of ${who(full)}`, [
      facts({Connection: full.connection, User: who(full), Tenant: full.tenant ?? '–', Dialect: full.dialect,
        Since: moment(full.opened), 'Waiting events': count(full.lag)}),
      element('h3', {text: `Subscriptions (${full.channels.length})`}),
      element('ul', {class: 'plain'}, ...full.channels.map((/** @type {any} */ each) => element('li', {},
          element('a', {href: addressOf(each.channel, this.api.session.tenant === '*' ? full.tenant : ''), text: each.channel, on: {click: () => dialog.close()}}),
          element('span', {class: 'soft', text: [each.implicit && 'by the hub itself', each.filtered && 'with a filter',
            each.lag > 0 && `${count(each.lag)} waiting`].filter(Boolean).join(', ')}),
          element('button', {type: 'button', class: 'quiet small bad', text: 'Unsubscribe',
            'aria-label': `Unsubscribe ${who(full)} from ${each.channel}`,
            on: {click: () => this.#unsubscribe(full, each.channel, dialog)}})))),
      element('div', {class: 'buttons'},
          ...(full.user ? [
            element('button', {type: 'button', class: 'quiet', text: 'Revoke tokens…', on: {click: () => { dialog.close(); this.revoke(full.user, full.tenant); }}}),
            element('button', {type: 'button', class: 'quiet bad', text: 'Disconnect the user everywhere',
              on: {click: () => { dialog.close(); void this.disconnectUser(full.user, full.tenant); }}})] : []),
          element('button', {type: 'button', class: 'danger', text: 'Disconnect', on: {click: () => { dialog.close(); void this.disconnect(full); }}})),
    ]);
  }

  /** @param {Row} row @param {string} channel @param {HTMLDialogElement} dialog */
  async #unsubscribe(row, channel, dialog) {
    const sure = await confirm({
      title: 'Unsubscribe?',
      text: `${who(row)} is told that the subscription to ${channel} has ended, with the reason revoked. The client may subscribe again.`,
      yes: 'Unsubscribe',
    });
    if (sure) {
      dialog.close();
      await this.#command(`/connections/${encodeURIComponent(row.connection)}/unsubscribe`, row.tenant, JSON.stringify({channel}),
          () => `${who(row)} is no longer subscribed to ${channel}.`);
    }
  }

  /** Asks whose tokens, then whether that is meant. @param {string} user the one to begin with @param {string} [of] the tenant to begin with */
  revoke(user, of = '') {
    const tenant = element('input', {id: 'revoke-tenant', name: 'tenant', value: of === '*' ? '' : of, placeholder: 'none', spellcheck: 'false',
      autocomplete: 'off', maxlength: '255'});
    // An operator of one tenant is asked for none: there is no choice.
    const choosing = this.api.session.own === '';
    const name = element('input', {id: 'revoke-user', name: 'user', value: user, spellcheck: 'false', autocomplete: 'off'});
    const id = element('input', {id: 'revoke-jti', name: 'jti', spellcheck: 'false', autocomplete: 'off'});
    const wrong = element('p', {class: 'error', role: 'alert'});
    const form = element('form', {class: 'revoke', on: {submit: (/** @type {Event} */ submit) => {
      submit.preventDefault();
      const whose = new FormData(form).get('whose');
      const subject = (whose === 'user' ? name : id).value.trim();
      if (whose !== 'everybody' && subject === '') {
        wrong.textContent = whose === 'user' ? 'Say whose tokens.' : 'Say which token.';
        (whose === 'user' ? name : id).focus();
        return;
      }
      if (whose !== 'everybody' && tenant.value.trim() === '*') {
        wrong.textContent = 'A token and a user belong to one tenant.';
        tenant.focus();
        return;
      }
      dialog.close();
      void this.#revoke(String(whose), subject, choosing ? tenant.value.trim() : undefined);
    }}},
    element('fieldset', {}, element('legend', {text: 'Which tokens are to be good no more?'}),
        choice('user', 'Those of a user, issued until now', true), element('label', {class: 'unseen', for: 'revoke-user', text: 'User'}), name,
        choice('jti', 'One token, by its jti', false), element('label', {class: 'unseen', for: 'revoke-jti', text: 'jti'}), id,
        choice('everybody', 'Those of everybody in the tenant, issued until now', false)),
    ...(choosing ? [element('label', {for: 'revoke-tenant', text: 'Tenant'}), tenant,
      element('p', {class: 'hint', text: 'With nothing in it those without a tenant, yours too; for everybody, * is all tenants.'})] : []),
    element('p', {class: 'hint', text: 'Their connections are closed with 4401 on all instances. It cannot be taken back.'}),
    wrong,
    element('div', {class: 'buttons'}, element('button', {class: 'danger', text: 'Revoke…'})));
    name.addEventListener('focus', () => { form.elements.whose.value = 'user'; });
    id.addEventListener('focus', () => { form.elements.whose.value = 'jti'; });
    const dialog = show('Revoke tokens', [form]);
    name.focus();
  }

  /** @param {string} whose @param {string} subject @param {string | undefined} tenant undefined for the operator's own */
  async #revoke(whose, subject, tenant) {
    const where = tenant === '*' ? ' in all tenants' : tenant ? ` in the tenant ${tenant}` : '';
    const whom = whose === 'user' ? `all tokens of ${subject}${where} that were issued until now`
        : whose === 'jti' ? `the token ${subject}${where}` : `the tokens of everybody${where}${tenant && tenant !== '*' ? '' : ', yours included'}`;
    if (await confirm({title: 'Revoke?', text: `This revokes ${whom}. It cannot be taken back.`, yes: 'Revoke'})) {
      const body = whose === 'user' ? {user: subject} : whose === 'jti' ? {jti: subject} : {issuedBefore: Date.now()};
      await this.#command('/tokens/revoke', tenant, JSON.stringify(body), answer => `Revoked; ${answer.connections} connections had such a token.`);
    }
  }

  /** @param {string} path @param {string | undefined} tenant @param {string | undefined} body @param {(answer: any) => string} done */
  async #command(path, tenant, body, done) {
    try {
      const answer = await this.api.post(path, body, {tenant});
      toast(done(answer) + (answer.unanswered ? ` No answer yet from ${answer.unanswered.join(', ')}.` : ''));
    } catch (problem) {
      toast(`That was not done: ${words(problem)}`, 'bad');
    }
    if (this.table.shown) {
      void this.table.refresh();
    }
  }
}

/** @param {string} value @param {string} text @param {boolean} checked */
function choice(value, text, checked) {
  return element('label', {class: 'choice'}, element('input', {type: 'radio', name: 'whose', value, checked}), ` ${text}`);
}

/** @param {Record<string, string>} each */
export function facts(each) {
  return element('dl', {class: 'facts'}, ...Object.entries(each).map(([name, value]) => element('div', {},
      element('dt', {text: name}), element('dd', {text: value}))));
}
