// @ts-check
import {Connection, parseExactly, writeExactly} from './protocol.js';

/** @typedef {import('./protocol.js').Frame} Frame */

const STATISTICS = '$sys:stats';
const MOST_EVENTS = 500;
const FIGURE_POINTS = 60;
/** What the strip has room for; the console at console/ shows the others. */
const FIGURES = new Set(['connections', 'subscriptions', 'channels', 'eventsPublished', 'messagesSent', 'writersBlocked',
  'heapUsedBytes', 'heapMaxBytes', 'threads', 'uptimeSeconds']);
const TOKEN = 'kulkul-token';
/** More new rows than this at once come folded: nobody reads them as they pass. */
const MOST_OPENED = 5;

/** @param {string} id @returns {any} */
const byId = id => document.getElementById(id);

/** @param {string} tag @param {string} [className] @param {string} [text] */
function element(tag, className, text) {
  const made = document.createElement(tag);
  if (className) {
    made.className = className;
  }
  if (text !== undefined) {
    made.textContent = text;
  }
  return made;
}

/** @typedef {{frame: Frame} | {text: string, bad: boolean}} Entry */

/** Entries wait for the next frame of the screen: rows are made only then, and only those that stay in the list. */
class Stream {
  constructor() {
    /** @type {Entry[]} */
    this.waiting = [];
    this.total = 0;
    this.paused = false;
    this.drawing = false;
    this.search = '';
  }

  /** @param {Entry} entry */
  add(entry) {
    this.waiting.push(entry);
    if (this.waiting.length > 2 * MOST_EVENTS) {
      this.waiting = this.waiting.slice(-MOST_EVENTS);
    }
    this.#schedule();
  }

  #schedule() {
    if (!this.drawing) {
      this.drawing = true;
      requestAnimationFrame(() => this.#draw());
    }
  }

  #draw() {
    this.drawing = false;
    byId('count').textContent = String(this.total);
    const goOn = this.waiting.length > 0 ? `Go on (${this.waiting.length})` : 'Go on';
    byId('pause').textContent = this.paused ? goOn : 'Pause';
    if (this.paused || this.waiting.length === 0) {
      return;
    }
    const list = byId('events');
    const entries = this.waiting.slice(-MOST_EVENTS);
    this.waiting = [];
    const rows = entries.map(entry => 'frame' in entry
        ? eventRow(entry.frame, entries.length <= MOST_OPENED) : noticeRow(entry.text, entry.bad));
    for (const row of rows) {
      row.hidden = !this.#found(row);
    }
    for (let over = list.childElementCount + rows.length - MOST_EVENTS; over > 0 && list.lastElementChild; over--) {
      list.lastElementChild.remove();
    }
    list.prepend(...rows.reverse());
    byId('empty').hidden = true;
  }

  /** @param {HTMLElement} row */
  #found(row) {
    return this.search === '' || (row.dataset.text ?? '').includes(this.search);
  }

  /** @param {string} text */
  find(text) {
    this.search = text.toLowerCase();
    for (const row of byId('events').children) {
      row.hidden = !this.#found(row);
    }
  }

  /** @param {boolean} paused */
  pause(paused) {
    this.paused = paused;
    this.#schedule();
  }

  clear() {
    this.waiting = [];
    this.total = 0;
    byId('events').replaceChildren();
    byId('empty').hidden = false;
    this.#schedule();
  }
}

/** Made once: making one costs more than everything else about a row. */
const TIME = new Intl.DateTimeFormat(
    undefined, {hour: '2-digit', minute: '2-digit', second: '2-digit', fractionalSecondDigits: 3});
const COMPACT = new Intl.NumberFormat(undefined, {notation: 'compact', maximumFractionDigits: 1});
const stream = new Stream();
/** @type {Map<string, {points: number[], value: HTMLElement, line: Element}>} */
const figures = new Map();

/** Shows JSON with its kinds in colours; what came from elsewhere is only ever text. @param {HTMLElement} into @param {unknown} value */
function showJson(into, value) {
  const text = writeExactly(value, 2);
  const token = /("(?:[^"\\]|\\.)*")(\s*:)?|(-?\d[\d.eE+-]*)|(true|false|null)/g;
  let last = 0;
  for (const match of text.matchAll(token)) {
    into.append(text.slice(last, match.index));
    const kind = match[1] ? (match[2] ? 'k' : 's') : match[3] ? 'n' : 'w';
    into.append(element('span', kind, match[1] ?? match[3] ?? match[4]), match[2] ?? '');
    last = match.index + match[0].length;
  }
  into.append(text.slice(last));
}

