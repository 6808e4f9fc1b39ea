import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mock, suite, test } from 'node:test';
import { connect } from '../kulkul.js';
import { pass, setClock, settle, until } from './clock.js';
import { scene } from './scene.js';

suite('The connection', () => {
  const it = scene();

  test('tells its states in order', async () => {
    const kulkul = it.connect();
    const states = [kulkul.state];
    kulkul.on('state', ({ state }) => states.push(state));

    await settle();
    it.hub.cut();
    await until(() => states.length === 5);
    kulkul.close();

    assert.deepEqual(states, ['connecting', 'open', 'waiting', 'connecting', 'open', 'closed']);
  });

  test('says who is connected to what', async () => {
    const kulkul = await it.connected();

    assert.deepEqual(kulkul.status, { state: 'open', connection: 'c1', instance: 'fake-1', user: 'alice', tenant: undefined });
  });

  test('keeps the same status until it changes', async () => {
    const kulkul = await it.connected();
    const status = kulkul.status;

    await pass(1000);

    assert.equal(kulkul.status, status);
  });

  test('offers the subprotocols of the hub, batches first', async () => {
    await it.connected();

    assert.deepEqual(it.hub.socket.protocols, ['kulkul.v1+batch', 'kulkul.v1']);
  });

  test('takes http and relative addresses for those of a WebSocket', async () => {
    globalThis.location = { href: 'https://shop.example.org/shop/index.html' };
    try {
      it.clients.push(connect('ws', { WebSocket: it.hub.WebSocket }));
      it.clients.push(connect('http://hub.example.org/ws', { WebSocket: it.hub.WebSocket }));
      await settle();

      assert.deepEqual(it.hub.sockets.map(({ url }) => url), ['wss://shop.example.org/shop/ws', 'ws://hub.example.org/ws']);
    } finally {
      delete globalThis.location;
    }
  });

  test('says at once that there is no WebSocket, or that an address is none', () => {
    assert.throws(() => connect('ws://x/ws', { WebSocket: null }), { code: 'no_websocket' });
    assert.throws(() => connect('nonsense', { WebSocket: it.hub.WebSocket }), TypeError);
  });

  test('takes a batch of frames in order', async () => {
    const kulkul = await it.connected();
    const payloads = await it.listen(kulkul, 'orders:1');

    it.hub.socket.tell(
      { type: 'message', channel: 'orders:1', event: 'e', payload: 1, seq: 1, timestamp: 1 },
      { type: 'message', channel: 'orders:1', event: 'e', payload: [2, [3]], seq: 2, timestamp: 2 });
    await settle();

    assert.deepEqual(payloads, [1, [2, [3]]]);
  });

  test('a channel whose answer comes in one frame with its events has them all', async () => {
    const kulkul = await it.connected();
    it.hub.answers = false;
    const payloads = await it.listen(kulkul, 'orders:1', { since: { seq: 4, epoch: 'e' } });
    const { id } = it.hub.received.at(-1);

    it.hub.socket.tell(
      { type: 'subscribed', id, channel: 'orders:1', epoch: 'f', seq: 2, recovered: false, replayed: 2 },
      { type: 'message', channel: 'orders:1', event: 'e', payload: 1, seq: 1, timestamp: 1 },
      { type: 'message', channel: 'orders:1', event: 'e', payload: 2, seq: 2, timestamp: 2 });
    await settle();

    assert.deepEqual(payloads, [1, 2]);
    assert.deepEqual(kulkul.channel('orders:1').position, { seq: 2, epoch: 'f' });
  });

  test('ignores frames that it does not know', async () => {
    const kulkul = await it.connected();

    it.hub.socket.tell({ type: 'join', channel: 'a', user: 'bob' });
    it.hub.socket.tell({ type: 'something new' });
    await settle();

    assert.equal(kulkul.state, 'open');
    assert.deepEqual(it.errors, []);
  });

  test('answers a ping with its id', async () => {
    await it.connected();

    it.hub.socket.tell({ type: 'ping', id: 'p', timestamp: 1 });
    await settle();

    assert.deepEqual(it.hub.received.at(-1), { type: 'pong', id: 'p' });
  });

  test('gives up a handshake that nobody answers, and tries again', async () => {
    it.hub.door = 'silent';
    const kulkul = it.connect();

    await pass(20_000);
    assert.equal(kulkul.status.reason.code, 'timeout');
    it.hub.door = 'up';
    await until(() => kulkul.state === 'open');
  });

  test('gives up a hub that has fallen silent', async () => {
    const kulkul = await it.connected();

    await pass(34_900);
    assert.equal(kulkul.state, 'open');
    await pass(200);

    assert.equal(kulkul.state, 'waiting');
    assert.equal(kulkul.status.reason.code, 'silent');
  });

  test('is content with a heartbeat', async () => {
    const kulkul = await it.connected();

    for (let i = 0; i < 10; i++) {
      await pass(25_000, 5_000);
      it.hub.socket.tell({ type: 'ping', timestamp: 1 });
    }

    assert.equal(kulkul.state, 'open');
    assert.equal(it.hub.handshakes.length, 1);
  });

  test('comes back at once after the machine was asleep', async () => {
    const kulkul = await it.connected();

    mock.timers.setTime(Date.now() + 3_600_000);
    await pass(100);

    assert.equal(kulkul.state, 'open');
    assert.equal(it.hub.handshakes.length, 2);
  });

  test('comes back at once after the machine was asleep, where its timers and performance.now() were asleep, too', async () => {
    const kulkul = await it.connected();
    await pass(30_000);

    setClock(3_600_000);
    await pass(5_100);

    assert.equal(kulkul.state, 'open');
    assert.equal(it.hub.handshakes.length, 2);
  });

  test('finds out that the hub has fallen silent although the clock was set back', async () => {
    mock.method(Math, 'random', () => 0.5);
    const kulkul = await it.connected();

    setClock(-86_400_000);
    await pass(35_100);

    mock.restoreAll();
    assert.equal(kulkul.status.reason.code, 'silent');
    assert.ok(kulkul.status.until > Date.now() && kulkul.status.until < Date.now() + 15_000);
  });

  test('waits as told by reconnect.after although the clock was set back', async () => {
    const kulkul = await it.connected();
    it.hub.socket.tell({ type: 'reconnect', after: 2000, reason: 'draining' });
    await pass(1000);
    setClock(-86_400_000);

    it.hub.socket.end(1012);
    await pass(1100);

    assert.equal(kulkul.state, 'open');
  });

  for (const [close, code] of [[1000, 'normal'], [1009, 'message_too_large'], [4400, 'protocol_violation'],
    [4403, 'not_allowed'], [4410, 'disconnected']]) {
    test(`ends for good with ${close}`, async () => {
      const kulkul = await it.connected();

      it.hub.socket.end(close);
      await pass(200_000, 10_000);

      assert.equal(kulkul.state, 'closed');
      assert.equal(kulkul.status.reason.code, code);
      assert.equal(kulkul.status.reason.close, close);
      assert.equal(it.hub.handshakes.length, 1);
    });
  }

  for (const close of [1001, 1006, 1011, 1012, 1013, 4408, 4409, 4413, 4429]) {
    test(`comes back after ${close}`, async () => {
      const kulkul = await it.connected();

      it.hub.socket.end(close);
      await settle();
      assert.equal(kulkul.state, 'waiting');
      await until(() => kulkul.state === 'open', 15_000);
    });
  }

  test('goes on growing its waits while the hub is full', async () => {
    mock.method(Math, 'random', () => 0.5);
    const kulkul = await it.connected();
    it.hub.door = 1013;

    it.hub.socket.end(1013);
    await pass(200_000);

    const waits = it.hub.handshakes.slice(1).map(({ at }, i, all) => at - (all[i - 1]?.at ?? it.hub.handshakes[0].at));
    mock.restoreAll();
    // The middles of the windows 0–15, 15–45, 45–75, … s.
    assert.deepEqual(waits.map(wait => Math.round(wait / 1000)), [8, 23, 30, 30, 30, 30, 30]);
    assert.equal(kulkul.status.reason.code, 'full');
  });

  test('begins with short waits again once a connection has lasted', async () => {
    mock.method(Math, 'random', () => 0.999);
    const kulkul = await it.connected();
    it.hub.kill();
    await pass(30_000);
    it.hub.door = 'up';
    await until(() => kulkul.state === 'open');
    await pass(6_000);

    it.hub.cut();
    const took = await until(() => kulkul.state === 'open');

    mock.restoreAll();
    assert.ok(took <= 15_000, `${took} ms`);
  });

  test('a connection that breaks at once does not count as one that lasts', async () => {
    mock.method(Math, 'random', () => 0.999);
    const kulkul = await it.connected();
    it.hub.cut();
    await until(() => kulkul.state === 'open');
    await pass(4_000);

    it.hub.cut();
    const took = await until(() => kulkul.state === 'open');

    mock.restoreAll();
    assert.ok(took > 15_000, `${took} ms`);
  });

  test('waits as told by reconnect.after, and no longer', async () => {
    const kulkul = await it.connected();

    it.hub.socket.tell({ type: 'reconnect', after: 7350, reason: 'draining' });
    await pass(7300);
    assert.equal(kulkul.state, 'open');
    await pass(50, 50);
    it.hub.socket.end(1012);
    await pass(10, 10);

    assert.equal(kulkul.state, 'open');
    assert.equal(it.hub.handshakes.length, 2);
  });

  test('waits for the rest of reconnect.after where the connection ends before', async () => {
    const kulkul = await it.connected();
    it.hub.socket.tell({ type: 'reconnect', after: 9000, reason: 'draining' });
    await pass(2000);

    it.hub.socket.end(1012);
    await pass(6900);
    assert.equal(kulkul.state, 'waiting');
    await pass(100);

    assert.equal(kulkul.state, 'open');
  });

  test('takes the second window where nobody answers at the time that it was told', async () => {
    mock.method(Math, 'random', () => 0.9);
    const kulkul = await it.connected();
    it.hub.socket.tell({ type: 'reconnect', after: 1000, reason: 'draining' });
    await pass(1000);
    it.hub.door = 'down';

    it.hub.socket.end(1012);
    await until(() => it.hub.handshakes.length === 2);
    await settle();
    const wait = kulkul.status.until - Date.now();

    mock.restoreAll();
    assert.ok(wait > 20_000, `${wait} ms`);
  });

  test('counts its attempts from one again once it was open', async () => {
    it.hub.door = 'down';
    const kulkul = it.connect();
    const attempts = [];
    kulkul.on('state', ({ state, attempt }) => state === 'connecting' && attempts.push(attempt));
    await until(() => attempts.length === 2);
    it.hub.door = 'up';
    await until(() => kulkul.state === 'open');

    it.hub.cut();
    await until(() => kulkul.state === 'open');

    assert.equal(attempts[0], 2);
    assert.equal(attempts.at(-1), 1);
  });

  test('takes nothing more of a batch when it was closed meanwhile', async () => {
    const kulkul = await it.connected();
    const payloads = [];
    kulkul.channel('a').on('*', payload => {
      payloads.push(payload);
      kulkul.close();
    });
    await settle();

    it.hub.socket.tell(
      { type: 'message', channel: 'a', event: 'e', payload: 1, seq: 1, timestamp: 1 },
      { type: 'message', channel: 'a', event: 'e', payload: 2, seq: 2, timestamp: 2 });
    await settle();

    assert.deepEqual(payloads, [1]);
  });

  test('reconnect() does not wait on', async () => {
    const kulkul = await it.connected();
    it.hub.cut();
    await settle();

    kulkul.reconnect();
    await settle();

    assert.equal(kulkul.state, 'open');
  });

  test('says when it comes back', async () => {
    const kulkul = await it.connected();
    it.hub.cut();
    await settle();
    const { until: at } = kulkul.status;

    assert.ok(at - Date.now() <= 15_000);
    await pass(at - Date.now());

    assert.equal(it.hub.handshakes.length, 2);
    assert.ok(it.hub.handshakes[1].at - at < 100);
  });

  test('close() ends it, now and for good', async () => {
    const kulkul = await it.connected();

    kulkul.close();
    await pass(100_000, 10_000);

    assert.equal(kulkul.status.reason.code, 'closed');
    assert.equal(it.hub.socket.closedWith, 1000);
    assert.equal(it.hub.handshakes.length, 1);
  });

  test('close() while it connects ends it, too', async () => {
    const kulkul = it.connect();

    kulkul.close();
    await pass(100_000, 10_000);

    assert.equal(it.hub.open.length, 0);
    assert.equal(kulkul.state, 'closed');
  });

  test('honours Retry-After where the runtime tells, in seconds or as a date', async () => {
    mock.method(Math, 'random', () => 0);
    it.hub.door = 'silent';
    const kulkul = it.connect({ WebSocket: telling(it.hub) });
    await settle();

    it.hub.socket.answer(503, '5');
    await pass(4_900);
    assert.equal(it.hub.handshakes.length, 1);
    await pass(200);
    assert.equal(it.hub.handshakes.length, 2);

    // Behind the second window, too, which begins where the first one ended.
    it.hub.socket.answer(503, new Date(Date.now() + 20_000).toUTCString());
    await pass(18_800);
    assert.equal(it.hub.handshakes.length, 2);
    await pass(1_500);
    mock.restoreAll();
    assert.equal(it.hub.handshakes.length, 3);
    assert.equal(kulkul.state, 'connecting');
  });

  for (const after of ['0', '-5', 'Thu, 01 Jan 1970 00:00:00 GMT', 'nonsense', undefined]) {
    test(`does not connect again at once after Retry-After: ${after}`, async () => {
      mock.method(Math, 'random', () => 0.9);
      it.hub.door = 'silent';
      const kulkul = it.connect({ WebSocket: telling(it.hub) });
      await settle();

      it.hub.socket.answer(503, after);
      const wait = kulkul.status.until - Date.now();

      mock.restoreAll();
      assert.equal(Math.round(wait), 13_500);
    });
  }

  test('a handshake that is answered with 403 ends it', async () => {
    it.hub.door = 'silent';
    const kulkul = it.connect({ WebSocket: telling(it.hub) });
    await settle();

    it.hub.socket.answer(403);

    assert.equal(kulkul.state, 'closed');
    assert.equal(kulkul.status.reason.status, 403);
  });

  for (const last of ['connecting', 'open', 'waiting']) {
    test(`a listener may close it when it hears of ${last}`, async () => {
      const kulkul = await it.connected();
      const states = [];
      kulkul.on('state', ({ state }) => {
        states.push(state);
        if (state === last) {
          kulkul.close();
        }
      });

      it.hub.cut();
      await pass(60_000);

      assert.equal(states.at(-1), 'closed');
      assert.equal(kulkul.state, 'closed');
      assert.equal(it.hub.open.length, 0);
      assert.ok(it.hub.handshakes.length <= 2);
    });
  }

  test('a listener may try at once, and there is one connection then', async () => {
    const kulkul = await it.connected();
    kulkul.on('state', ({ state }) => state === 'waiting' && kulkul.reconnect());

    it.hub.cut();
    await pass(30_000);

    assert.equal(kulkul.state, 'open');
    assert.equal(it.hub.handshakes.length, 2);
  });

  test('a listener that throws keeps no other from hearing', async () => {
    const thrown = [];
    globalThis.reportError = error => thrown.push(error.message);
    const kulkul = await it.connected();
    const heard = [];
    kulkul.on('state', () => {
      throw new Error('a bug of the page');
    });
    kulkul.on('state', ({ state }) => heard.push(state));

    kulkul.close();

    delete globalThis.reportError;
    assert.deepEqual(thrown, ['a bug of the page']);
    assert.deepEqual(heard, ['closed']);
  });

  test('what a listener throws is not swallowed where the runtime has no reportError', () => {
    const script = `
      import { connect } from ${JSON.stringify(new URL('../kulkul.js', import.meta.url))};
      const kulkul = connect('ws://hub.example.org/ws', { WebSocket: class { close() {} } });
      kulkul.on('state', () => { throw new Error('a bug of the program'); });
      kulkul.close();`;

    const { status, stderr } = spawnSync(process.execPath, ['--input-type=module', '--eval', script], { encoding: 'utf8' });

    assert.equal(status, 1);
    assert.match(stderr, /a bug of the program/);
  });

  test('what nobody listens for is written to the console', async () => {
    const written = mock.method(console, 'error', () => {});
    const kulkul = connect('ws://hub.example.org/ws', { WebSocket: it.hub.WebSocket });
    it.clients.push(kulkul);
    it.hub.refusals.set('secret', 'forbidden');
    await settle();

    kulkul.channel('secret').on('*', () => {});
    await settle();

    const [, error] = written.mock.calls[0].arguments;
    mock.restoreAll();
    assert.equal(error.code, 'forbidden');
    assert.equal(error.channel, 'secret');
  });
});

/** Sockets that tell how a handshake was answered, as those of the package ws do. */
function telling(hub) {
  return class extends hub.WebSocket {
    on(type, handler) {
      assert.equal(type, 'unexpected-response');
      this.answer = (statusCode, after) => handler({ destroy() {} }, { statusCode, headers: { 'retry-after': after } });
    }
  };
}
