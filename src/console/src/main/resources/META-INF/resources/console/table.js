// @ts-check
/** A table whose rows the server searches, sorts and pages, and which follows what changes there. */

import {element, write} from './dom.js';
import {count} from './format.js';

const REFRESH = 2_000;
const TYPING = 250;
const PAGE_SIZES = [25, 50, 100, 250];

/**
 * @typedef {Record<string, any>} Row
 * @typedef {{key: string, title: string, sortable?: boolean, number?: boolean, wide?: boolean, first?: 'up' | 'down', text?: (row: Row) => string,
 *   node?: (row: () => Row) => Node, state?: (row: Row) => string}} Column
 * @typedef {{search: string, sort: string, offset: number, limit: number}} Query
 */

export class Table {
  /**
   * @param {{name: string, caption: string, columns: Column[], key: (row: Row) => string, sort: string, empty: string,
   *   fetch: (query: Query, signal: AbortSignal) => Promise<{rows: Row[], total: number}>}} options
   */
  constructor(options) {
    this.options = options;
    this.sort = options.sort;
    this.search = '';
    this.offset = 0;
    this.limit = 50;
    this.total = 0;
    this.shown = false;
    this.timer = 0;
    this.typing = 0;
    /** @type {AbortController | null} */
    this.asking = null;
    /** @type {Map<string, {row: Row, line: any}>} */
    this.lines = new Map();
    /** The heads of the columns. @type {Map<string, any>} */
    this.heads = new Map();
    this.box = this.#make();
    this.#markSort();
  }

