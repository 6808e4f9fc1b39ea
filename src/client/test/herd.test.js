import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { pass, settle } from './clock.js';
import { scene } from './scene.js';

const CLIENTS = 1000;
const MOST = 0.12 * CLIENTS;

/** What comes at the hub when it has been restarted and everybody comes back. */
suite('A thousand clients', () => {
  const it = scene();

  async function connectAll() {
    it.hub.limits.messagesPerSecond = undefined;
    it.hub.heartbeat = 3600_000;
    for (let i = 0; i < CLIENTS; i++) {
      it.connect();
    }
    await settle();
    assert.equal(it.hub.open.length, CLIENTS);
    it.hub.handshakes.length = 0;
  }

  /** The most handshakes that any stretch of a second saw, wherever it begins. */
  function busiestSecond() {
    const times = it.hub.handshakes.map(({ at }) => at).sort((a, b) => a - b);
    let first = 0;
    return times.reduce((most, time, i) => {
      while (times[first] <= time - 1000) {
        first++;
      }
      return Math.max(most, i - first + 1);
    }, 0);
  }

  for (const downFor of [0, 1, 5, 10, 20, 40]) {
    test(`come back spread out when the hub was killed and is away for ${downFor} s`, async () => {
      await connectAll();

      it.hub.kill();
      if (downFor === 0) {
        it.hub.door = 'up';
      }
      await pass(downFor * 1000);
      it.hub.door = 'up';
      await pass((60 - downFor) * 1000);

      assert.ok(busiestSecond() <= MOST, `${busiestSecond()} in one second`);
      if (downFor <= 10) {
        assert.equal(it.hub.open.length, CLIENTS);
      }
      await pass(40_000);
      assert.equal(it.hub.open.length, CLIENTS);
    });
  }

  test('come back spread out when the hub sends them away over 20 s and is away for 10 s', async () => {
    await connectAll();
    const drain = 20_000;
    const start = Date.now();
    const departures = it.hub.open.map((socket, i) => {
      const after = (i + Math.random()) * drain / CLIENTS;
      socket.tell({ type: 'reconnect', after, reason: 'draining' });
      return { socket, at: start + after };
    });
    it.hub.door = 'down';
    await settle();

    for (let second = 0; second < 200; second++) {
      await pass(100);
      departures.filter(({ at }) => at <= Date.now()).forEach(({ socket }) => socket.end(1012));
    }
    await pass(10_000);
    it.hub.door = 'up';
    await pass(30_000);

    assert.ok(busiestSecond() <= MOST, `${busiestSecond()} in one second`);
    await pass(70_000);
    assert.equal(it.hub.open.length, CLIENTS);
  });

  test('come to another instance in the order in which they were sent away', async () => {
    await connectAll();
    it.hub.open.forEach((socket, i) => socket.tell({ type: 'reconnect', after: i * 20, reason: 'draining' }));
    await settle();
    const all = [...it.hub.sockets];

    for (let i = 0; i < 200; i++) {
      await pass(100);
      all.splice(0, 5).forEach(socket => socket.end(1012));
    }
    await pass(100);

    assert.equal(it.hub.open.length, CLIENTS);
    assert.ok(busiestSecond() <= 60, `${busiestSecond()} in one second`);
  });

  test('come back spread out when the hub is full', async () => {
    await connectAll();

    it.hub.open.forEach(socket => socket.end(1013));
    it.hub.door = 1013;
    await pass(60_000);

    assert.ok(busiestSecond() <= MOST, `${busiestSecond()} in one second`);
  });
});