/** @param {Frame} frame @param {boolean} mayOpen */
function eventRow(frame, mayOpen) {
  const json = writeExactly(frame.payload);
  const row = element('li', 'event');
  row.dataset.channel = frame.channel;
  row.dataset.seq = frame.seq ?? '';
  row.dataset.text = `${frame.channel} ${frame.event} ${json}`.toLowerCase();
  const details = document.createElement('details');
  const summary = element('summary');
  summary.append(element('span', 'name', frame.event), element('span', 'where', frame.channel));
  if (frame.seq !== undefined) {
    summary.append(element('span', 'soft', `#${frame.seq}${frame.epoch ? ` · ${frame.epoch}` : ''}`));
  }
  if (frame.publisher) {
    summary.append(element('span', 'soft', `by ${frame.publisher}`));
  }
  summary.append(element('time', 'when', TIME.format(frame.timestamp)));
  details.append(summary);
  // Most payloads are never opened: they are written out when they are.
  const open = () => {
    if (details.childElementCount === 1) {
      const payload = element('pre', 'payload');
      payload.tabIndex = 0;
      showJson(payload, frame.payload);
      details.append(payload);
    }
  };
  details.addEventListener('toggle', open);
  if (mayOpen && json.length <= 200) {
    open();
    details.open = true;
  }
  row.append(details);
  return row;
}

/** @param {string} text @param {boolean} bad */
function noticeRow(text, bad) {
  const row = element('li', bad ? 'notice bad' : 'notice', text);
  row.dataset.text = text.toLowerCase();
  return row;
}

/** @param {string} name "heapUsedBytes" reads "heap used" */
function words(name) {
  return name.replace(/(Bytes|Seconds)$/, '').replace(/([A-Z])/g, ' $1').toLowerCase();
}

/** @param {string} name @param {number} value */
function amount(name, value) {
  if (name.endsWith('Bytes')) {
    const mebibytes = value / 1_048_576;
    return mebibytes < 1024 ? `${mebibytes.toFixed(mebibytes < 999 ? 1 : 0)} MiB` : `${(value / 1_073_741_824).toFixed(1)} GiB`;
  }
  if (name.endsWith('Seconds')) {
    return value < 120 ? `${Math.round(value)} s` : value < 7200 ? `${Math.round(value / 60)} min` : `${Math.round(value / 3600)} h`;
  }
  // A tile has room for nine characters.
  return value < 10_000_000 ? value.toLocaleString() : COMPACT.format(value);
}

/** @param {Record<string, unknown>} statistics */
function showStatistics(statistics) {
  byId('figures').hidden = false;
  for (const [name, value] of Object.entries(statistics)) {
    if (typeof value !== 'number' || !FIGURES.has(name)) {
      continue;
    }
    const figure = figures.get(name) ?? newFigure(name);
    figure.points.push(value);
    figure.points.splice(0, figure.points.length - FIGURE_POINTS);
    figure.value.textContent = amount(name, value);
    const least = Math.min(...figure.points);
    const range = Math.max(...figure.points) - least || 1;
    figure.line.setAttribute('points', figure.points
        .map((point, i) => `${(i * 100) / (FIGURE_POINTS - 1)},${21 - ((point - least) / range) * 20}`).join(' '));
  }
}

/** @param {string} name */
function newFigure(name) {
  const box = element('div', 'figure');
  box.dataset.figure = name;
  const value = element('b');
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  svg.setAttribute('viewBox', '0 0 100 22');
  svg.setAttribute('preserveAspectRatio', 'none');
  svg.setAttribute('aria-hidden', 'true');
  const line = document.createElementNS('http://www.w3.org/2000/svg', 'polyline');
  svg.append(line);
  box.append(value, element('span', '', words(name)), svg);
  byId('figures').append(box);
  const figure = {points: /** @type {number[]} */ ([]), value, line};
  figures.set(name, figure);
  return figure;
}

const connection = new Connection(
    `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}${new URL('ws', location.href).pathname}`, {
      state(state, detail) {
        byId('state').dataset.state = state;
        byId('state').textContent = detail;
      },
      message(frame, subscription) {
        if (subscription.quiet) {
          showStatistics(frame.payload);
        } else {
          stream.total++;
          stream.add({frame});
        }
      },
      notice(text, bad) {
        stream.add({text, bad});
      },
      subscriptions: showSubscriptions,
      position: schedulePositions,
    });

/** @param {import('./protocol.js').Subscription} subscription */
function facts({state, last, filter}) {
  const where = last ? ` · head ${last.seq} · ${last.epoch}` : '';
  return ` ${state}${where}${filter ? ` · ${writeExactly(filter)}` : ''}`;
}

let positionsScheduled = false;

