// @ts-check
/** Rows of events. What an event holds came from elsewhere: it is only ever shown as text. */

import {element} from './dom.js';
import {precise} from './format.js';
import {writeExactly} from './json.js';

/** @typedef {import('./hub.js').Frame} Frame */

const SHOWN_CHARACTERS = 240;

/** Shows JSON with its kinds in colours. @param {any} into @param {unknown} value */
function showJson(into, value) {
  const text = writeExactly(value, 2);
  const token = /("(?:[^"\\]|\\.)*")(\s*:)?|(-?\d[\d.eE+-]*)|(true|false|null)/g;
  let last = 0;
  for (const match of text.matchAll(token)) {
    into.append(text.slice(last, match.index));
    const kind = match[1] ? (match[2] ? 'k' : 's') : match[3] ? 'n' : 'w';
    into.append(element('span', {class: kind, text: match[1] ?? match[3] ?? match[4]}), match[2] ?? '');
    last = match.index + match[0].length;
  }
  into.append(text.slice(last));
}

/** The text in which somebody looks for something. @param {Frame} frame */
export const searchable = frame => `${frame.channel} ${frame.event} ${frame.publisher ?? ''} ${writeExactly(frame.payload)}`.toLowerCase();

/**
 * One event, which opens to its payload.
 * @param {Frame} frame
 * @param {boolean} withChannel
 */
export function eventRow(frame, withChannel) {
  const json = writeExactly(frame.payload);
  const summary = element('summary', {},
      element('time', {class: 'when', text: precise(frame.timestamp)}),
      element('span', {class: 'seq', text: frame.seq === undefined ? '' : `#${frame.seq}`}),
      element('span', {class: 'name', text: frame.event}));
  if (withChannel) {
    summary.append(element('span', {class: 'where mono', text: frame.channel}));
  }
  summary.append(element('span', {class: 'brief mono', text: json.length > SHOWN_CHARACTERS ? `${json.slice(0, SHOWN_CHARACTERS)}…` : json}));
  const details = element('details', {}, summary);
  details.addEventListener('toggle', () => {
    // Most payloads are never opened: they are written out when they are.
    if (details.childElementCount === 1) {
      const payload = element('pre', {class: 'payload', tabindex: '0', 'aria-label': 'Payload'});
      showJson(payload, frame.payload);
      const more = [`id ${frame.id}`, frame.publisher && `published by ${frame.publisher}`, frame.correlation && `correlation ${frame.correlation}`];
      details.append(element('p', {class: 'soft small-text', text: more.filter(Boolean).join(' · ')}), payload);
    }
  });
  return element('li', {class: 'event', data: {seq: frame.seq ?? '', channel: frame.channel}}, details);
}
