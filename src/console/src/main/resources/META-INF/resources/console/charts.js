// @ts-check
/** Lines over the last quarter of an hour, drawn by uPlot, with their newest values in words. */

import {element, write} from './dom.js';
import {clock, short} from './format.js';
import {SPAN_SECONDS} from './series.js';

/** @typedef {import('./series.js').Series} Series */
/** @typedef {import('./series.js').Measure} Measure */

const HEIGHT = 132;
const LEAST_SPAN_SECONDS = 120;
const SYNC = 'kulkul';
/** How often the words for those who do not see the lines are renewed. */
const SPOKEN_EVERY = 10_000;

/**
 * @typedef {{id: string, title: string, format: (value: number | null) => string, measures: Measure[],
 *   together: 'sum' | 'worst'}} ChartKind
 */

export class Chart {
  /** @param {ChartKind} kind @param {Series} series */
  constructor(kind, series) {
    this.kind = kind;
    this.series = series;
    this.value = element('b', {class: 'chart-value', text: '–'});
    this.note = element('span', {class: 'chart-note'});
    this.canvas = element('div', {class: 'chart-canvas', role: 'img', 'aria-label': `${kind.title}: no data yet`});
    this.box = element('figure', {class: 'chart card', data: {chart: kind.id}},
        element('figcaption', {}, element('h3', {text: kind.title}), this.value, this.note), this.canvas);
    /** @type {uPlot | null} */
    this.plot = null;
    this.lines = '';
    this.spoken = -SPOKEN_EVERY;
    this.hovered = /** @type {number | null} */ (null);
    new ResizeObserver(() => this.#resize()).observe(this.canvas);
  }

  /** @returns {{label: string, values: (number | null)[], dash: boolean, instance: number}[]} */
  #lines() {
    const {instances} = this.series;
    // One instance has room for both latencies; of several each has its worse one.
    const measures = instances.length > 1 ? this.kind.measures.slice(-1) : this.kind.measures;
    return instances.flatMap((instance, index) => measures.map((measure, i) => ({
      label: `${instance} ${measure}`,
      values: this.series.column(instance, measure),
      dash: i < measures.length - 1,
      instance: index,
    })));
  }

  /** Shows nothing any more, until there is something. */
  clear() {
    this.plot?.destroy();
    this.plot = null;
    this.spoken = -SPOKEN_EVERY;
    this.hovered = null;
    write(this.value, '–');
    write(this.note, '');
    this.canvas.setAttribute('aria-label', `${this.kind.title}: no data yet`);
  }

  /** Draws what there is. */
  draw() {
    const lines = this.#lines();
    if (typeof uPlot !== 'undefined') {
      this.#drawLines(lines);
    } else {
      write(this.canvas, 'No lines: this console was built without uPlot.');
    }
    this.#words(lines);
  }

  /** @param {{label: string, values: (number | null)[], dash: boolean, instance: number}[]} lines */
  #drawLines(lines) {
    const shape = lines.map(line => line.label).join('\n');
    const plot = this.plot !== null && shape === this.lines ? this.plot : this.#make(lines);
    this.lines = shape;
    const now = this.series.newest;
    plot.setData([this.series.times, ...lines.map(line => line.values)], false);
    // An instance that has just begun would be a thin line at the edge.
    const first = Math.min(this.series.times[0] ?? now, now - LEAST_SPAN_SECONDS);
    plot.setScale('x', {min: Math.max(first, now - SPAN_SECONDS), max: now});
  }

  /** @param {{label: string, dash: boolean, instance: number}[]} lines */
  #make(lines) {
    this.plot?.destroy();
    const style = getComputedStyle(document.documentElement);
    /** @param {string} name */
    const color = name => style.getPropertyValue(name).trim();
    const axis = {stroke: color('--soft'), grid: {stroke: color('--grid'), width: 1}, ticks: {show: false}, font: '11px system-ui, sans-serif'};
    return this.plot = new uPlot({
      width: Math.max(this.canvas.clientWidth, 60),
      height: HEIGHT,
      legend: {show: false},
      padding: [8, 6, 0, 0],
      cursor: {sync: {key: SYNC}, drag: {x: false, y: false}, points: {size: 6}},
      scales: {x: {time: true, auto: false}, y: {range: (_plot, _min, max) => [0, max > 0 ? max * 1.15 : 1]}},
      axes: [
        {...axis, size: 24, space: 64, values: (_plot, splits) => {
          const length = splits.length > 1 && splits[1] - splits[0] < 60 ? 8 : 5;
          return splits.map(time => clock(time * 1000).slice(0, length));
        }},
        {...axis, size: 46, space: 34, values: (_plot, splits) => splits.map(short)},
      ],
      series: [{}, ...lines.map(line => ({
        label: line.label,
        stroke: color(`--line-${line.instance % 6 + 1}`),
        width: 1.6,
        dash: line.dash ? [4, 3] : undefined,
        fill: lines.length === 1 ? color('--fill') : undefined,
        points: {show: false},
        spanGaps: false,
      }))],
      hooks: {setCursor: [plot => {
        this.hovered = plot.cursor.idx ?? null;
        this.#words(this.#lines());
      }]},
    }, [[], ...lines.map(() => [])], this.canvas);
  }

  /** @param {{values: (number | null)[], dash: boolean}[]} lines */
  #words(lines) {
    const {format, together, measures} = this.kind;
    const at = this.hovered ?? this.series.times.length - 1;
    const solid = lines.filter(line => !line.dash);
    const values = solid.map(line => line.values[at]).filter(value => value !== null && value !== undefined);
    const value = values.length === 0 ? null
        : together === 'sum' ? values.reduce((sum, each) => sum + each, 0) : Math.max(...values);
    write(this.value, format(value));
    const dashed = lines.find(line => line.dash);
    const time = this.hovered === null ? '' : ` at ${clock(this.series.times[at] * 1000)}`;
    const which = solid.length > 1 ? (together === 'sum' ? 'all instances' : 'worst instance') : '';
    const lower = dashed ? `${measures[0]} ${format(dashed.values[at] ?? null)}` : '';
    write(this.note, [which, lower].filter(Boolean).join(' · ') + time);
    if (this.hovered === null && performance.now() - this.spoken > SPOKEN_EVERY) {
      this.spoken = performance.now();
      let most = 0;
      solid.forEach(line => line.values.forEach(each => { most = Math.max(most, each ?? 0); }));
      this.canvas.setAttribute('aria-label',
          `${this.kind.title}: now ${format(value)}, at most ${format(most)} within the last 15 minutes`);
    }
  }

  #resize() {
    const width = this.canvas.clientWidth;
    if (this.plot && width > 0 && Math.abs(width - this.plot.width) > 1) {
      this.plot.setSize({width, height: HEIGHT});
    }
  }

  /** Colours have changed: they are taken anew with the next drawing. */
  repaint() {
    this.lines = '';
  }
}
