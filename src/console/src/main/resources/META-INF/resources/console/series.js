// @ts-check
/** What the instances have said of themselves within the last quarter of an hour, as columns that a chart can draw. */

import {MIB} from './format.js';

/** @typedef {Record<string, any>} Statistics */

export const SPAN_SECONDS = 900;
/** Rows are cut off in bunches: moving all of them once a second would be for nothing. */
const SLACK = 60;

/** What is drawn: how it is taken from an instance's statistics, and the ones before. */
export const MEASURES = {
  connections: newest('connections'),
  subscriptions: newest('subscriptions'),
  published: perSecond('eventsPublished'),
  sent: perSecond('messagesSent'),
  p50: newest('deliveryP50Millis'),
  p99: newest('deliveryP99Millis'),
  overflow: perSecond('eventsOverflowed'),
  replayed: perSecond('eventsReplayed'),
  busLag: newest('busLagMillis'),
  heap: newest('heapUsedBytes', MIB),
};

/** @typedef {keyof typeof MEASURES} Measure */

/** @typedef {(now: Statistics, before?: Statistics, seconds?: number) => number | null} Of */

/** @param {string} member @param {number} [unit] @returns {Of} */
function newest(member, unit = 1) {
  return now => now[member] / unit;
}

/** @param {string} member a counter @returns {Of} */
function perSecond(member) {
  return (now, before, seconds) => {
    // Without a sample before there is no rate; a counter that went back is another start of the instance.
    if (!before || !seconds || now[member] < before[member]) {
      return null;
    }
    return (now[member] - before[member]) / seconds;
  };
}

export class Series {
  constructor() {
    /** In seconds since the Unix epoch, as uPlot has it. @type {number[]} */
    this.times = [];
    /** By instance, then by measure: as long as the times. @type {Map<string, Record<Measure, (number | null)[]>>} */
    this.columns = new Map();
    /** @type {Map<string, {statistics: Statistics, time: number}>} */
    this.latest = new Map();
    this.newest = 0;
    /** What is added to the times of an instance whose clock is behind that of the one before, in seconds. */
    this.offset = 0;
  }

  /** Forgets everything: what comes next is for somebody else. */
  clear() {
    this.times = [];
    this.columns.clear();
    this.latest.clear();
    this.newest = 0;
    this.offset = 0;
  }

  /**
   * Takes what all instances said at one moment, the one that tells first. What is not newer than what there is, is left out.
   * @param {Statistics[]} instances
   * @param {number} timestamp in milliseconds
   */
  add(instances, timestamp) {
    const time = this.#timeOf(instances, timestamp / 1000);
    if (time === null) {
      return;
    }
    this.newest = time;
    this.times.push(time);
    const said = new Set();
    for (const statistics of instances) {
      if (!said.has(statistics.instance)) {
        said.add(statistics.instance);
        this.#append(statistics, time);
      }
    }
    for (const [name, columns] of this.columns) {
      if (!said.has(name)) {
        Object.values(columns).forEach(column => column.push(null));
        if (time - (this.latest.get(name)?.time ?? 0) > 10) {
          this.latest.delete(name);
        }
      }
    }
    this.#forget();
  }

  /**
   * When that was, on the charts; null where it is known already. A page may be connected to another instance than before, whose clock is
   * behind: it would tell nothing until its clock has caught up. Whether it tells something new is seen by how long it has been running.
   * @param {Statistics[]} instances
   * @param {number} said in seconds
   */
  #timeOf(instances, said) {
    if (said > this.newest) {
      this.offset = 0;
      return said;
    }
    const [teller] = instances;
    const known = this.latest.get(teller?.instance);
    if (!(teller?.uptimeSeconds > (known ? known.statistics.uptimeSeconds : -1))) {
      return null;
    }
    if (said + this.offset <= this.newest) {
      this.offset = this.newest + 1 - said;
    }
    return said + this.offset;
  }

  /** @param {Statistics} statistics @param {number} time */
  #append(statistics, time) {
    const before = this.latest.get(statistics.instance);
    let columns = this.columns.get(statistics.instance);
    if (!columns) {
      const none = new Array(this.times.length - 1).fill(null);
      columns = /** @type {any} */ (Object.fromEntries(Object.keys(MEASURES).map(measure => [measure, [...none]])));
      this.columns.set(statistics.instance, /** @type {any} */ (columns));
    }
    const seconds = before ? time - before.time : 0;
    for (const [measure, of] of Object.entries(MEASURES)) {
      /** @type {any} */ (columns)[measure].push(of(statistics, before?.statistics, seconds));
    }
    this.latest.set(statistics.instance, {statistics, time});
  }

  #forget() {
    let old = 0;
    while (old < this.times.length && this.times[old] < this.newest - SPAN_SECONDS) {
      old++;
    }
    if (old < SLACK) {
      return;
    }
    this.times.splice(0, old);
    for (const [name, columns] of this.columns) {
      Object.values(columns).forEach(column => column.splice(0, old));
      if (!this.latest.has(name) && columns.connections.every(value => value === null)) {
        this.columns.delete(name);
      }
    }
  }

  /** The instances that were heard of within the span, by name. */
  get instances() {
    return [...this.columns.keys()].sort();
  }

  /** @param {string} instance @param {Measure} measure @returns {(number | null)[]} */
  column(instance, measure) {
    return this.columns.get(instance)?.[measure] ?? [];
  }

  /** @param {string} instance @param {Measure} measure @returns {number | null} */
  last(instance, measure) {
    return this.column(instance, measure).at(-1) ?? null;
  }
}
