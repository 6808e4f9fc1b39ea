// @ts-check
/** One channel, or all that a pattern matches: live, what was, publishing, and who is subscribed. */

import {byId, element, perFrame, toast, write} from './dom.js';
import {eventRow, searchable} from './events.js';
import {count, rate} from './format.js';
import {parseExactly, writeExactly} from './json.js';

/** @typedef {import('./hub.js').Frame} Frame */

const MOST_SHOWN = 200;
const MOST_WAITING = 1_000;
/** At thousands of events a second a list that changes ten times a second is as current as an eye can follow. */
const DRAW_PAUSE = 100;
const PAGE = 50;
const REFRESH = 2_000;

export class ChannelView {
  /**
   * @param {import('./api.js').Api} api
   * @param {(tenant: string) => import('./hub.js').Hub} hub
   * @param {import('./connections.js').Connections} connections
   */
  constructor(api, hub, connections) {
    this.api = api;
    this.hub = hub;
    this.connections = connections;
    this.name = '';
    /** Whose channel it is. */
    this.tenant = '';
    /** Ends the subscription on this page's behalf. @type {(() => void) | null} */
    this.unfollow = null;
    /** @type {Frame[]} */
    this.waiting = [];
    this.total = 0;
    this.recent = 0;
    this.paused = false;
    this.find = '';
    this.oldest = 0;
    this.timer = 0;
    /** @type {import('./table.js').Table | null} */
    this.subscribers = null;
    this.draw = perFrame(() => this.#draw(), DRAW_PAUSE);
    this.#listen();
  }

  #listen() {
    byId('live-pause').addEventListener('click', () => this.#pause(!this.paused));
    byId('live-clear').addEventListener('click', () => this.#clear());
    byId('live-find').addEventListener('input', () => this.#search());
    byId('filter-form').addEventListener('submit', (/** @type {Event} */ submit) => {
      submit.preventDefault();
      this.#follow();
    });
    byId('history-older').addEventListener('click', () => void this.#older());
    byId('history-newest').addEventListener('click', () => void this.#newest());
    byId('publish-form').addEventListener('submit', (/** @type {Event} */ submit) => {
      submit.preventDefault();
      void this.#publish();
    });
    const tabs = [...byId('channel-tabs').children];
    tabs.forEach(tab => {
      tab.addEventListener('click', () => this.#turn(tab.dataset.tab));
      tab.addEventListener('keydown', (/** @type {KeyboardEvent} */ key) => {
        const step = key.key === 'ArrowRight' ? 1 : key.key === 'ArrowLeft' ? -1 : 0;
        if (step !== 0) {
          key.preventDefault();
          const there = tabs.filter(each => !each.hidden);
          const other = there[(there.indexOf(tab) + step + there.length) % there.length];
          other.focus();
          this.#turn(other.dataset.tab);
        }
      });
    });
    setInterval(() => {
      write(byId('live-rate'), this.unfollow === null ? '' : `${count(this.recent)}/s`);
      this.recent = 0;
    }, 1000);
  }

  get pattern() {
    return this.name.includes('*');
  }

  /** @param {string} name the channel's, or a pattern @param {string} tenant whose it is; empty for none */
  open(name, tenant) {
    this.name = name;
    this.tenant = tenant;
    write(byId('channel-title'), name);
    byId('publish-channel').value = this.pattern ? '' : name;
    byId('live-filter').value = '';
    byId('live-find').value = '';
    this.find = '';
    this.#clear();
    this.#pause(false);
    byId('history').replaceChildren();
    byId('history-none').hidden = true;
    byId('tab-history').hidden = this.pattern;
    this.subscribers?.show(false);
    this.subscribers = this.connections.tableOf('subscribers', {channel: name, tenant});
    byId('subscribers-table').replaceChildren(this.subscribers.box);
    this.#turn('live');
    this.#follow();
    void this.#facts();
  }

  /** Nobody looks any more. */
  close() {
    clearTimeout(this.timer);
    this.#unfollow();
    this.subscribers?.show(false);
    this.name = '';
  }

  /** @param {string} which */
  #turn(which) {
    for (const tab of byId('channel-tabs').children) {
      const chosen = tab.dataset.tab === which;
      tab.setAttribute('aria-selected', String(chosen));
      tab.tabIndex = chosen ? 0 : -1;
      byId(`panel-${tab.dataset.tab}`).hidden = !chosen;
    }
    this.subscribers?.show(which === 'subscribers');
    if (which === 'history' && byId('history').childElementCount === 0) {
      void this.#newest();
    }
    this.draw();
  }

  async #facts() {
    clearTimeout(this.timer);
    const {name, tenant} = this;
    const whose = tenant ? `tenant ${tenant}` : '';
    if (this.pattern) {
      write(byId('channel-facts'), [whose, 'a pattern: all channels that match'].filter(Boolean).join(' · '));
      return;
    }
    try {
      const path = `/channels/${name.split('/').map(encodeURIComponent).join('/')}`;
      const info = await this.api.get(path, {tenant, instance: this.api.session.instance});
      if (this.name === name && this.tenant === tenant) {
        const parts = [whose, `${count(info.subscribers + info.patternSubscribers)} subscribers`, `${rate(info.rate)} events/s`,
          info.head ? `head #${count(info.head.seq)} of epoch ${info.head.epoch}` : 'no history',
          info.head && `${count(info.historySize)} kept`];
        write(byId('channel-facts'), parts.filter(Boolean).join(' · '));
      }
    } catch (problem) {
      if (this.name === name) {
        write(byId('channel-facts'), problem instanceof Error ? problem.message : String(problem));
      }
    }
    if (this.name === name) {
      this.timer = setTimeout(() => void this.#facts(), REFRESH);
    }
  }

  #follow() {
    this.#unfollow();
    // Of the filter before; they would be shown as if they had passed the new one.
    this.waiting = [];
    const wrong = byId('live-error');
    wrong.textContent = '';
    const text = byId('live-filter').value.trim();
    let filter;
    try {
      filter = text === '' ? undefined : JSON.parse(text);
    } catch (e) {
      wrong.textContent = `The filter is not JSON: ${e instanceof Error ? e.message : e}`;
      return;
    }
    const {name} = this;
    write(byId('live-state'), 'connecting');
    try {
      this.unfollow = this.hub(this.tenant).follow(name, {
        filter,
        message: frame => this.#take(frame),
        gap: text => toast(text, 'bad'),
        state: (state, why) => {
          if (this.name === name) {
            write(byId('live-state'), state === 'live' ? (filter === undefined ? 'following' : 'following with a filter')
                : state === 'refused' ? 'not following' : 'connecting');
            write(wrong, why);
          }
        },
      });
    } catch (e) {
      write(byId('live-state'), 'not following');
      write(wrong, e instanceof Error ? e.message : String(e));
    }
  }

  #unfollow() {
    this.unfollow?.();
    this.unfollow = null;
  }

  /** @param {Frame} frame */
  #take(frame) {
    this.total++;
    this.recent++;
    this.waiting.push(frame);
    if (this.waiting.length > 2 * MOST_WAITING) {
      this.waiting = this.waiting.slice(-MOST_WAITING);
    }
    this.draw();
  }

  #draw() {
    write(byId('live-count'), `${count(this.total)} events`);
    write(byId('live-pause'), this.paused && this.waiting.length > 0 ? `Go on (${count(this.waiting.length)} waiting)`
        : this.paused ? 'Go on' : 'Pause');
    if (this.paused || this.waiting.length === 0 || byId('panel-live').hidden) {
      return;
    }
    const list = byId('live');
    const found = this.find === '' ? this.waiting : this.waiting.filter(frame => searchable(frame).includes(this.find));
    const newest = found.slice(-MOST_SHOWN);
    this.waiting = [];
    const rows = newest.map(frame => {
      const row = eventRow(frame, this.pattern);
      row.frame = frame;
      return row;
    });
    for (let over = list.childElementCount + rows.length - MOST_SHOWN; over > 0 && list.lastElementChild; over--) {
      list.lastElementChild.remove();
    }
    list.prepend(...rows.reverse());
    byId('live-none').hidden = list.childElementCount > 0;
  }

  #search() {
    this.find = byId('live-find').value.trim().toLowerCase();
    for (const row of byId('live').children) {
      row.hidden = this.find !== '' && !searchable(row.frame).includes(this.find);
    }
  }

