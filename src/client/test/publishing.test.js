import assert from 'node:assert/strict';
import { getEventListeners } from 'node:events';
import { mock, suite, test } from 'node:test';
import { pass, setClock, settle, until } from './clock.js';
import { scene } from './scene.js';

suite('Publishing', () => {
  const it = scene();
  const publishes = () => it.hub.received.filter(({ type }) => type === 'publish');

  test('gives the position', async () => {
    const kulkul = await it.connected();

    const published = await kulkul.channel('a').publish('note', { text: 'hi' }, { key: 'k-1', correlation: 'c-1' });

    assert.deepEqual(published, { seq: 1, epoch: 'epoch1', duplicate: false, key: 'k-1' });
    const { id, ...frame } = publishes()[0];
    assert.deepEqual(frame, { type: 'publish', channel: 'a', event: 'note', payload: { text: 'hi' }, key: 'k-1', correlation: 'c-1' });
  });

  test('without a payload publishes null', async () => {
    const kulkul = await it.connected();

    await kulkul.channel('a').publish('note');

    assert.equal(publishes()[0].payload, null);
  });

  test('gives every event a key of its own', async () => {
    const kulkul = await it.connected();

    const keys = await Promise.all([1, 2, 3].map(each => kulkul.channel('a').publish('note', each).then(({ key }) => key)));

    assert.equal(new Set(keys).size, 3);
    keys.forEach(key => assert.match(key, /^\d+(-\d+){3}$/));
  });

  test('a second one with the same key is told the first one', async () => {
    const kulkul = await it.connected();
    await kulkul.channel('a').publish('note', 1, { key: 'k' });

    const second = await kulkul.channel('a').publish('note', 1, { key: 'k' });

    assert.deepEqual([second.seq, second.duplicate], [1, true]);
  });

  test('needs no subscription', async () => {
    const kulkul = await it.connected();

    await kulkul.channel('a').publish('note', 1);

    assert.equal(it.hub.received.filter(({ type }) => type === 'subscribe').length, 0);
  });

  test('waits for the connection, in order', async () => {
    it.hub.door = 'down';
    const kulkul = it.connect();
    const all = [1, 2, 3].map(each => kulkul.channel('a').publish('note', each));
    await pass(1000);
    it.hub.door = 'up';

    await until(() => kulkul.state === 'open', 60_000);
    await Promise.all(all);

    assert.deepEqual(it.hub.published('a'), [1, 2, 3]);
  });

  test('that was not answered is sent again with its key, and made once', async () => {
    const kulkul = await it.connected();
    await it.listen(kulkul, 'a');
    const socket = it.hub.socket;
    const published = kulkul.channel('a').publish('note', 1);
    // The hub carries it out, and its answer is lost.
    socket.onmessage = () => {};
    await settle();
    it.hub.cut();

    await until(() => kulkul.state === 'open');
    const { seq, duplicate } = await published;

    assert.deepEqual([seq, duplicate], [1, true]);
    assert.deepEqual(it.hub.published('a'), [1]);
    assert.equal(publishes()[0].key, publishes()[1].key);
  });

  test('what was not answered goes before what was published later', async () => {
    const kulkul = await it.connected();
    it.hub.answers = false;
    const all = [1, 2].map(each => kulkul.channel('a').publish('note', each));
    await settle();
    it.hub.cut();
    await settle();
    all.push(kulkul.channel('a').publish('note', 3));
    it.hub.answers = true;

    await until(() => kulkul.state === 'open');
    await Promise.all(all);

    assert.deepEqual(it.hub.published('a'), [1, 2, 3]);
  });

  test('a connection that breaks among hundreds changes nothing of their order', async () => {
    const kulkul = await it.connected();
    it.hub.historySize = 1000;
    it.hub.answers = false;
    const all = Array.from({ length: 300 }, (_, i) => kulkul.channel('a').publish('note', i));
    await pass(500);
    it.hub.answers = true;
    it.hub.cut();

    await until(() => it.hub.published('a').length === 300, 60_000);
    await Promise.all(all);

    assert.deepEqual(it.hub.published('a'), Array.from({ length: 300 }, (_, i) => i));
  });

  test('does not wait on a new connection for what the old one was told', async () => {
    const kulkul = await it.connected();
    it.hub.faults = [{ type: 'publish', code: 'unavailable', retry: 60_000 }];
    const published = kulkul.channel('a').publish('note', 1);
    await settle();
    it.hub.cut();

    await until(() => kulkul.state === 'open', 15_000);

    assert.equal((await published).seq, 1);
  });

  test('a fault of the hub is for the caller to judge', async () => {
    const kulkul = await it.connected();
    it.hub.faults = [{ type: 'publish', code: 'internal' }];

    await assert.rejects(kulkul.channel('a').publish('note', 1), { code: 'internal' });
  });

  test('is given up where the hub may have forgotten the key', async () => {
    const kulkul = await it.connected();
    it.hub.answers = false;
    const published = assert.rejects(kulkul.channel('a').publish('note', 1), { code: 'unknown_outcome' });
    await settle();
    it.hub.kill();
    await pass(271_000, 1000);
    it.hub.answers = true;
    it.hub.door = 'up';

    await until(() => kulkul.state === 'open');

    await published;
    assert.equal(publishes().length, 1);
  });

  for (const [how, millis] of [['back', -86_400_000], ['forward', 86_400_000]]) {
    test(`goes on at its pace when the clock is set ${how}`, async () => {
      const kulkul = await it.connected();
      const all = Array.from({ length: 300 }, (_, i) => kulkul.channel('a').publish('note', i));
      it.hub.historySize = 1000;
      await settle();

      setClock(millis);
      await until(() => it.hub.published('a').length === 300, 20_000);
      await Promise.all(all);
    });
  }

  test('is given up where the hub may have forgotten the key, although the clock was set back, or the machine slept', async () => {
    for (const millis of [-86_400_000, 3_600_000]) {
      const kulkul = await it.connected();
      it.hub.answers = false;
      const published = assert.rejects(kulkul.channel('a').publish('note', 1), { code: 'unknown_outcome' });
      await settle();
      it.hub.kill();
      await settle();
      setClock(millis);
      await pass(millis < 0 ? 271_000 : 1000, 1000);
      it.hub.answers = true;
      it.hub.door = 'up';

      await until(() => kulkul.state === 'open');
      await published;
      kulkul.close();
    }
  });

  test('that was never sent may wait as long as it takes', async () => {
    it.hub.door = 'down';
    const kulkul = it.connect();
    const published = kulkul.channel('a').publish('note', 1);
    await pass(600_000, 1000);
    it.hub.door = 'up';

    await until(() => kulkul.state === 'open');

    assert.equal((await published).seq, 1);
  });

  test('is refused when too many wait', async () => {
    it.hub.door = 'down';
    const kulkul = it.connect({ queue: 2 });
    const waiting = [1, 2].map(each => kulkul.channel('a').publish('note', each));

    await assert.rejects(kulkul.channel('a').publish('note', 3), { code: 'queue_full' });

    it.hub.door = 'up';
    await until(() => kulkul.state === 'open');
    await Promise.all(waiting);
    assert.deepEqual(it.hub.published('a'), [1, 2]);
  });

  test('what waits fails when the connection ends for good', async () => {
    it.hub.door = 'down';
    const kulkul = it.connect();
    const published = assert.rejects(kulkul.channel('a').publish('note', 1), { code: 'closed' });

    kulkul.close();

    await published;
    await assert.rejects(kulkul.channel('a').publish('note', 1), { code: 'closed' });
  });

  test('what was sent and not answered fails then, too', async () => {
    const kulkul = await it.connected();
    it.hub.answers = false;
    const published = assert.rejects(kulkul.channel('a').publish('note', 1), { code: 'disconnected' });
    await settle();

    it.hub.socket.end(4410);

    await published;
  });

  test('a refusal says what the hub said', async () => {
    const kulkul = await it.connected();
    it.hub.faults = [{ type: 'publish', code: 'forbidden' }];

    await assert.rejects(kulkul.channel('a').publish('note', 1),
      { name: 'KulkulError', code: 'forbidden', channel: 'a', message: 'a fault: forbidden' });
  });

  test('is tried again where the hub is not available for a while', async () => {
    const kulkul = await it.connected();
    it.hub.faults = [{ type: 'publish', code: 'unavailable' }, { type: 'publish', code: 'unavailable', retry: 500 }];

    const published = kulkul.channel('a').publish('note', 1);
    await until(() => it.hub.published('a').length === 1, 10_000);

    assert.equal((await published).seq, 1);
  });

  test('a thousand at once are made in order and without being refused', async () => {
    const kulkul = await it.connected({ queue: 2000 });
    const all = Array.from({ length: 1000 }, (_, i) => kulkul.channel('a').publish('note', i));
    it.hub.historySize = 2000;

    const took = await until(() => it.hub.published('a').length === 1000, 60_000);

    await Promise.all(all);
    assert.deepEqual(it.hub.published('a'), Array.from({ length: 1000 }, (_, i) => i));
    assert.equal(it.hub.rateLimited, undefined);
    assert.ok(took < 11_000, `${took} ms`);
  });

  test('goes on in order where it was refused for its rate', async () => {
    const kulkul = await it.connected();
    it.hub.faults = [{ type: 'publish', code: 'rate_limited', retry: 300 }];

    const all = [1].map(each => kulkul.channel('a').publish('note', each));
    await settle();
    all.push(kulkul.channel('a').publish('note', 2));
    await pass(200);
    assert.deepEqual(it.hub.published('a'), []);
    await pass(200);
    await Promise.all(all);

    assert.deepEqual(it.hub.published('a'), [1, 2]);
  });

  test('a message that is too long is not even sent', async () => {
    it.hub.limits.messageBytes = 1000;
    const kulkul = await it.connected();

    await assert.rejects(kulkul.channel('a').publish('note', 'x'.repeat(1000)), { code: 'limit_message_size' });

    assert.equal(publishes().length, 0);
    assert.equal(kulkul.state, 'open');
  });

  test('a long message is ASCII, so that it can be cut anywhere', async () => {
    const kulkul = await it.connected();
    const text = 'Größe 🌈 '.repeat(10_000);
    let sent = '';
    const send = it.hub.socket.send;
    mock.method(it.hub.socket, 'send', function (frame) {
      sent = frame;
      send.call(this, frame);
    });

    await kulkul.channel('a').publish('note', text);

    assert.match(sent, /^[\0-\x7f]*$/);
    assert.deepEqual(it.hub.published('a'), [text]);
  });

  test('is measured in bytes and not in characters', async () => {
    it.hub.limits.messageBytes = 1000;
    const kulkul = await it.connected();

    await assert.rejects(kulkul.channel('a').publish('note', '€'.repeat(400)), { code: 'limit_message_size' });
    await kulkul.channel('a').publish('note', '€'.repeat(200));
    await kulkul.channel('a').publish('note', 'x'.repeat(800));

    assert.equal(kulkul.state, 'open');
  });

  test('without a key has one of its own, null or not', async () => {
    const kulkul = await it.connected();
    const socket = it.hub.socket;
    const published = kulkul.channel('a').publish('note', 1, { key: null });
    socket.onmessage = () => {};
    await settle();
    it.hub.cut();

    await until(() => kulkul.state === 'open');

    assert.match((await published).key, /^\d+(-\d+){3}$/);
    assert.deepEqual(it.hub.published('a'), [1]);
  });

  test('goes on in other namespaces while one is not available', async () => {
    const kulkul = await it.connected();
    it.hub.faults = [{ type: 'publish', code: 'unavailable', retry: 5000 }];
    const all = [kulkul.channel('orders:1').publish('note', 1)];
    await settle();

    all.push(kulkul.channel('orders:1').publish('note', 2), kulkul.channel('news:1').publish('note', 3));
    await pass(100);
    assert.deepEqual([it.hub.published('orders:1'), it.hub.published('news:1')], [[], [3]]);
    await pass(5000);
    await Promise.all(all);

    assert.deepEqual(it.hub.published('orders:1'), [1, 2]);
  });

  test('asks for history a few times while it is not available, and then tells; with a signal for as long as that wants', async () => {
    const kulkul = await it.connected();
    it.hub.faults = Array.from({ length: 500 }, () => ({ type: 'history', code: 'unavailable' }));
    const refused = assert.rejects(kulkul.channel('a').history(), { code: 'unavailable' });
    await pass(60_000, 1000);
    await refused;
    assert.equal(it.hub.received.filter(({ type }) => type === 'history').length, 6);

    const abort = new AbortController();
    const given = assert.rejects(kulkul.channel('a').history({ signal: abort.signal }), { name: 'AbortError' });
    await pass(300_000, 1000);
    const asked = it.hub.received.filter(({ type }) => type === 'history').length;
    abort.abort();
    await given;
    assert.ok(asked > 12, `${asked}`);
  });

  test('that was given up makes room for others', async () => {
    it.hub.door = 'down';
    const kulkul = it.connect({ queue: 2 });
    for (let i = 0; i < 5; i++) {
      await assert.rejects(kulkul.channel('a').publish('note', i, { signal: AbortSignal.abort() }));
      const abort = new AbortController();
      const published = assert.rejects(kulkul.channel('a').publish('note', i, { signal: abort.signal }), { name: 'AbortError' });
      abort.abort();
      await published;
    }
    const published = kulkul.channel('a').publish('note', 'last');
    it.hub.door = 'up';

    await until(() => kulkul.state === 'open', 60_000);
    await published;

    assert.deepEqual(it.hub.published('a'), ['last']);
  });

  test('that was sent and given up is not sent again', async () => {
    const kulkul = await it.connected();
    it.hub.answers = false;
    const abort = new AbortController();
    const published = assert.rejects(kulkul.channel('a').publish('note', 1, { signal: abort.signal }), { name: 'AbortError' });
    await settle();
    abort.abort();
    await published;
    it.hub.cut();
    it.hub.answers = true;

    await until(() => kulkul.state === 'open');

    assert.equal(publishes().length, 1);
  });

  test('leaves no listener at its signal', async () => {
    const kulkul = await it.connected();
    const { signal } = new AbortController();

    await kulkul.channel('a').publish('note', 1, { signal });
    it.hub.faults = [{ type: 'publish', code: 'forbidden' }];
    await assert.rejects(kulkul.channel('a').publish('note', 1, { signal }));

    assert.equal(getEventListeners(signal, 'abort').length, 0);
  });

  test('is given up with its signal', async () => {
    it.hub.door = 'down';
    const kulkul = it.connect();
    const abort = new AbortController();
    const published = kulkul.channel('a').publish('note', 1, { signal: abort.signal });

    abort.abort();

    await assert.rejects(published, { name: 'AbortError' });
    await assert.rejects(kulkul.channel('a').publish('note', 1, { signal: abort.signal }), { name: 'AbortError' });
    it.hub.door = 'up';
    await until(() => kulkul.state === 'open');
    assert.deepEqual(publishes(), []);
  });
});