/** Heads move with every event; they are written once per frame of the screen, and the buttons stay what they are. */
function schedulePositions() {
  if (!positionsScheduled) {
    positionsScheduled = true;
    requestAnimationFrame(() => {
      positionsScheduled = false;
      for (const chip of byId('subscriptions').children) {
        const subscription = connection.subscriptions.get(chip.dataset.subscription);
        const line = chip.querySelector('em');
        if (subscription && line.textContent !== facts(subscription)) {
          line.textContent = facts(subscription);
        }
      }
    });
  }
}

function showSubscriptions() {
  const chips = [];
  for (const subscription of connection.subscriptions.values()) {
    if (!subscription.quiet) {
      const chip = element('li', 'chip');
      chip.dataset.subscription = subscription.name;
      const text = element('span', '', subscription.name);
      text.append(element('em', '', facts(subscription)));
      const end = /** @type {HTMLButtonElement} */ (element('button', '', '✕'));
      end.type = 'button';
      end.setAttribute('aria-label', `Unsubscribe from ${subscription.name}`);
      end.addEventListener('click', () => connection.unsubscribe(subscription.name));
      chip.append(text, end);
      chips.push(chip);
    }
  }
  byId('subscriptions').replaceChildren(...chips);
}

/** @param {string} text @returns {{value?: any, wrong?: string}} */
function parse(text) {
  try {
    return {value: parseExactly(text)};
  } catch (e) {
    return {wrong: e instanceof Error ? e.message : String(e)};
  }
}

/** @param {string} channel @param {string} filterText */
async function subscribe(channel, filterText) {
  const error = byId('subscribe-error');
  error.textContent = '';
  const filter = filterText.trim() === '' ? {value: undefined} : parse(filterText);
  error.textContent = filter.wrong ? `The filter is not JSON: ${filter.wrong}` : await connection.subscribe(channel, filter.value, false);
}

byId('subscribe-form').addEventListener('submit', (/** @type {Event} */ submit) => {
  submit.preventDefault();
  void subscribe(byId('channel').value.trim(), byId('filter').value);
});
byId('publish-form').addEventListener('submit', async (/** @type {Event} */ submit) => {
  submit.preventDefault();
  const result = byId('publish-result');
  const payload = parse(byId('publish-payload').value);
  if (payload.wrong) {
    result.textContent = `The payload is not JSON: ${payload.wrong}`;
    return;
  }
  const key = byId('publish-key').value.trim() || undefined;
  const reply = await connection.publish(
      {channel: byId('publish-channel').value.trim(), event: byId('publish-event').value.trim(), payload: payload.value, key});
  result.textContent = reply.type === 'error'
      ? `${reply.code}: ${reply.message}`
      : `${reply.duplicate ? 'Published before' : 'Published'}${reply.seq === undefined ? '' : ` at #${reply.seq}, epoch ${reply.epoch}`}`;
});
byId('token-form').addEventListener('submit', (/** @type {Event} */ submit) => {
  submit.preventDefault();
  start(byId('token').value.trim());
});
byId('search').addEventListener('input', () => stream.find(byId('search').value));
byId('clear').addEventListener('click', () => stream.clear());
byId('pause').addEventListener('click', () => {
  const paused = !stream.paused;
  byId('pause').setAttribute('aria-pressed', String(paused));
  stream.pause(paused);
});
byId('try').addEventListener('click', () => void subscribe('hello:*', ''));
byId('copy').addEventListener('click', async () => {
  try {
    await navigator.clipboard.writeText(byId('curl').textContent);
    byId('copy').textContent = 'Copied';
  } catch {
    // Only pages over HTTPS or of localhost may: what is selected can be copied by hand.
    getSelection()?.selectAllChildren(byId('curl'));
    byId('copy').textContent = 'Selected';
  }
});
byId('curl').textContent = `curl -H "Authorization: Bearer $(cat target/dev-token)" -H 'Content-Type: application/json' \\
  -d '{"channel":"hello:world","event":"greeting","payload":{"text":"hi"}}' ${new URL('api/events', location.origin + location.pathname).href}`;

/** @param {string} token */
function start(token) {
  if (token !== '') {
    sessionStorage.setItem(TOKEN, token);
    byId('token').value = token;
    connection.connect(token);
  }
}

/** The address's token; it does not stay there. */
function takeToken() {
  const given = new URLSearchParams(location.hash.slice(1)).get('token');
  if (given) {
    // An address is copied and kept; a token does not belong into it for longer than needed.
    history.replaceState(null, '', location.pathname + location.search);
  }
  return given;
}

addEventListener('hashchange', () => start(takeToken() ?? ''));
addEventListener('online', () => connection.retryNow());
void connection.subscribe(STATISTICS, undefined, true);
start(takeToken() ?? sessionStorage.getItem(TOKEN) ?? '');
