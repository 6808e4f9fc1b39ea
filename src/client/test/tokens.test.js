import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { pass, setClock, settle, until } from './clock.js';
import { scene } from './scene.js';

suite('A token', () => {
  const it = scene();
  const given = () => it.hub.received.filter(({ type }) => type === 'authenticate').map(({ token }) => token);

  test('is sent in the first message and never in an address', async () => {
    await it.connected();

    assert.equal(it.hub.socket.url, 'ws://hub.example.org/ws');
    assert.equal(given().length, 1);
  });

  test('is asked for anew for each connection', async () => {
    const kulkul = await it.connected();
    it.hub.cut();

    await until(() => kulkul.state === 'open');

    assert.equal(new Set(given()).size, 2);
  });

  test('may be a promise', async () => {
    const kulkul = it.connect({ token: async () => it.hub.token('bob') });
    await settle();

    assert.equal(kulkul.status.user, 'bob');
  });

  test('is not needed for what is public', async () => {
    const kulkul = it.connect({ token: undefined });
    const payloads = await it.listen(kulkul, 'news');
    it.hub.publish('news', 'x', 1);
    await settle();

    assert.equal(kulkul.status.user, undefined);
    assert.deepEqual(payloads, [1]);
  });

  test('is renewed before it ends, on the same connection', async () => {
    it.hub.heartbeat = 7200_000;
    const kulkul = await it.connected({ token: () => it.hub.token('alice', 300) });

    await pass(3600_000, 1000);

    assert.equal(it.hub.handshakes.length, 1);
    assert.equal(kulkul.state, 'open');
    assert.deepEqual(it.errors, []);
    assert.ok(given().length >= 13 && given().length <= 17, `${given().length}`);
  });

  test('is renewed by the clock of the hub', async () => {
    it.hub.clockAhead = 280_000;
    it.hub.heartbeat = 3600_000;
    await it.connected({ token: () => it.hub.token('alice', 300) });

    await pass(220_000, 1000);
    assert.equal(given().length, 1);
    await pass(51_000, 1000);

    assert.equal(given().length, 2);
    assert.equal(it.hub.handshakes.length, 1);
  });

  test('is renewed in time although the clock was set back', async () => {
    it.hub.heartbeat = 3600_000;
    const kulkul = await it.connected({ token: () => it.hub.token('alice', 300) });
    setClock(-86_400_000);
    kulkul.renew();
    await settle();

    await pass(271_000, 1000);

    assert.ok(given().length >= 3);
    assert.equal(it.hub.handshakes.length, 1);
  });

  test('is not renewed by everybody at the same time', async () => {
    it.hub.heartbeat = 3600_000;
    const times = [];
    for (let i = 0; i < 100; i++) {
      it.connect({
        token: () => {
          times.push(Date.now());
          return it.hub.token('alice', 1000);
        },
      });
    }
    await settle();
    times.length = 0;
    const start = Date.now();

    await pass(950_000, 1000);

    const seconds = times.map(time => Math.floor((time - start) / 1000));
    assert.ok(Math.min(...seconds) >= 749 && Math.max(...seconds) <= 901, `${Math.min(...seconds)} to ${Math.max(...seconds)}`);
    const busiest = Math.max(...seconds.map(second => seconds.filter(other => other === second).length));
    assert.ok(busiest <= 10, `${busiest}`);
  });

  test('that lives longer than a timer can wait is not renewed at once', async () => {
    await it.connected({ token: () => it.hub.token('alice', 100 * 86_400) });

    await pass(10_000);

    assert.equal(given().length, 1);
  });

  test('that can always only be had nearly over is asked for once a second at most', async () => {
    it.hub.heartbeat = 3600_000;
    let asked = 0;
    await it.connected({ token: () => `${++asked} ${it.hub.token('alice', 0.5)}`.split(' ')[1] });

    await pass(9_900);

    assert.ok(asked <= 10, `${asked}`);
  });

  test('that was renewed too late brings its subscriptions back without a loss', async () => {
    it.hub.heartbeat = 3600_000;
    const kulkul = await it.connected();
    const payloads = await it.listen(kulkul, 'a');
    it.hub.socket.subscriptions.clear();
    it.hub.socket.tell({ type: 'unsubscribed', channel: 'a', reason: 'expired' });
    await settle();
    assert.equal(kulkul.channel('a').state, 'subscribing');
    it.hub.publish('a', 'x', 'meanwhile');

    kulkul.renew();
    await settle();

    assert.deepEqual(payloads, ['meanwhile']);
    assert.deepEqual(it.errors, []);
  });

  test('that cannot be had now is asked for again, and the error is told', async () => {
    let broken = true;
    const kulkul = it.connect({
      token: () => {
        if (broken) {
          throw new Error('the login is down');
        }
        return it.hub.token('alice');
      },
    });
    await settle();
    assert.equal(kulkul.state, 'waiting');
    assert.equal(kulkul.status.reason.code, 'token');
    assert.match(kulkul.status.reason.message, /the login is down/);
    broken = false;

    await until(() => kulkul.state === 'open');
  });

  test('that cannot be renewed now is asked for again while the connection lasts', async () => {
    it.hub.heartbeat = 3600_000;
    let broken = false;
    const kulkul = await it.connected({
      token: () => {
        if (broken) {
          throw new Error('the login is down');
        }
        return it.hub.token('alice', 100);
      },
    });
    broken = true;
    await until(() => it.errors.length === 1);
    broken = false;
    await until(() => given().length === 2, 11_000);

    assert.equal(kulkul.state, 'open');
    assert.equal(it.hub.handshakes.length, 1);
    assert.equal(it.errors[0].code, 'token');
  });

  test('that does not come in time is not waited for', async () => {
    const kulkul = it.connect({ token: () => new Promise(() => {}) });

    await pass(20_000);

    assert.equal(kulkul.state, 'waiting');
    assert.equal(kulkul.status.reason.code, 'timeout');
  });

  test('that comes after the client was closed opens nothing', async () => {
    let give;
    const kulkul = it.connect({ token: () => new Promise(resolve => give = resolve) });
    await settle();
    kulkul.close();

    give(it.hub.token('alice'));
    await settle();

    assert.equal(it.hub.sockets.length, 0);
  });

  test('that the hub refuses is replaced by another', async () => {
    const stale = it.hub.token('alice', -1);
    const tokens = [stale, it.hub.token('alice')];
    const kulkul = it.connect({ token: () => tokens.shift() });

    await until(() => kulkul.state === 'open');

    assert.equal(given()[0], stale);
  });

  for (const [how, breakIt] of [
    ['is refused', hub => hub.cut()],
    ['has ended the connection', hub => hub.socket.end(4401)],
  ]) {
    test(`that ${how} is not tried again and again`, async () => {
      const token = it.hub.token('alice');
      const kulkul = await it.connected({ token: () => token });
      it.hub.tokens.delete(token);

      breakIt(it.hub);
      await pass(200_000, 1000);

      assert.equal(kulkul.state, 'closed');
      assert.match(kulkul.status.reason.code, /^token/);
      assert.ok(it.hub.handshakes.length <= 2);
    });
  }

  test('that is a string ends the connection when it is over', async () => {
    const kulkul = await it.connected({ token: it.hub.token('alice', 60) });

    it.hub.socket.end(4401);
    await settle();

    assert.equal(kulkul.state, 'closed');
    assert.equal(kulkul.status.reason.code, 'token');
  });

  test('that a busy hub did not look at in time is given again', async () => {
    it.hub.answers = false;
    const kulkul = await it.connected({ token: it.hub.token('alice') });

    it.hub.socket.end(4401);
    it.hub.answers = true;

    await until(() => kulkul.state === 'open', 15_000);
  });

  test('that is too long for one message ends it with that reason', async () => {
    it.hub.limits.messageBytes = 1024;
    const kulkul = await it.connected({ token: 'x'.repeat(2000) });

    assert.equal(kulkul.status.reason.code, 'limit_message_size');
  });

  test('of which there is none is not asked of the hub again, until a login has one to renew', async () => {
    it.hub.secrets.add('mine');
    let token = null;
    const kulkul = it.connect({ token: () => token });
    const payloads = await it.listen(kulkul, 'mine');
    assert.equal(kulkul.channel('mine').error.code, 'unauthenticated');

    await pass(200_000, 10_000);
    assert.deepEqual([kulkul.state, kulkul.status.reason.code, kulkul.status.until], ['waiting', 'idle', undefined]);
    assert.equal(it.hub.handshakes.length, 1);
    token = it.hub.token('alice');
    kulkul.renew();
    await settle();
    it.hub.publish('mine', 'x', 1);
    await settle();

    assert.equal(kulkul.state, 'open');
    assert.deepEqual(payloads, [1]);
    assert.equal(given().length, 1);

    it.hub.cut();
    await until(() => kulkul.state === 'open', 15_000);
  });

  for (const [what, want] of [
    ['listens', kulkul => kulkul.channel('news').on('*', () => {})],
    ['asks', kulkul => void kulkul.channel('news').history()],
  ]) {
    test(`that there is not is no reason to end, and no connection is made until somebody ${what}`, async () => {
      const kulkul = await it.connected({ token: undefined });
      it.hub.socket.end(4401);
      await pass(120_000, 1000);
      assert.equal(kulkul.status.reason.code, 'idle');
      assert.equal(it.hub.handshakes.length, 1);

      want(kulkul);
      await settle();

      assert.equal(kulkul.state, 'open');
      assert.ok(it.hub.received.some(({ channel }) => channel === 'news'));
    });
  }

  test('is given in place of one that was revoked', async () => {
    const kulkul = await it.connected();
    it.hub.socket.tell({ type: 'error', code: 'token_invalid', message: 'revoked' });
    it.hub.socket.end(4401);

    await until(() => kulkul.state === 'open');

    assert.deepEqual(it.errors.map(({ code }) => code), ['token_invalid']);
  });
});
