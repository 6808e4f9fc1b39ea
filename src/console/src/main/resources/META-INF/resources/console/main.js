// @ts-check
/** Brings the token, the connection and the views together. */

import {Api, Problem} from './api.js';
import {ChannelView} from './channel.js';
import {Channels} from './channels.js';
import {Connections} from './connections.js';
import {Credentials} from './credentials.js';
import {byId, write} from './dom.js';
import {Hub, aboutToken} from './hub.js';
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
const RETRY_AFTER = 2_000;
const ALL_TENANTS = '*';

/** The page is at …/console/, everything else beside it. */
const base = new URL('..', new URL('.', location.href));
/** @type {import('./api.js').Session} */
const session = {tenant: '', instance: '', own: undefined};
const credentials = new Credentials(() => askForNewToken());
const api = new Api(new URL('api', base).href, session, credentials);
const series = new Series();
const overview = new Overview(series);
const connections = new Connections(api);
const channels = new Channels(api);
const channelView = new ChannelView(api, stream, connections);

/** For the statistics. @type {Hub | null} */
let system = null;
/** For what an operator follows, in the tenant that was chosen. @type {Hub | null} */
let followed = null;
let followedTenant = '';
let polling = 0;
let retry = 0;
/** Whatever was begun before the last start is over. */
let turns = 0;
/** Who began the session. */
let operator = '';
/** Whether the operator has said whose rows the tables are to have. */
let chosen = false;

/** @param {string} path */
function socketUrl(path) {
  const url = new URL(path, base);
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
  return url.href;
}

/** @param {string} tenant whose events; empty for none */
function stream(tenant) {
  if (followed !== null && followedTenant !== tenant) {
    followed.close();
    followed = null;
  }
  followedTenant = tenant;
  followed ??= new Hub(socketUrl(tenant ? `ws/${encodeURIComponent(tenant)}` : 'ws'), credentials, () => {});
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
  showGate(why, bad);
  showState('idle', 'not connected');
  byId('token').value = '';
  byId('token').focus();
}

/** @param {string} why @param {boolean} bad */
function showGate(why, bad) {
  byId('console').hidden = true;
  byId('views').hidden = true;
  byId('forget').hidden = true;
  byId('gate').hidden = false;
  write(byId('gate-why'), why);
  byId('gate-why').className = bad ? 'error' : 'hint';
}

/** The token has ended while the page was used: the page stays as it is, and goes on with the next one. */
function askForNewToken() {
  sessionStorage.removeItem(TOKEN);
  write(byId('renewal-why'), 'The token has expired, or was revoked. Everything here goes on with a new one.');
  write(byId('renewal-error'), '');
  byId('renewal-token').value = '';
  byId('renewal').hidden = false;
  system?.tell();
}

/** @param {string} token */
async function renew(token) {
  const turn = turns;
  const {refused, why} = await verdictOn(token);
  if (turn !== turns || !credentials.ended) {
    return;
  }
  write(byId('renewal-error'), why);
  if (refused || why !== '') {
    byId('renewal-token').focus();
    return;
  }
  sessionStorage.setItem(TOKEN, token);
  byId('renewal').hidden = true;
  credentials.take(token);
  followed?.renew();
  join();
}

/**
 * What the gateway says of a token: whether it refuses that, and what is wrong.
 * @param {string} token
 * @returns {Promise<{refused: boolean, why: string}>}
 */
async function verdictOn(token) {
  try {
    await api.check(token);
    return {refused: false, why: ''};
  } catch (problem) {
    switch (problem instanceof Problem ? problem.status : 0) {
      case 401:
        return {refused: true, why: 'This token is not valid here, or has expired. Ask for a new one.'};
      case 403:
        return {refused: true, why: 'This token is valid, but it has no admin permission, which everything here needs.'};
      default:
        return {refused: false, why: `The gateway does not answer as it should: ${problem instanceof Error ? problem.message : problem}`};
    }
  }
}

function stop() {
  turns++;
  clearInterval(polling);
  clearTimeout(retry);
  credentials.forget();
  byId('renewal').hidden = true;
  system?.close();
  system = null;
  followed?.close();
  followed = null;
  channelView.close();
  connections.show(false);
  channels.show(false);
  overview.clear();
}

