import assert from 'node:assert/strict';
import { getEventListeners } from 'node:events';
import { afterEach, beforeEach, mock, suite, test } from 'node:test';
import { pass, settle, until } from './clock.js';
import { scene } from './scene.js';

suite('In a page', () => {
  const it = scene();
  let page;

  beforeEach(() => {
    const window = new EventTarget();
    page = { navigator: { onLine: true }, document: new EventTarget(), window };
    page.document.visibilityState = 'visible';
    page.fire = type => (['freeze', 'resume', 'visibilitychange'].includes(type) ? page.document : window).dispatchEvent(new Event(type));
    define('document', page.document);
    define('navigator', page.navigator);
    define('addEventListener', window.addEventListener.bind(window));
  });

  afterEach(() => ['document', 'navigator', 'addEventListener'].forEach(name => delete globalThis[name]));

  function define(name, value) {
    Object.defineProperty(globalThis, name, { value, configurable: true });
  }

  test('it does not try while the page is offline, and comes back at once when it is online', async () => {
    const kulkul = await it.connected();
    page.navigator.onLine = false;
    it.hub.kill();
    await pass(600_000, 10_000);
    assert.equal(it.hub.handshakes.length, 1);
    assert.equal(kulkul.status.reason.code, 'offline');
    assert.equal(kulkul.status.until, undefined);
    it.hub.door = 'up';

    page.navigator.onLine = true;
    page.fire('online');
    await settle();

    assert.equal(kulkul.state, 'open');
  });

  test('it stops trying when the page goes offline', async () => {
    const kulkul = await it.connected();
    it.hub.kill();
    await settle();
    assert.ok(kulkul.status.until);

    page.navigator.onLine = false;
    page.fire('offline');
    await pass(200_000, 10_000);

    assert.equal(it.hub.handshakes.length, 1);
  });

  test('it drops a connection that died when the page went offline, within five seconds', async () => {
    const kulkul = await it.connected();
    it.hub.answers = false;

    page.navigator.onLine = false;
    page.fire('offline');
    await pass(4_900);
    assert.equal(kulkul.state, 'open');
    await pass(200);

    assert.equal(kulkul.status.reason.code, 'offline');
  });

  test('it keeps a connection that works although the page says it is offline', async () => {
    const kulkul = await it.connected();

    page.navigator.onLine = false;
    page.fire('offline');
    await pass(20_000);

    assert.equal(kulkul.state, 'open');
    assert.equal(it.hub.handshakes.length, 1);
  });

  test('it finds a connection that died unnoticed when the page is online again, and makes another at once', async () => {
    const kulkul = await it.connected();
    const payloads = await it.listen(kulkul, 'a');
    const dead = it.hub.socket;
    dead.subscriptions.clear();
    dead.onmessage = () => {};
    it.hub.publish('a', 'x', 1);

    page.fire('online');
    await pass(5_100);

    assert.equal(kulkul.state, 'open');
    assert.equal(it.hub.handshakes.length, 2);
    assert.deepEqual(payloads, [1]);
  });

  test('it reaches this machine itself without a network', async () => {
    const kulkul = it.connect();
    kulkul.close();
    const local = (await import('../kulkul.js')).connect('ws://localhost:9080/ws', { WebSocket: it.hub.WebSocket });
    it.clients.push(local);
    await settle();
    page.navigator.onLine = false;

    it.hub.cut();

    await until(() => local.state === 'open', 15_000);
  });

  test('it sleeps while the page is frozen, and comes back at once with what was missed', async () => {
    const kulkul = await it.connected();
    const payloads = await it.listen(kulkul, 'a');

    page.fire('freeze');
    await pass(600_000, 10_000);
    assert.equal(kulkul.status.reason.code, 'frozen');
    assert.equal(it.hub.handshakes.length, 1);
    assert.equal(it.hub.open.length, 0);
    it.hub.publish('a', 'x', 'while frozen');
    page.fire('resume');
    await settle();

    assert.equal(kulkul.state, 'open');
    assert.deepEqual(payloads, ['while frozen']);
  });

  test('it lets the page go into the cache for going back, and comes back with it', async () => {
    const kulkul = await it.connected();

    page.fire('pagehide');
    await settle();
    assert.equal(it.hub.open.length, 0);
    page.fire('pageshow');
    await settle();

    assert.equal(kulkul.state, 'open');
  });

  test('it does not wait on when somebody looks at the page', async () => {
    mock.method(Math, 'random', () => 0.9);
    const kulkul = await it.connected();
    it.hub.cut();
    await pass(1000);
    assert.equal(kulkul.state, 'waiting');

    page.fire('visibilitychange');
    await settle();

    mock.restoreAll();
    assert.equal(kulkul.state, 'open');
  });

  test('it comes back spread out when the hub falls silent long after the page became visible', async () => {
    mock.method(Math, 'random', () => 0.9);
    const kulkul = await it.connected();
    page.fire('visibilitychange');
    await pass(10_000);

    await until(() => kulkul.state === 'waiting');
    const wait = kulkul.status.until - Date.now();

    mock.restoreAll();
    assert.ok(wait > 10_000, `${wait} ms`);
  });

  test('it leaves no listener behind when it is closed', async () => {
    const kulkul = await it.connected();

    kulkul.close();
    ['online', 'pageshow', 'resume', 'freeze'].forEach(page.fire);
    await pass(60_000, 1000);

    assert.equal(kulkul.state, 'closed');
    assert.equal(it.hub.handshakes.length, 1);
    const left = ['online', 'offline', 'pagehide', 'pageshow'].flatMap(type => getEventListeners(page.window, type));
    assert.deepEqual([...left, ...getEventListeners(page.document, 'freeze')], []);
  });

  test('publishes that were made while the page was offline go out when it is online', async () => {
    const kulkul = await it.connected();
    page.navigator.onLine = false;
    it.hub.cut();
    await settle();
    const published = kulkul.channel('a').publish('note', 1);

    page.navigator.onLine = true;
    page.fire('online');

    assert.equal((await published).seq, 1);
  });
});