  #make() {
    const {name, caption, columns} = this.options;
    /** @type {any} */
    this.field = element('input', {type: 'search', id: `${name}-search`, placeholder: 'Search', spellcheck: 'false',
      'aria-label': `Search ${caption.toLowerCase()}`, maxlength: '255', on: {input: () => this.#typed()}});
    this.sorter = element('select', {id: `${name}-sort`, 'aria-label': 'Sort by', on: {change: () => this.#sortBy(this.sorter.value)}},
        ...columns.filter(column => column.sortable).flatMap(column => [
          element('option', {value: column.key, text: `${column.title}, least first`}),
          element('option', {value: `-${column.key}`, text: `${column.title}, greatest first`})]));
    this.follows = element('button', {type: 'button', class: 'quiet', 'aria-pressed': 'false', text: 'Hold',
      on: {click: () => this.#hold(this.follows.getAttribute('aria-pressed') !== 'true')}});
    this.size = element('select', {id: `${name}-size`, 'aria-label': 'Rows per page', on: {change: () => {
      this.limit = Number(this.size.value);
      this.#turnTo(0);
    }}}, ...PAGE_SIZES.map(size => element('option', {value: String(size), text: `${size} rows`, selected: size === 50})));
    this.heads = new Map(columns.map(column => [column.key, this.#head(column)]));
    this.body = element('tbody', {role: 'rowgroup'});
    this.problem = element('p', {class: 'error', role: 'alert'});
    this.none = element('p', {class: 'empty', hidden: true, text: this.options.empty});
    this.range = element('p', {class: 'range', role: 'status'});
    this.back = element('button', {type: 'button', class: 'quiet', text: 'Previous', on: {click: () => this.#turnTo(this.offset - this.limit)}});
    this.forth = element('button', {type: 'button', class: 'quiet', text: 'Next', on: {click: () => this.#turnTo(this.offset + this.limit)}});
    return element('div', {class: 'table-box', data: {table: name}},
        element('div', {class: 'bar'}, this.field, this.sorter, this.size, this.follows),
        this.problem,
        element('div', {class: 'scroll', tabindex: '0', role: 'region', 'aria-label': `Table of ${caption.toLowerCase()}`},
            element('table', {role: 'table', class: 'rows', 'aria-label': caption},
                element('thead', {role: 'rowgroup'}, element('tr', {role: 'row'}, ...this.heads.values())), this.body)),
        this.none,
        element('nav', {class: 'pager', 'aria-label': `Pages of ${caption.toLowerCase()}`}, this.range, this.back, this.forth));
  }

  /** @param {Column} column */
  #head(column) {
    const head = element('th', {scope: 'col', role: 'columnheader', class: column.number ? 'number' : false});
    if (column.sortable) {
      head.append(element('button', {type: 'button', class: 'sort', text: column.title, on: {click: () => {
        const down = this.sort === column.key || (this.sort !== `-${column.key}` && column.first === 'down');
        this.#sortBy(down ? `-${column.key}` : column.key);
      }}}));
    } else if (column.title === '') {
      head.append(element('span', {class: 'unseen', text: 'Actions'}));
    } else {
      head.textContent = column.title;
    }
    return head;
  }

  #markSort() {
    const column = this.sort.replace(/^-/, '');
    for (const [key, head] of this.heads) {
      if (key === column) {
        head.setAttribute('aria-sort', this.sort.startsWith('-') ? 'descending' : 'ascending');
      } else {
        head.removeAttribute('aria-sort');
      }
    }
    this.sorter.value = this.sort;
  }

  /** @param {string} sort */
  #sortBy(sort) {
    this.sort = sort;
    this.#markSort();
    this.#turnTo(0);
  }

  #typed() {
    clearTimeout(this.typing);
    this.typing = setTimeout(() => {
      this.search = this.field.value.trim();
      this.#turnTo(0);
    }, TYPING);
  }

  /** @param {boolean} held */
  #hold(held) {
    this.follows.setAttribute('aria-pressed', String(held));
    write(this.follows, held ? 'Go on' : 'Hold');
    if (!held) {
      void this.refresh();
    }
  }

  /** @param {number} offset */
  #turnTo(offset) {
    this.offset = Math.max(0, offset);
    void this.refresh();
  }

  /** Begins to ask, or stops: a table that nobody sees costs nothing. @param {boolean} shown */
  show(shown) {
    this.shown = shown;
    clearTimeout(this.timer);
    if (shown) {
      void this.refresh();
    } else {
      this.asking?.abort();
    }
  }

  /** Asks now, and again in a while. */
  async refresh() {
    this.asking?.abort();
    clearTimeout(this.timer);
    const asking = new AbortController();
    this.asking = asking;
    try {
      const {search, sort, offset, limit} = this;
      const {rows, total} = await this.options.fetch({search, sort, offset, limit}, asking.signal);
      if (asking.signal.aborted) {
        return;
      }
      write(this.problem, '');
      this.#draw(rows, total);
    } catch (problem) {
      if (asking.signal.aborted) {
        return;
      }
      write(this.problem, `The rows cannot be read: ${problem instanceof Error ? problem.message : problem}`);
    }
    if (this.shown) {
      this.timer = setTimeout(() => this.#due(), REFRESH);
    }
  }

  #due() {
    // A page in the background, or one that somebody holds, asks nothing.
    if (document.hidden || this.follows.getAttribute('aria-pressed') === 'true') {
      this.timer = setTimeout(() => this.#due(), REFRESH);
    } else {
      void this.refresh();
    }
  }

  /** @param {Row[]} rows @param {number} total */
  #draw(rows, total) {
    this.total = total;
    if (rows.length === 0 && total > 0 && this.offset > 0) {
      this.#turnTo(Math.floor((total - 1) / this.limit) * this.limit);
      return;
    }
    const focused = document.activeElement;
    const lines = new Map();
    for (const row of rows) {
      const key = this.options.key(row);
      const known = this.lines.get(key);
      const entry = known ?? {row, line: null};
      entry.row = row;
      entry.line ??= this.#line(entry);
      this.#fill(entry);
      lines.set(key, entry);
    }
    for (const [key, {line}] of this.lines) {
      if (!lines.has(key)) {
        line.remove();
      }
    }
    this.lines = lines;
    // Only what is not where it should be is moved: moving an element takes the focus from it.
    let at = this.body.firstElementChild;
    for (const {line} of lines.values()) {
      if (line === at) {
        at = at.nextElementSibling;
      } else {
        this.body.insertBefore(line, at);
      }
    }
    if (focused instanceof HTMLElement && focused !== document.activeElement && focused.isConnected) {
      focused.focus({preventScroll: true});
    }
    this.none.hidden = total > 0;
    write(this.range, total === 0 ? 'no rows' : `${count(this.offset + 1)}–${count(this.offset + rows.length)} of ${count(total)}`);
    this.back.disabled = this.offset === 0;
    this.forth.disabled = this.offset + rows.length >= total;
  }

  /** @param {{row: Row}} entry */
  #line(entry) {
    return element('tr', {role: 'row', data: {key: this.options.key(entry.row)}},
        ...this.options.columns.map(column => {
          const cell = element('td', {role: 'cell', class: [column.number && 'number', column.wide && 'wide'].filter(Boolean).join(' ') || false, 'data-label': column.title});
          if (column.node) {
            cell.append(column.node(() => entry.row));
          }
          return cell;
        }));
  }

  /** @param {{row: Row, line: any}} entry */
  #fill({row, line}) {
    this.options.columns.forEach((column, i) => {
      const cell = line.children[i];
      if (column.text) {
        write(cell, column.text(row));
      }
      if (column.state) {
        cell.dataset.state = column.state(row);
      }
    });
  }
}
