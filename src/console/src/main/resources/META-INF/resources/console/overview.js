// @ts-check
/** The first view: the instances side by side, and their figures over time. */

import {Chart} from './charts.js';
import {byId, element, perFrame, write} from './dom.js';
import {MIB, bytes, count, duration, millis, rate} from './format.js';

/** @typedef {import('./series.js').Series} Series */

/** @type {import('./charts.js').ChartKind[]} */
const CHARTS = [
  {id: 'connections', title: 'Connections', format: count, measures: ['connections'], together: 'sum'},
  {id: 'published', title: 'Events published per second', format: rate, measures: ['published'], together: 'sum'},
  {id: 'sent', title: 'Events delivered per second', format: rate, measures: ['sent'], together: 'sum'},
  {id: 'latency', title: 'Delivery latency, p99, ms', format: millis, measures: ['p50', 'p99'], together: 'worst'},
  {id: 'subscriptions', title: 'Subscriptions', format: count, measures: ['subscriptions'], together: 'sum'},
  {id: 'overflow', title: 'Overflow: events not sent per second', format: rate, measures: ['overflow'], together: 'sum'},
  {id: 'replayed', title: 'Events replayed per second', format: rate, measures: ['replayed'], together: 'sum'},
  {id: 'busLag', title: 'Bus lag, ms', format: millis, measures: ['busLag'], together: 'worst'},
  {id: 'heap', title: 'Heap used, MiB', format: value => bytes(value === null ? null : value * MIB), measures: ['heap'], together: 'worst'},
];

/** The instances' columns: what is told of each, and whether it is a number. @type {[string, (s: any, series: Series) => string, boolean][]} */
const COLUMNS = [
  ['Connections', s => count(s.connections), true],
  ['Subscriptions', s => count(s.subscriptions), true],
  ['Channels', s => count(s.channels), true],
  ['Published/s', (s, series) => rate(series.last(s.instance, 'published')), true],
  ['Delivered/s', (s, series) => rate(series.last(s.instance, 'sent')), true],
  ['p50', s => millis(s.deliveryP50Millis), true],
  ['p99', s => millis(s.deliveryP99Millis), true],
  ['Overflow/s', (s, series) => rate(series.last(s.instance, 'overflow')), true],
  ['Blocked', s => count(s.writersBlocked), true],
  ['Bus lag', s => millis(s.busLagMillis), true],
  ['Heap', s => `${bytes(s.heapUsedBytes)} of ${bytes(s.heapMaxBytes)}`, true],
  ['Up', s => duration(s.uptimeSeconds), true],
];

export class Overview {
  /** @param {Series} series */
  constructor(series) {
    this.series = series;
    /** What GET /api/instances says, by name. @type {Map<string, any>} */
    this.members = new Map();
    this.charts = CHARTS.map(kind => new Chart(kind, series));
    byId('charts').append(...this.charts.map(chart => chart.box));
    byId('instances-head').append(element('th', {scope: 'col', role: 'columnheader', text: 'Instance'}),
        ...COLUMNS.map(([title]) => element('th', {scope: 'col', role: 'columnheader', class: 'number', text: title})));
    /** @type {Map<string, any>} */
    this.rows = new Map();
    this.next = 0;
    this.draw = perFrame(() => this.#draw());
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => this.repaint());
  }

  /** Forgets what was shown: it was for whoever gave the token. */
  clear() {
    this.series.clear();
    this.members = new Map();
    this.rows.forEach(row => row.remove());
    this.rows.clear();
    write(byId('instances-count'), '');
    this.charts.forEach(chart => chart.clear());
  }

  repaint() {
    this.charts.forEach(chart => chart.repaint());
    this.draw();
  }

  #draw() {
    if (byId('view-overview').hidden || this.series.times.length === 0) {
      return;
    }
    this.#drawInstances();
    // One chart a frame: all of them at once would be one long task with many instances.
    const step = () => {
      const there = this.series.times.length > 0;
      if (there) {
        this.charts[this.next].draw();
      }
      this.next = there ? (this.next + 1) % this.charts.length : 0;
      if (this.next !== 0) {
        requestAnimationFrame(step);
      }
    };
    if (this.next === 0) {
      step();
    }
  }

  #drawInstances() {
    const names = this.series.instances;
    for (const [name, row] of this.rows) {
      if (!names.includes(name)) {
        row.remove();
        this.rows.delete(name);
      }
    }
    names.forEach((name, index) => {
      const row = this.rows.get(name) ?? this.#newRow(name);
      const latest = this.series.latest.get(name);
      const [head, ...cells] = row.children;
      head.querySelector('.swatch').dataset.line = String(index % 6 + 1);
      const {text, kind} = this.#state(name, latest);
      const badge = head.querySelector('.badge');
      write(badge, text);
      badge.dataset.kind = kind;
      row.classList.toggle('gone', !latest);
      COLUMNS.forEach(([, of], i) => write(cells[i], latest ? of(latest.statistics, this.series) : '–'));
    });
    byId('instances-body').append(...names.map(name => this.rows.get(name)));
    write(byId('instances-count'), names.length === 1 ? 'one instance' : `${names.length} instances`);
  }

  /** @param {string} name @param {{statistics: any} | undefined} latest */
  #state(name, latest) {
    if (!latest) {
      return {text: 'gone', kind: 'bad'};
    }
    if (this.members.get(name)?.draining) {
      return {text: 'draining', kind: 'warn'};
    }
    return latest.statistics.busConnected === false ? {text: 'bus away', kind: 'bad'}
        : latest.statistics.writersBlocked > 0 ? {text: 'slow clients', kind: 'warn'} : {text: 'up', kind: 'good'};
  }

  /** @param {string} name */
  #newRow(name) {
    const row = element('tr', {role: 'row', data: {instance: name}},
        element('th', {scope: 'row', role: 'rowheader'},
            element('span', {class: 'swatch', 'aria-hidden': 'true'}), element('span', {class: 'instance-name', text: name}),
            element('span', {class: 'badge'})),
        ...COLUMNS.map(([title]) => element('td', {role: 'cell', class: title === 'Heap' ? 'number wide' : 'number', 'data-label': title})));
    this.rows.set(name, row);
    return row;
  }
}