/** @param {string} token */
async function start(token) {
  stop();
  const turn = turns;
  showState('connecting', 'connecting');
  const {refused, why} = await verdictOn(token);
  if (turn !== turns) {
    return;
  }
  if (refused) {
    askForToken(why);
    return;
  }
  sessionStorage.setItem(TOKEN, token);
  if (why !== '') {
    // Not the token's fault: a gateway that is being restarted takes it again.
    showGate(`${why}. It is asked again.`, true);
    showState('waiting', 'the gateway does not answer');
    retry = setTimeout(() => void start(token), RETRY_AFTER);
    return;
  }
  credentials.take(token);
  session.own = undefined;
  if (!chosen) {
    session.tenant = '';
  }
  byId('gate').hidden = true;
  byId('console').hidden = false;
  byId('views').hidden = false;
  byId('forget').hidden = false;
  join();
  route();
}

/** Connects for the statistics, anew where there was a connection: it belongs to whoever gave the token. */
function join() {
  clearInterval(polling);
  system?.close();
  system = new Hub(socketUrl('ws'), credentials, (state, detail, status) => {
    if (credentials.ended) {
      showState('waiting', 'waiting for a new token');
    } else {
      showState(state, detail);
    }
    if (state === 'open') {
      opened(status.user, status.tenant ?? '');
    } else if (state === 'closed') {
      closed(status.reason, detail);
    }
  });
  void watch(system);
}

/** Whose the token is, is known: nobody but the gateway can say that. @param {string} user @param {string} tenant empty for none */
function opened(user, tenant) {
  if (session.own !== undefined && (session.own !== tenant || operator !== user)) {
    // The new token is not one in place of the old one, but another operator's.
    void start(credentials.token);
    return;
  }
  if (session.own === undefined) {
    operator = user;
    session.own = tenant;
    byId('scope-form').hidden = tenant !== '';
    const whose = tenant !== '' ? '' : chosen ? session.tenant : ALL_TENANTS;
    byId('tenant').value = whose;
    if (session.tenant !== whose) {
      session.tenant = whose;
      channels.show(channels.table.shown);
      connections.show(connections.table.shown);
    }
  }
}

/** The gateway does not want this connection back. @param {any} reason @param {string} detail */
function closed(reason, detail) {
  if (aboutToken(reason) || reason.close === 4403 || reason.code === 'forbidden') {
    askForToken(`The console was disconnected: ${detail}.`);
  } else {
    stop();
    showGate(`The console was disconnected: ${detail}. Reload the page to connect again.`, true);
    showState('closed', detail);
  }
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
  await load(events, hub);
  if (hub.ended) {
    return;
  }
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

/** Takes what was, a bunch at a time, so that the page stays quick. @param {readonly any[]} events newest first @param {Hub} hub */
async function load(events, hub) {
  for (let i = events.length - 1; i >= 0 && !hub.ended; i--) {
    series.add(events[i].payload.instances, events[i].timestamp);
    if (i % 100 === 0) {
      await new Promise(resolve => setTimeout(resolve));
    }
  }
  overview.draw();
}

async function poll() {
  // What waits for a new token is asked once then, and not once for each time that it was not.
  if (credentials.ended) {
    return;
  }
  const turn = turns;
  try {
    const instance = await api.get('/instance');
    if (turn === turns) {
      series.add([instance], Date.now());
      overview.draw();
    }
  } catch (problem) {
    refused(problem);
  }
}

async function members() {
  if (credentials.ended) {
    return;
  }
  const turn = turns;
  try {
    const {instances} = await api.get('/instances');
    if (turn !== turns) {
      return;
    }
    overview.members = new Map(instances.map((/** @type {any} */ each) => [each.instance, each]));
    showInstances(instances);
  } catch (problem) {
    refused(problem);
  }
}

/** A token with which one may no longer do this ends the session; anything else passes. @param {unknown} problem */
function refused(problem) {
  if (problem instanceof Problem && problem.status === 403) {
    askForToken('This token has no admin permission any more. Ask for a new one.');
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
  if (credentials.token === '') {
    return;
  }
  const [path, parameters = ''] = location.hash.split('?');
  const [, view = 'overview', ...rest] = path.split('/');
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
    channelView.open(name, new URLSearchParams(parameters).get('tenant') ?? (session.tenant === ALL_TENANTS ? '' : session.tenant));
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
  write(byId('theme-name'), theme);
  byId('theme').setAttribute('aria-label', `Theme: ${theme}`);
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
byId('renewal').addEventListener('submit', (/** @type {Event} */ submit) => {
  submit.preventDefault();
  void renew(byId('renewal-token').value.trim());
});
byId('forget').addEventListener('click', () => askForToken('The token is forgotten.', false));
byId('scope-form').addEventListener('submit', (/** @type {Event} */ submit) => {
  submit.preventDefault();
  session.tenant = byId('tenant').value.trim();
  chosen = true;
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
