// @ts-check
/** What channels are live. */

import {byId, element} from './dom.js';
import {count, rate} from './format.js';
import {Table} from './table.js';

/** Where the page shows a channel. @param {string} channel @param {string} [tenant] whose, where that is not the chosen one's */
export const addressOf = (channel, tenant) =>
  `#/channel/${encodeURIComponent(channel)}${tenant ? `?tenant=${encodeURIComponent(tenant)}` : ''}`;

export class Channels {
  /** @param {import('./api.js').Api} api */
  constructor(api) {
    this.table = new Table({
      name: 'channels',
      caption: 'Channels',
      key: row => `${row.tenant ?? ''} ${row.channel}`,
      sort: '-rate',
      empty: 'No live channel fits. A channel is live while it has subscribers or kept events.',
      columns: [
        {key: 'channel', title: 'Channel', sortable: true, node: row => element('a',
            {href: addressOf(row().channel, api.session.tenant === '*' ? row().tenant : ''), class: 'mono', text: row().channel})},
        {key: 'tenant', title: 'Tenant', sortable: true, text: row => row.tenant ?? '–'},
        {key: 'subscribers', title: 'Subscribers', sortable: true, number: true, first: 'down',
          text: row => row.patternSubscribers > 0 ? `${count(row.subscribers)} + ${count(row.patternSubscribers)} by pattern` : count(row.subscribers)},
        {key: 'rate', title: 'Events/s', sortable: true, number: true, first: 'down', text: row => rate(row.rate)},
        {key: 'head', title: 'Head', sortable: true, number: true, first: 'down', text: row => row.head ? `#${count(row.head.seq)}` : '–'},
        {key: 'historySize', title: 'History', number: true, text: row => row.head ? count(row.historySize) : 'none'},
      ],
      fetch: async (query, signal) => {
        const answer = await api.get('/channels', {...query, instance: api.session.instance}, signal);
        return {rows: answer.channels, total: answer.total};
      },
    });
    byId('channels-table').append(this.table.box);
    byId('open-form').addEventListener('submit', (/** @type {Event} */ submit) => {
      submit.preventDefault();
      location.hash = `#/channel/${encodeURIComponent(byId('open-channel').value.trim())}`;
    });
  }

  /** @param {boolean} shown */
  show(shown) {
    this.table.show(shown);
  }
}
