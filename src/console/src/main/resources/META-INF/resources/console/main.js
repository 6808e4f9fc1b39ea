// @ts-check
/** Brings the token, the connection and the views together. */

import {Api, Problem} from './api.js';
import {ChannelView} from './channel.js';
import {Channels} from './channels.js';
import {Connections} from './connections.js';
import {byId, write} from './dom.js';
import {Hub} from './hub.js';
import {Overview} from './overview.js';
import {Series} from './series.js';

const TOKEN = 'kulkul-token';
const THEME = 'kulkul-theme';
const THEMES = ['auto', 'light', 'dark'];
const STATISTICS = '$sys:instances';
/** More than the span has, at one a second. */
const HISTORY = 900;
const MEMBERS_EVERY = 5_000;
const POLL_EVERY = 2_000;

/** The page is at …/console/, everything else beside it. */
const base = new URL('..', new URL('.', location.href));
const session = {token: '', tenant: '', instance: ''};
const api = new Api(new URL('api', base).href, session);
const series = new Series();
const overview = new Overview(series);
const connections = new Connections(api);
const channels = new Channels(api);
const channelView = new ChannelView(api, stream, connections);

/** For the statistics. @type {Hub | null} */
let system = null;
/** For what an operator follows, in the tenant that was chosen. @type {Hub | null} */
let followed = null;
let polling = 0;

/** @param {string} path */
function socketUrl(path) {
  const url = new URL(path, base);
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
  return url.href;
}

function stream() {
  followed ??= new Hub(socketUrl(session.tenant ? `ws/${encodeURIComponent(session.tenant)}` : 'ws'), session.token, () => {});
  return followed;
}

/** @param {'idle' | 'connecting' | 'open' | 'waiting' | 'closed'} state @param {string} detail */
function showState(state, detail) {
  byId('state').dataset.state = state;
  write(byId('state'), detail);
}

/** Whoever has no good token sees this and nothing else. @param {string} why @param {boolean} [bad] whether that is a fault */
function askForToken(why, bad = true) {
  stop();
  sessionStorage.removeItem(TOKEN);
  session.token = '';
  byId('console').hidden = true;
  byId('views').hidden = true;
  byId('forget').hidden = true;
  byId('gate').hidden = false;
  write(byId('gate-why'), why);
  byId('gate-why').className = bad ? 'error' : 'hint';
  showState('idle', 'not connected');
  byId('token').value = '';
  byId('token').focus();
}

function stop() {
  clearInterval(polling);
  system?.close();
  system = null;
  followed?.close();
  followed = null;
  channelView.close();
  connections.show(false);
  channels.show(false);
}

/** @param {string} token */
async function start(token) {
  stop();
  session.token = token;
  showState('connecting', 'connecting');
  try {
    await api.get('/instance');
  } catch (problem) {
    const status = problem instanceof Problem ? problem.status : 0;
    if (status === 401) {
      askForToken('This token is not valid here, or has expired. Ask for a new one.');
    } else if (status === 403) {
      askForToken('This token is valid, but it has no admin permission, which everything here needs.');
    } else {
      showState('closed', 'the gateway does not answer');
      askForToken(`The gateway does not answer as it should: ${problem instanceof Error ? problem.message : problem}`);
    }
    return;
  }
  sessionStorage.setItem(TOKEN, token);
  byId('gate').hidden = true;
  byId('console').hidden = false;
  byId('views').hidden = false;
  byId('forget').hidden = false;
  const hub = new Hub(socketUrl('ws'), token, (state, detail) => {
    showState(state, detail);
    if (state === 'closed' && system !== null && !system.ended) {
      askForToken(`The console was disconnected: ${detail}.`);
    }
  });
  system = hub;
  void watch(hub);
  route();
}

/** @param {Hub} hub */
async function watch(hub) {
  const events = await past(hub);
  if (hub.ended) {
    return;
  }
  const {status} = hub;
  if (status.state === 'open' && status.tenant) {
    // The statistics are about all tenants, and their channel is in none.
    write(byId('overview-note'), 'This token is for one tenant: the figures are of the instance that answers, from now on.');
    polling = setInterval(() => void poll(), POLL_EVERY);
    return;
  }
  write(byId('overview-note'), '');
  await load(events);
  hub.follow(STATISTICS, {message: event => {
    series.add(event.payload.instances, event.timestamp);
    overview.draw();
  }});
  void members();
  polling = setInterval(() => void members(), MEMBERS_EVERY);
}

/**
 * What was said within the last quarter of an hour, newest first. Of many instances it takes several answers: each has an end.
 * @param {Hub} hub
 */