  /** @param {boolean} paused */
  #pause(paused) {
    this.paused = paused;
    byId('live-pause').setAttribute('aria-pressed', String(paused));
    this.draw();
  }

  #clear() {
    this.waiting = [];
    this.total = 0;
    byId('live').replaceChildren();
    byId('live-none').hidden = false;
    this.draw();
  }

  /** @param {object} which */
  async #history(which) {
    const {name} = this;
    const wrong = byId('history-error');
    try {
      const reply = await this.hub(this.tenant).history(name, {limit: PAGE, ...which});
      write(wrong, '');
      return this.name === name ? reply : null;
    } catch (problem) {
      write(wrong, problem instanceof Error ? problem.message : String(problem));
      return null;
    }
  }

  async #newest() {
    const reply = await this.#history({reverse: true});
    byId('history').replaceChildren();
    this.#showHistory(reply ? reply.events : [], reply?.epoch);
  }

  async #older() {
    // The counting has no holes, so that the page before is known by its numbers.
    const since = {seq: Math.max(0, this.oldest - 1 - PAGE), epoch: this.epoch};
    const reply = await this.#history({since});
    if (reply) {
      this.#showHistory(reply.events.filter((/** @type {Frame} */ frame) => (frame.seq ?? 0) < this.oldest).reverse(), reply.epoch);
    }
  }

  /** @param {readonly Frame[]} events newest first @param {string} [epoch] */
  #showHistory(events, epoch) {
    this.epoch = epoch;
    byId('history').append(...events.map(frame => eventRow(frame, false)));
    this.oldest = events.at(-1)?.seq ?? this.oldest;
    const list = byId('history');
    byId('history-none').hidden = list.childElementCount > 0;
    byId('history-older').disabled = events.length === 0 || this.oldest <= 1;
    write(byId('history-count'), list.childElementCount === 0 ? '' : `${count(list.childElementCount)} events, back to #${count(this.oldest)}`);
  }

  async #publish() {
    const result = byId('publish-result');
    let payload;
    try {
      payload = parseExactly(byId('publish-payload').value);
    } catch (e) {
      result.textContent = `The payload is not JSON: ${e instanceof Error ? e.message : e}`;
      byId('publish-payload').focus();
      return;
    }
    const event = {
      channel: byId('publish-channel').value.trim(),
      event: byId('publish-event').value.trim(),
      payload,
      key: byId('publish-key').value.trim() || undefined,
    };
    try {
      const {seq, epoch, duplicate} = await this.api.post('/events', writeExactly(event), {tenant: this.tenant});
      result.textContent = `${duplicate ? 'Published before' : 'Published'}${seq === undefined ? '' : ` at #${seq} of epoch ${epoch}`}.`;
    } catch (problem) {
      result.textContent = `Not published: ${problem instanceof Error ? problem.message : problem}`;
    }
  }
}