async function past(hub) {
  /** @type {import('./hub.js').Frame[]} */
  const events = [];
  try {
    const newest = await hub.history(STATISTICS, {limit: HISTORY, reverse: true});
    events.push(...newest.events);
    const size = events.length;
    for (let oldest = events.at(-1)?.seq ?? 1; oldest > 1 && events.length < HISTORY; oldest = events.at(-1)?.seq ?? 1) {
      const since = {seq: Math.max(0, oldest - 1 - size), epoch: newest.epoch};
      const older = (await hub.history(STATISTICS, {since, limit: size})).events.filter((/** @type {any} */ event) => event.seq < oldest);
      if (older.length === 0) {
        break;
      }
      events.push(...older.reverse());
    }
  } catch (problem) {
    // Closed meanwhile, which the state tells; whatever there is can be shown.
    console.info('the statistics of before cannot be read:', problem);
  }
  return events;
}

/** Takes what was, a bunch at a time, so that the page stays quick. @param {readonly any[]} events newest first */
async function load(events) {
  for (let i = events.length - 1; i >= 0; i--) {
    series.add(events[i].payload.instances, events[i].timestamp);
    if (i % 100 === 0) {
      await new Promise(resolve => setTimeout(resolve));
    }
  }
  overview.draw();
}

async function poll() {
  try {
    series.add([await api.get('/instance')], Date.now());
    overview.draw();
  } catch (problem) {
    refused(problem);
  }
}

async function members() {
  try {
    const {instances} = await api.get('/instances');
    overview.members = new Map(instances.map((/** @type {any} */ each) => [each.instance, each]));
    showInstances(instances);
  } catch (problem) {
    refused(problem);
  }
}

/** A token that has ended meanwhile ends the session; anything else passes. @param {unknown} problem */
function refused(problem) {
  if (problem instanceof Problem && (problem.status === 401 || problem.status === 403)) {
    askForToken('This token is no longer valid. Ask for a new one.');
  }
}

/** @param {{instance: string, self: boolean}[]} instances */
function showInstances(instances) {
  const choice = byId('instance');
  byId('instance-label').hidden = instances.length < 2;
  const names = instances.map(each => each.instance);
  if (names.join('\n') !== [...choice.options].slice(1).map(option => option.value).join('\n')) {
    choice.replaceChildren(new Option('whichever answers', ''), ...names.map(name => new Option(name, name)));
    choice.value = names.includes(session.instance) ? session.instance : '';
    session.instance = choice.value;
  }
}

/** Shows the view that the address names. */
function route() {
  if (session.token === '') {
    return;
  }
  const [, view = 'overview', ...rest] = location.hash.split('/');
  const name = view === 'channel' ? decodeURIComponent(rest.join('/')) : '';
  const shown = view === 'channel' && name !== '' ? 'channel' : ['channels', 'connections'].includes(view) ? view : 'overview';
  for (const each of ['overview', 'channels', 'channel', 'connections']) {
    byId(`view-${each}`).hidden = each !== shown;
  }
  for (const link of byId('views').querySelectorAll('a')) {
    const current = link.dataset.view === (shown === 'channel' ? 'channels' : shown);
    if (current) {
      link.setAttribute('aria-current', 'page');
    } else {
      link.removeAttribute('aria-current');
    }
  }
  // The figures are about all tenants and all instances.
  byId('scope').hidden = shown === 'overview';
  channels.show(shown === 'channels');
  connections.show(shown === 'connections');
  if (shown === 'channel') {
    channelView.open(name);
  } else {
    channelView.close();
  }
  overview.draw();
  document.title = `${shown === 'channel' ? name : shown[0].toUpperCase() + shown.slice(1)} · Kulkul console`;
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

/** @param {string} theme */
function paint(theme) {
  document.documentElement.dataset.theme = theme;
  write(byId('theme'), `Theme: ${theme}`);
  overview.repaint();
}

byId('theme').addEventListener('click', () => {
  const next = THEMES[(THEMES.indexOf(document.documentElement.dataset.theme ?? 'auto') + 1) % THEMES.length];
  sessionStorage.setItem(THEME, next);
  paint(next);
});
byId('token-form').addEventListener('submit', (/** @type {Event} */ submit) => {
  submit.preventDefault();
  void start(byId('token').value.trim());
});
byId('forget').addEventListener('click', () => askForToken('The token is forgotten.', false));
byId('scope-form').addEventListener('submit', (/** @type {Event} */ submit) => {
  submit.preventDefault();
  session.tenant = byId('tenant').value.trim();
  followed?.close();
  followed = null;
  route();
});
byId('instance').addEventListener('change', () => {
  session.instance = byId('instance').value;
  route();
});
addEventListener('hashchange', () => {
  const given = takeToken();
  if (given) {
    void start(given);
  } else {
    route();
  }
});
paint(sessionStorage.getItem(THEME) ?? 'auto');
const token = takeToken() ?? sessionStorage.getItem(TOKEN) ?? '';
if (token === '') {
  askForToken('');
} else {
  void start(token);
}
