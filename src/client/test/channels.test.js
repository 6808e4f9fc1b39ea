import assert from 'node:assert/strict';
import { getEventListeners } from 'node:events';
import { suite, test } from 'node:test';
import { pass, settle, until } from './clock.js';
import { scene } from './scene.js';

suite('A channel', () => {
  const it = scene();
  const sent = type => it.hub.received.filter(frame => frame.type === type);
  const reconnected = async kulkul => {
    await until(() => kulkul.state === 'open');
    await settle();
  };

  test('gives a listener the payload and the event', async () => {
    const kulkul = await it.connected();
    const heard = [];
    kulkul.channel('orders:42').on('shipped', (payload, event) => heard.push([payload, event.event, event.seq, event.epoch]));
    await settle();

    it.hub.publish('orders:42', 'shipped', { id: 'A' });
    it.hub.publish('orders:42', 'paid', { id: 'B' });
    await settle();

    assert.deepEqual(heard, [[{ id: 'A' }, 'shipped', 1, 'epoch1']]);
  });

  test('is the same object by the same name', async () => {
    const kulkul = await it.connected();

    assert.equal(kulkul.channel('a'), kulkul.channel('a'));
    assert.equal(kulkul.channel('a', { filter: { x: 1 } }), kulkul.channel('a'));
  });

  test('is subscribed once however many listen, and unsubscribed when the last one has gone', async () => {
    const kulkul = await it.connected();
    const first = kulkul.channel('a').on('x', () => {});
    const second = kulkul.channel('a').on('y', () => {});
    await settle();

    first();
    first();
    await pass(2000);
    assert.equal(sent('unsubscribe').length, 0);
    second();
    await pass(2000);

    assert.equal(sent('subscribe').length, 1);
    assert.equal(sent('unsubscribe').length, 1);
    assert.equal(kulkul.channel('a').state, 'idle');
  });

  test('misses nothing between one listener and the next', async () => {
    const kulkul = await it.connected();
    const release = kulkul.channel('a').on('x', () => {});
    await settle();

    release();
    await pass(500);
    const payloads = await it.listen(kulkul, 'a');
    await pass(2000);
    it.hub.publish('a', 'x', 1);
    await settle();

    assert.equal(sent('subscribe').length, 1);
    assert.deepEqual(payloads, [1]);
  });

  test('can be listened to again after it was left', async () => {
    const kulkul = await it.connected();
    kulkul.channel('a').on('x', () => {})();
    await pass(2000);
    it.hub.publish('a', 'x', 'meanwhile');

    const payloads = await it.listen(kulkul, 'a');
    it.hub.publish('a', 'x', 'now');
    await settle();

    assert.deepEqual(payloads, ['now']);
  });

  test('that is left before the hub has answered can be listened to again', async () => {
    const kulkul = await it.connected();
    it.hub.answers = false;
    kulkul.channel('a').on('x', () => {})();
    await pass(2000);
    // The answer to the first, which the hub has carried out, comes when nobody listens.
    it.hub.catchUp();
    await settle();

    const payloads = await it.listen(kulkul, 'a');
    it.hub.publish('a', 'x', 1);
    await settle();

    assert.deepEqual(payloads, [1]);
  });

  test('may be asked for before the connection is open', async () => {
    const kulkul = it.connect();

    const payloads = await it.listen(kulkul, 'a');
    it.hub.publish('a', 'x', 1);
    await settle();

    assert.deepEqual(payloads, [1]);
  });

  test('goes on after a lost connection with every event once', async () => {
    const kulkul = await it.connected();
    const payloads = await it.listen(kulkul, 'a');
    it.hub.publish('a', 'x', 1);
    await settle();
    it.hub.cut();
    it.hub.publish('a', 'x', 2);
    it.hub.publish('a', 'x', 3);

    await reconnected(kulkul);
    it.hub.publish('a', 'x', 4);
    await settle();

    assert.deepEqual(payloads, [1, 2, 3, 4]);
    assert.deepEqual(sent('subscribe')[1].since, { seq: 1, epoch: 'epoch1' });
    assert.deepEqual(it.gaps, []);
  });

  test('goes on from its head where nothing had come yet', async () => {
    it.hub.publish('a', 'x', 'before');
    const kulkul = await it.connected();
    const payloads = await it.listen(kulkul, 'a');
    it.hub.cut();
    it.hub.publish('a', 'x', 'while away');

    await reconnected(kulkul);

    assert.deepEqual(payloads, ['while away']);
  });

  test('drops what it has had already', async () => {
    const kulkul = await it.connected();
    const payloads = await it.listen(kulkul, 'a');
    it.hub.publish('a', 'x', 1);
    it.hub.publish('a', 'x', 2);
    await settle();

    it.hub.socket.tell({ type: 'message', channel: 'a', event: 'x', payload: 1, seq: 1, timestamp: 1 });
    it.hub.socket.tell({ type: 'message', channel: 'a', event: 'x', payload: 2, seq: 2, timestamp: 1 });
    await settle();

    assert.deepEqual(payloads, [1, 2]);
  });

  test('ignores what still comes on an old connection', async () => {
    const kulkul = await it.connected();
    const payloads = await it.listen(kulkul, 'a');
    const old = it.hub.socket;
    old.onclose({ code: 1006 });
    await reconnected(kulkul);

    old.onmessage({ data: JSON.stringify({ type: 'message', channel: 'a', event: 'x', payload: 'late', seq: 9, timestamp: 1 }) });
    await settle();

    assert.deepEqual(payloads, []);
  });

  test('takes all of a new counting, and says that what was before is gone', async () => {
    const kulkul = await it.connected();
    const payloads = await it.listen(kulkul, 'a');
    it.hub.publish('a', 'x', 1);
    it.hub.publish('a', 'x', 2);
    await settle();
    it.hub.kill();
    await settle();
    it.hub.door = 'up';
    it.hub.publish('a', 'x', 3);

    await reconnected(kulkul);
    it.hub.publish('a', 'x', 4);
    await settle();

    assert.deepEqual(payloads, [1, 2, 3, 4]);
    assert.deepEqual(it.gaps, [{ channel: 'a', reason: 'reset', epoch: 'epoch2' }]);
  });

  test('says that something may be missing where nothing is kept', async () => {
    it.hub.historySize = 0;
    const kulkul = await it.connected();
    const payloads = await it.listen(kulkul, 'a');
    it.hub.publish('a', 'x', 1);
    await settle();
    assert.deepEqual(it.gaps, []);
    it.hub.cut();
    it.hub.publish('a', 'x', 2);

    await reconnected(kulkul);
    it.hub.publish('a', 'x', 3);
    await settle();

    assert.deepEqual(payloads, [1, 3]);
    assert.deepEqual(it.gaps.map(({ reason }) => reason), ['unknown']);
  });

  test('begins where it is told', async () => {
    ['one', 'two', 'three'].forEach(each => it.hub.publish('a', 'x', each));
    const kulkul = await it.connected();

    const payloads = await it.listen(kulkul, 'a', { since: { seq: 1, epoch: 'epoch1' } });

    assert.deepEqual(payloads, ['two', 'three']);
    assert.deepEqual(kulkul.channel('a').position, { seq: 3, epoch: 'epoch1' });
  });

  test('begins where it is told without an epoch, and drops nothing then', async () => {
    ['one', 'two', 'three'].forEach(each => it.hub.publish('a', 'x', each));
    const kulkul = await it.connected();

    const payloads = await it.listen(kulkul, 'a', { since: { seq: 0 } });

    assert.deepEqual(payloads, ['one', 'two', 'three']);
  });

  test('is refused where its position is none, as a number is, and not begun with the next event', async () => {
    it.hub.publish('a', 'x', 'before');
    const kulkul = await it.connected();
    const wrong = [0, 5, '', false, {}, { seq: '1' }, { seq: 1.5 }, { channels: {}, timestamp: 1 }];
    const channels = [...wrong.map((since, at) => kulkul.channel(`a:${at}`, { since })),
      ...[0, { seq: 1 }, { channels: {} }].map((since, at) => kulkul.channel(`p${at}:*`, { since }))];

    channels.forEach(channel => channel.on('*', () => {}));
    await settle();

    assert.deepEqual(channels.map(({ state, error }) => [state, error?.code]), channels.map(() => ['refused', 'bad_request']));
  });

  test('begins with the next event where its position is null, as JSON has it for none', async () => {
    it.hub.publish('a', 'x', 'before');
    const kulkul = await it.connected();

    const payloads = await it.listen(kulkul, 'a', { since: null });
    it.hub.publish('a', 'x', 'after');
    await settle();

    assert.deepEqual(payloads, ['after']);
  });

  test('that begins with what the hub has cached takes it', async () => {
    const kulkul = await it.connected();
    it.hub.answers = false;
    const payloads = await it.listen(kulkul, 'a');

    it.hub.socket.tell({ type: 'subscribed', id: sent('subscribe')[0].id, channel: 'a', epoch: 'e', seq: 5, recovered: false, replayed: 1 });
    it.hub.socket.tell({ type: 'message', channel: 'a', event: 'x', payload: 'cached', seq: 5, timestamp: 1 });
    await settle();

    assert.deepEqual(payloads, ['cached']);
    assert.deepEqual(it.gaps, []);
  });

  test('tells only of what is missing where it begins without an epoch', async () => {
    [1, 2, 3, 4].forEach(each => it.hub.publish('a', 'x', each));
    it.hub.shorten('a', 2);
    const kulkul = await it.connected();

    const payloads = await it.listen(kulkul, 'a', { since: { seq: 1 } });

    assert.deepEqual(payloads, [3, 4]);
    assert.deepEqual(it.gaps.map(({ from, to, reason }) => [from, to, reason]), [[2, 2, 'expired']]);
  });

  test('tells of no event in a gap that it has had', async () => {
    it.hub.historySize = 3;
    const kulkul = await it.connected();
    await it.listen(kulkul, 'a');
    [1, 2, 3].forEach(each => it.hub.publish('a', 'x', each));
    await settle();
    it.hub.faults = [{ type: 'history', code: 'history_unavailable' }];

    it.hub.socket.tell({ type: 'gap', channel: 'a', from: 2, to: 5, reason: 'slow' });
    it.hub.socket.tell({ type: 'gap', channel: 'a', from: 1, to: 2, reason: 'slow' });
    await settle();

    assert.deepEqual(it.gaps.map(({ from, to }) => [from, to]), [[4, 5]]);
  });

  test('does not take the events of another counting for those of a gap', async () => {
    const kulkul = await it.connected();
    const payloads = await it.listen(kulkul, 'a');
    it.hub.recount('a');
    [1, 2, 3].forEach(each => it.hub.publish('b', 'x', each));
    it.hub.carryOut(it.hub.socket, { type: 'publish', channel: 'a', event: 'x', payload: 'other', id: 'none' });
    await settle();
    payloads.length = 0;

    it.hub.socket.tell({ type: 'gap', channel: 'a', from: 2, to: 2, reason: 'slow' });
    it.hub.publish('a', 'x', 'another');
    await settle();

    assert.deepEqual(it.gaps.map(({ from, to }) => [from, to]), [[2, 2]]);
  });

  test('that nobody listens to any more asks for no history', async () => {
    const kulkul = await it.connected();
    kulkul.channel('a').on('*', () => {})();
    await pass(2000);

    it.hub.socket.tell({ type: 'gap', channel: 'a', from: 1, to: 2, reason: 'slow' });
    await settle();

    assert.equal(sent('history').length, 0);
    assert.deepEqual(it.gaps, []);
  });

  test('heals a gap by history, in order', async () => {
    const kulkul = await it.connected();
    const payloads = await it.listen(kulkul, 'a');
    it.hub.publish('a', 'x', 1);

    it.hub.skip('a', [2, 3, 4]);
    it.hub.publish('a', 'x', 5);
    await settle();

    assert.deepEqual(payloads, [1, 2, 3, 4, 5]);
    assert.deepEqual(it.gaps, []);
    assert.deepEqual(kulkul.channel('a').position, { seq: 5, epoch: 'epoch1' });
  });

  test('heals a long gap page by page', async () => {
    it.hub.historySize = 5000;
    const kulkul = await it.connected();
    const payloads = await it.listen(kulkul, 'a');

    const all = Array.from({ length: 2500 }, (_, i) => i);
    it.hub.skip('a', all);
    await settle();

    assert.deepEqual(payloads, all);
    assert.equal(sent('history').length, 3);
  });

  test('heals several gaps one after the other', async () => {
    const kulkul = await it.connected();
    const payloads = await it.listen(kulkul, 'a');

    it.hub.skip('a', [1, 2]);
    it.hub.publish('a', 'x', 3);
    it.hub.skip('a', [4]);
    it.hub.publish('a', 'x', 5);
    await settle();

    assert.deepEqual(payloads, [1, 2, 3, 4, 5]);
  });

  test('heals what a replay could not reach', async () => {
    const kulkul = await it.connected();
    const payloads = await it.listen(kulkul, 'a');
    it.hub.publish('a', 'x', 1);
    await settle();
    it.hub.answers = false;
    it.hub.cut();
    [2, 3, 4].forEach(each => it.hub.publish('a', 'x', each));
    await until(() => it.hub.handshakes.length === 2);
    it.hub.answers = true;
    await settle();
    await until(() => kulkul.state === 'open', 60_000);
    payloads.length = 0;

    // A replay has a limit of its own, which history has not.
    it.hub.socket.tell({ type: 'gap', channel: 'a', from: 5, to: 6, reason: 'expired' });
    it.hub.publish('a', 'x', 5);
    it.hub.publish('a', 'x', 6);
    await settle();

    assert.deepEqual(payloads, [5, 6]);
    assert.deepEqual(it.gaps, []);
  });

  test('tells which events history has no more', async () => {
    const kulkul = await it.connected();
    const payloads = await it.listen(kulkul, 'a');
    it.hub.publish('a', 'x', 1);
    await settle();

    it.hub.skip('a', [2, 3, 4, 5]);
    it.hub.shorten('a', 2);
    it.hub.publish('a', 'x', 6);
    await settle();

    assert.deepEqual(payloads, [1, 4, 5, 6]);
    assert.deepEqual(it.gaps, [{ channel: 'a', from: 2, to: 3, reason: 'slow', epoch: 'epoch1' }]);
  });

  test('tells of the whole gap where there is no history, and why', async () => {
    const kulkul = await it.connected();
    const heard = [];
    kulkul.channel('a').onGap(gap => heard.push(gap));
    const payloads = await it.listen(kulkul, 'a');
    it.hub.faults = [{ type: 'history', code: 'forbidden' }];

    it.hub.skip('a', [1, 2]);
    it.hub.publish('a', 'x', 3);
    await settle();

    assert.deepEqual(payloads, [3]);
    assert.equal(heard.length, 1);
    assert.deepEqual([heard[0].from, heard[0].to, heard[0].cause.code], [1, 2, 'forbidden']);
    assert.deepEqual(it.gaps, heard);
  });

  test('heals with the filter of its subscription', async () => {
    const kulkul = await it.connected();
    const payloads = await it.listen(kulkul, 'a', { filter: { kind: ['x', 'y'] } });

    it.hub.skip('a', [{ kind: 'x' }, { kind: 'z' }, { kind: 'y' }, {}, 7, null, 'text']);
    await settle();

    assert.deepEqual(payloads, [{ kind: 'x' }, { kind: 'y' }]);
    assert.deepEqual(it.gaps, []);
  });

  test('understands the pointers of a filter as the hub does', async () => {
    const kulkul = await it.connected();
    const payloads = await it.listen(kulkul, 'a', { filter: { '/at/0': 1, '/a~1b/~0': true } });
    const fits = { at: [1, 2], 'a/b': { '~': true } };
    it.hub.socket.subscriptions.get('a').filter = {};

    it.hub.skip('a', [fits, { at: [2], 'a/b': { '~': true } }, { at: [1] }, { at: { 0: '1' }, 'a/b': { '~': true } }]);
    await settle();

    assert.deepEqual(payloads, [fits]);
  });

  test('heals where the connection is lost meanwhile', async () => {
    const kulkul = await it.connected();
    const payloads = await it.listen(kulkul, 'a');
    it.hub.publish('a', 'x', 1);
    await settle();
    it.hub.answers = false;
    it.hub.skip('a', [2, 3]);
    it.hub.publish('a', 'x', 4);
    await settle();
    it.hub.answers = true;
    it.hub.cut();

    await reconnected(kulkul);
    it.hub.publish('a', 'x', 5);
    await settle();

    assert.deepEqual(payloads, [1, 2, 3, 4, 5]);
    assert.deepEqual(it.gaps, []);
  });

  test('whose gap is being healed when nobody listens any more forgets it', async () => {
    const kulkul = await it.connected();
    const release = kulkul.channel('a').on('*', () => {});
    await settle();
    it.hub.answers = false;
    it.hub.skip('a', [1, 2]);
    await settle();
    release();
    await pass(2000);
    const payloads = await it.listen(kulkul, 'a');

    it.hub.shorten('a', 0);
    it.hub.catchUp();
    await settle();
    it.hub.publish('a', 'x', 3);
    await settle();

    assert.deepEqual(payloads, [3]);
    assert.deepEqual(it.gaps, []);
  });

  test('whose hub counts anew while a gap is being healed has what was held, and all of the new counting', async () => {
    const kulkul = await it.connected();
    const payloads = await it.listen(kulkul, 'a');
    it.hub.publish('a', 'x', 'old 1');
    await settle();
    it.hub.answers = false;
    it.hub.skip('a', ['old 2', 'old 3']);
    [4, 5, 6].forEach(each => it.hub.publish('a', 'x', `old ${each}`));
    await settle();
    it.hub.kill();
    await settle();
    Object.assign(it.hub, { door: 'up', answers: true });
    [1, 2, 3, 4].forEach(each => it.hub.publish('a', 'x', `new ${each}`));

    await reconnected(kulkul);
    it.hub.publish('a', 'x', 'new 5');
    await settle();

    assert.deepEqual(payloads, ['old 1', 'old 4', 'old 5', 'old 6', 'new 1', 'new 2', 'new 3', 'new 4', 'new 5']);
    assert.deepEqual(it.gaps.map(({ reason, from, to, epoch }) => [reason, from, to, epoch]),
      [['slow', 2, 3, 'epoch1'], ['reset', undefined, undefined, 'epoch2']]);
    assert.deepEqual(kulkul.channel('a').position, { seq: 5, epoch: 'epoch2' });
  });

  test('of a pattern whose hub counts anew while a gap is being healed keeps the countings apart', async () => {
    const kulkul = await it.connected();
    const payloads = await it.listen(kulkul, 'o:*');
    it.hub.publish('o:1', 'x', 'old 1');
    await settle();
    it.hub.answers = false;
    it.hub.skip('o:1', ['old 2']);
    it.hub.publish('o:1', 'x', 'old 3');
    await settle();
    it.hub.kill();
    await settle();
    Object.assign(it.hub, { door: 'up', answers: true });
    [1, 2, 3, 4].forEach(each => it.hub.publish('o:1', 'x', `new ${each}`));

    await reconnected(kulkul);

    assert.deepEqual(payloads, ['old 1', 'old 3', 'new 1', 'new 2', 'new 3', 'new 4']);
    assert.deepEqual(it.gaps.map(({ reason }) => reason).sort(), ['slow', 'unknown']);
  });

  test('that begins beyond the head, without an epoch, has all of the counting that there is and is told', async () => {
    ['one', 'two', 'three'].forEach(each => it.hub.publish('a', 'x', each));
    const kulkul = await it.connected();

    const payloads = await it.listen(kulkul, 'a', { since: { seq: 50 } });
    it.hub.publish('a', 'x', 'four');
    await settle();

    assert.deepEqual(payloads, ['one', 'two', 'three', 'four']);
    assert.deepEqual(it.gaps.map(({ reason }) => reason), ['reset']);
    assert.deepEqual(kulkul.channel('a').position, { seq: 4, epoch: 'epoch1' });
  });

  test('heals what a replay of a new counting could not reach, although its filter leaves all of the rest out', async () => {
    const kulkul = await it.connected();
    const payloads = await it.listen(kulkul, 'a', { filter: { keep: true }, since: { seq: 9, epoch: 'old' } });
    assert.deepEqual(payloads, []);
    it.hub.publish('b', 'x', 1);

    it.hub.skip('a', [{ keep: true }, { keep: false }], 'expired');
    await settle();

    assert.deepEqual(payloads, [{ keep: true }]);
  });

  test('gives an event whose name is * to a listener once', async () => {
    const kulkul = await it.connected();
    const payloads = await it.listen(kulkul, 'a');

    it.hub.publish('a', '*', 1);
    await settle();

    assert.deepEqual(payloads, [1]);
  });

  test('gives a gap up where too much comes behind it', async () => {
    it.hub.limits.messagesPerSecond = undefined;
    const kulkul = await it.connected();
    const payloads = await it.listen(kulkul, 'a');
    it.hub.answers = false;

    it.hub.skip('a', [1]);
    for (let i = 0; i < 10_001; i++) {
      it.hub.publish('a', 'x', i);
    }
    await settle();

    assert.equal(payloads.length, 10_001);
    assert.deepEqual(it.gaps.map(({ from, to }) => [from, to]), [[1, 1]]);
  });

  test('that is refused says so, and is tried again with the next connection', async () => {
    it.hub.refusals.set('secret', 'forbidden');
    const kulkul = await it.connected();
    const states = [];
    kulkul.channel('secret').onState((state, error) => states.push([state, error?.code]));
    const payloads = await it.listen(kulkul, 'secret');
    assert.equal(kulkul.channel('secret').error.code, 'forbidden');
    assert.deepEqual(it.errors.map(({ code, channel }) => [code, channel]), [['forbidden', 'secret']]);

    it.hub.refusals.clear();
    it.hub.cut();
    await reconnected(kulkul);
    it.hub.publish('secret', 'x', 1);
    await settle();

    assert.deepEqual(payloads, [1]);
    assert.deepEqual(states, [['subscribing', undefined], ['refused', 'forbidden'], ['subscribing', undefined], ['live', undefined]]);
  });

  for (const code of ['unavailable', 'rate_limited', 'internal']) {
    test(`that the hub could not subscribe now (${code}) is subscribed a little later`, async () => {
      const kulkul = await it.connected();
      it.hub.faults = [{ type: 'subscribe', code, retry: code === 'rate_limited' ? 300 : undefined }];

      const payloads = await it.listen(kulkul, 'a');
      await until(() => kulkul.channel('a').state === 'live', 2100);
      it.hub.publish('a', 'x', 1);
      await settle();

      assert.deepEqual(payloads, [1]);
      assert.deepEqual(it.errors, []);
    });
  }

  test('that waits to be subscribed does not forget it when another listens, or one comes back', async () => {
    const kulkul = await it.connected();
    it.hub.faults = [{ type: 'subscribe', code: 'unavailable' }, { type: 'subscribe', code: 'unavailable' }];

    const release = kulkul.channel('a').on('*', () => {});
    await settle();
    kulkul.channel('a').on('*', () => {});
    release();
    await until(() => kulkul.channel('a').state === 'live', 5000);
  });

  test('that an operator ended is refused', async () => {
    const kulkul = await it.connected();
    await it.listen(kulkul, 'a');

    it.hub.socket.tell({ type: 'unsubscribed', channel: 'a', reason: 'revoked' });
    await settle();

    assert.equal(kulkul.channel('a').state, 'refused');
    assert.equal(it.errors[0].code, 'revoked');
  });

  test('user:me is called by another name by the hub', async () => {
    const kulkul = await it.connected();
    const payloads = await it.listen(kulkul, 'user:me');

    it.hub.publish('user:alice', 'x', 1);
    it.hub.skip('user:alice', [2]);
    it.hub.publish('user:alice', 'x', 3);
    await settle();

    assert.deepEqual(payloads, [1, 2, 3]);
  });

  test('what the hub sends unasked is heard, even where it may not be subscribed', async () => {
    it.hub.refusals.set('broadcast', 'forbidden');
    const kulkul = await it.connected();
    const payloads = await it.listen(kulkul, 'broadcast');

    it.hub.socket.tell({ type: 'message', channel: 'broadcast', event: 'x', payload: 1, seq: 1, timestamp: 1 });
    await settle();

    assert.deepEqual(payloads, [1]);
  });

  test('another filter than the one in use is an error; after it is left, it is not', async () => {
    const kulkul = await it.connected();
    const release = kulkul.channel('a', { filter: { x: 1 } }).on('*', () => {});
    await settle();

    assert.throws(() => kulkul.channel('a', { filter: { x: 2 } }), { code: 'bad_request' });
    release();
    const payloads = await it.listen(kulkul, 'a', { filter: { x: 2 } });
    it.hub.publish('a', 'e', { x: 1 });
    it.hub.publish('a', 'e', { x: 2 });
    await settle();

    assert.deepEqual(payloads, [{ x: 2 }]);
  });

  test('with another filter hears nothing that the old one let through', async () => {
    const kulkul = await it.connected();
    const release = kulkul.channel('a').on('*', () => {});
    await settle();
    release();
    // It is on its way already when the filter changes.
    it.hub.publish('a', 'e', { x: 1 });

    const payloads = await it.listen(kulkul, 'a', { filter: { x: 2 } });
    it.hub.publish('a', 'e', { x: 1 });
    it.hub.publish('a', 'e', { x: 2 });
    await settle();

    assert.deepEqual(payloads, [{ x: 2 }]);
    assert.deepEqual(it.errors, []);
  });

  for (const code of ['rate_limited', 'internal']) {
    test(`that could not be left (${code}) is left a little later, and can be listened to again meanwhile`, async () => {
      const kulkul = await it.connected();
      kulkul.channel('a').on('*', () => {})();
      await settle();
      it.hub.faults = [{ type: 'unsubscribe', code, retry: 300 }];
      await pass(1000);

      const payloads = await it.listen(kulkul, 'a');
      await pass(500);
      it.hub.publish('a', 'x', 1);
      await settle();

      assert.deepEqual([payloads, it.errors], [[1], []]);
      assert.deepEqual(it.hub.received.map(({ type }) => type).filter(type => type.endsWith('subscribe')),
        ['subscribe', 'unsubscribe', 'unsubscribe', 'subscribe']);
    });
  }

  test('that is left while there is no connection leaves nothing behind', async () => {
    const kulkul = await it.connected({ queue: 1 });
    kulkul.channel('a').on('*', () => {})();
    await settle();
    it.hub.door = 'down';
    it.hub.cut();
    await settle();
    const published = kulkul.channel('a').publish('x', 1);
    await pass(1100);
    it.hub.door = 'up';
    await reconnected(kulkul);

    assert.equal((await published).seq, 1);
    assert.equal(kulkul.channel('a').state, 'idle');
    assert.equal(sent('unsubscribe').length, 0);
  });

  test('whose first listener has gone for less than a second keeps what comes for the next one, over a lost connection too', async () => {
    const kulkul = await it.connected();
    const first = await it.listen(kulkul, 'b');
    const payloads = [];
    const release = kulkul.channel('a').on('*', payload => payloads.push(payload));
    await settle();
    it.hub.publish('a', 'x', 1);
    await settle();

    release();
    it.hub.publish('a', 'x', 2);
    await settle();
    assert.deepEqual(kulkul.channel('a').position, { seq: 1, epoch: 'epoch2' });
    it.hub.cut();
    it.hub.publish('a', 'x', 3);
    await settle();
    kulkul.reconnect();
    await settle();
    kulkul.channel('a').on('*', payload => payloads.push(payload));
    it.hub.publish('a', 'x', 4);
    await settle();

    assert.deepEqual(payloads, [1, 2, 3, 4]);
    assert.deepEqual([it.gaps, first], [[], []]);
  });

  test('that is busy keeps so much and no more for the next listener', async () => {
    it.hub.limits.messagesPerSecond = undefined;
    const kulkul = await it.connected();
    kulkul.channel('a').on('*', () => {})();
    await settle();

    for (let i = 0; i <= 10_000; i++) {
      it.hub.publish('a', 'x', i);
    }
    await settle();

    assert.equal(kulkul.channel('a').state, 'idle');
    assert.equal(sent('unsubscribe').length, 1);
  });

  test('a subscription that is too long for one message is refused, and nothing else', async () => {
    it.hub.limits.messageBytes = 1000;
    const kulkul = await it.connected();

    const payloads = await it.listen(kulkul, 'a');
    await it.listen(kulkul, 'b', { filter: { name: 'ö'.repeat(500) } });
    it.hub.publish('a', 'x', 1);
    await settle();

    assert.equal(kulkul.channel('b').error.code, 'limit_message_size');
    await assert.rejects(kulkul.channel('b').events().next(), { code: 'limit_message_size' });
    assert.equal(kulkul.state, 'open');
    assert.deepEqual(payloads, [1]);
  });

  test('options without a filter go with the one in use', async () => {
    const kulkul = await it.connected();
    const payloads = await it.listen(kulkul, 'a', { filter: { x: 1 } });
    const others = await it.listen(kulkul, 'a', { since: { seq: 0 } });

    it.hub.publish('a', 'e', { x: 1 });
    it.hub.publish('a', 'e', { x: 2 });
    await settle();

    assert.deepEqual([payloads, others], [[{ x: 1 }], [{ x: 1 }]]);
  });

  test('whose name is none is refused by the hub, and not before', async () => {
    const kulkul = await it.connected();
    it.hub.refusals.set('a(*', 'bad_channel');

    await it.listen(kulkul, 'a(*');

    assert.equal(kulkul.channel('a(*').error.code, 'bad_channel');
  });

  test('gives its history', async () => {
    it.hub.publish('a', 'x', 1);
    it.hub.publish('a', 'x', 2);
    const kulkul = it.connect();

    const { seq, epoch, events } = await kulkul.channel('a').history({ limit: 1 });

    assert.deepEqual([seq, epoch, events.length, events[0].payload, events[0].epoch], [2, 'epoch1', 1, 1, 'epoch1']);
  });
});

suite('Many channels', () => {
  const it = scene();

  test('are subscribed no faster than the hub lets them, and all of them again', async () => {
    const kulkul = await it.connected();
    const names = Array.from({ length: 500 }, (_, i) => `c:${i}`);
    const all = () => names.every(name => kulkul.channel(name).state === 'live');
    names.forEach(name => kulkul.channel(name).on('*', () => {}));
    await until(all, 30_000);
    it.hub.cut();
    await settle();

    await until(all, 60_000);

    assert.equal(it.hub.rateLimited, undefined);
    assert.equal(it.hub.received.filter(({ type }) => type === 'subscribe').length, 1000);
  });
});

suite('A pattern', () => {
  const it = scene();

  test('goes on with every channel where it was, and with new ones', async () => {
    const kulkul = await it.connected();
    const payloads = await it.listen(kulkul, 'orders:*');
    it.hub.publish('orders:1', 'x', 'one');
    await pass(100);
    it.hub.publish('orders:2', 'x', 'two');
    await settle();
    it.hub.cut();
    await pass(50);
    it.hub.publish('orders:1', 'x', 'three');
    it.hub.publish('orders:3', 'x', 'four');

    await until(() => kulkul.state === 'open');
    await settle();

    assert.deepEqual(payloads, ['one', 'two', 'three', 'four']);
    const { since } = it.hub.received.filter(({ type }) => type === 'subscribe').at(-1);
    assert.deepEqual(since.channels, { 'orders:1': { seq: 1, epoch: 'epoch1' }, 'orders:2': { seq: 1, epoch: 'epoch2' } });
  });

  test('that has heard nothing yet goes on with what was published since, by the clock of the hub', async () => {
    it.hub.clockAhead = 3_600_000;
    const kulkul = await it.connected();
    const payloads = await it.listen(kulkul, 'orders:*');
    await pass(1000);
    it.hub.cut();
    it.hub.publish('orders:1', 'x', 1);

    await until(() => kulkul.state === 'open');
    await settle();

    assert.deepEqual(payloads, [1]);
    assert.deepEqual(it.gaps, []);
  });

  test('says that something may be missing where the hub cannot resume all of it', async () => {
    const kulkul = await it.connected();
    const payloads = await it.listen(kulkul, 'orders:*');
    it.hub.publish('orders:1', 'x', 1);
    await settle();
    it.hub.kill();
    await settle();
    it.hub.door = 'up';
    it.hub.publish('orders:1', 'x', 2);

    await until(() => kulkul.state === 'open');
    await settle();

    assert.deepEqual(payloads, [1, 2]);
    assert.deepEqual(it.gaps.map(({ channel, reason }) => [channel, reason]), [['orders:*', 'unknown']]);
  });

  test('heals the gap of one of its channels', async () => {
    const kulkul = await it.connected();
    const heard = [];
    kulkul.channel('orders:*').on('*', (payload, { channel, pattern, seq }) => heard.push([channel, seq, payload, pattern]));
    await settle();
    it.hub.publish('orders:1', 'x', 1);

    it.hub.skip('orders:1', [2, 3]);
    it.hub.publish('orders:1', 'x', 4);
    it.hub.publish('orders:2', 'x', 5);
    await settle();

    assert.deepEqual(heard.filter(([channel]) => channel === 'orders:1').map(([, seq, payload]) => [seq, payload]),
      [[1, 1], [2, 2], [3, 3], [4, 4]]);
    assert.ok(heard.every(([, , , pattern]) => pattern === 'orders:*'));
    assert.equal(heard.length, 5);
  });

  test('a channel and a pattern that matches it each have an event once', async () => {
    const kulkul = await it.connected();
    const byName = await it.listen(kulkul, 'orders:1');
    const byPattern = await it.listen(kulkul, 'orders:*');

    it.hub.publish('orders:1', 'x', 1);
    it.hub.skip('orders:1', [2]);
    it.hub.publish('orders:1', 'x', 3);
    await settle();

    assert.deepEqual(byName, [1, 2, 3]);
    assert.deepEqual(byPattern, [1, 2, 3]);
  });

  for (const [pattern, matching, others] of [
    ['orders:*', ['orders:42', 'orders:42:lines', 'orders:a/b'], ['orders', 'order:1']],
    ['repo:octo-org/*', ['repo:octo-org/docs'], ['repo:octo-org/docs/wiki', 'repo:other/docs']],
    ['agent.*.state', ['agent.7.state'], ['agent.7.8.state', 'agent:7.state', 'agentx7xstate']],
    ['*', ['a', 'a:b', 'x.y/z'], ['$sys:stats']],
    ['*:x', ['a:x'], ['$sys:x', 'a:b:x']],
    ['$sys:*', ['$sys:stats'], ['sys:stats']],
  ]) {
    test(`${pattern} means what it means to the hub`, async () => {
      const kulkul = await it.connected();
      await it.listen(kulkul, pattern);
      const asked = () => it.hub.received.filter(({ type }) => type === 'history').map(({ channel }) => channel);

      [...matching, ...others].forEach(channel => it.hub.socket.tell({ type: 'gap', channel, from: 1, to: 1, reason: 'slow' }));
      await settle();

      assert.deepEqual(asked(), matching);
    });
  }

  test('goes on from the newest time that it has heard of', async () => {
    const kulkul = await it.connected();
    await it.listen(kulkul, 'a:*');
    const later = Date.now() + 60_000;

    [later, later - 50_000].forEach((timestamp, i) => it.hub.socket.tell(
      { type: 'message', channel: `a:${i}`, pattern: 'a:*', epoch: 'e', event: 'x', payload: i, seq: 1, timestamp }));
    await settle();

    assert.equal(kulkul.channel('a:*').position.timestamp, later);
  });

  test('that began without a token goes on by the clock of the hub all the same', async () => {
    it.hub.clockAhead = -3_600_000;
    const kulkul = await it.connected({ token: undefined });
    const payloads = await it.listen(kulkul, 'orders:*');
    await pass(1000);
    it.hub.cut();
    it.hub.publish('orders:1', 'x', 1);

    await until(() => kulkul.state === 'open');
    await settle();

    assert.deepEqual(payloads, [1]);
  });

  test('lists no more channels than fit into a message of this hub when it goes on', async () => {
    it.hub.limits.messageBytes = 8192;
    const kulkul = await it.connected();
    await it.listen(kulkul, 'a:*');
    const name = i => `a:${i}${'x'.repeat(240)}`;
    for (let i = 0; i < 500; i++) {
      it.hub.publish(name(i), 'x', i);
    }
    await settle();
    it.hub.cut();

    await until(() => kulkul.channel('a:*').state === 'live');

    const { since } = it.hub.received.filter(({ type }) => type === 'subscribe').at(-1);
    assert.equal(Object.keys(since.channels).length, 20);
    assert.equal(since.channels[name(499)].seq, 1);
    assert.deepEqual(it.errors, []);
  });

  test('keeps the positions of the channels heard of last, as many as fit', async () => {
    const kulkul = await it.connected();
    await it.listen(kulkul, 'a:*');
    for (let i = 0; i < 1500; i++) {
      it.hub.socket.tell({ type: 'message', channel: `a:${i}`, pattern: 'a:*', epoch: 'e', event: 'x', payload: i, seq: 1, timestamp: i });
    }
    it.hub.socket.tell({ type: 'message', channel: 'a:0', pattern: 'a:*', epoch: 'e', event: 'x', payload: 0, seq: 2, timestamp: 1500 });
    await settle();

    const { channels, timestamp } = kulkul.channel('a:*').position;

    assert.equal(Object.keys(channels).length, 1000);
    assert.deepEqual(channels['a:0'], { seq: 2, epoch: 'e' });
    assert.equal(channels['a:1'], undefined);
    assert.ok(timestamp > 0);
  });
});

suite('A loop', () => {
  const it = scene();

  test('takes every event in order', async () => {
    const kulkul = await it.connected();
    const taken = [];
    const loop = (async () => {
      for await (const event of kulkul.channel('a')) {
        taken.push(event.payload);
        if (taken.length === 3) {
          break;
        }
      }
    })();
    await settle();

    [1, 2, 3].forEach(each => it.hub.publish('a', 'x', each));
    await loop;

    assert.deepEqual(taken, [1, 2, 3]);
    await pass(2000);
    assert.equal(kulkul.channel('a').state, 'idle');
  });

  test('listens from the moment that it is made', async () => {
    const kulkul = await it.connected();
    const events = kulkul.channel('a').events();
    await settle();
    it.hub.publish('a', 'x', 1);
    await settle();

    assert.equal((await events.next()).value.payload, 1);
    await events.return();
  });

  test('that is too slow loses the oldest and is told which', async () => {
    const kulkul = await it.connected();
    const events = kulkul.channel('a').events({ buffer: 2 });
    await settle();

    [1, 2, 3, 4].forEach(each => it.hub.publish('a', 'x', each));
    await settle();

    assert.deepEqual([(await events.next()).value.payload, (await events.next()).value.payload], [3, 4]);
    assert.deepEqual(it.gaps.map(({ reason, from, to }) => [reason, from, to]), [['buffer', 1, 1], ['buffer', 2, 2]]);
    await events.return();
  });

  test('ends when the application closes the connection, after what has come', async () => {
    const kulkul = await it.connected();
    const events = kulkul.channel('a').events();
    await settle();
    it.hub.publish('a', 'x', 1);
    await settle();

    kulkul.close();

    assert.equal((await events.next()).value.payload, 1);
    assert.deepEqual(await events.next(), { value: undefined, done: true });
  });

  test('goes on over a lost connection', async () => {
    const kulkul = await it.connected();
    const events = kulkul.channel('a').events();
    await settle();
    it.hub.cut();
    it.hub.publish('a', 'x', 1);

    const next = events.next();
    await until(() => kulkul.state === 'open');

    assert.equal((await next).value.payload, 1);
    await events.return();
  });

  test('that is ended before its first event listens no more', async () => {
    const kulkul = await it.connected();
    const events = kulkul.channel('a').events();
    await settle();

    assert.deepEqual(await events.return('done'), { value: 'done', done: true });
    await pass(2000);

    assert.equal(kulkul.channel('a').state, 'idle');
    assert.deepEqual(await events.next(), { value: undefined, done: true });
  });

  test('that is ended while it waits ends at once, although nothing comes', async () => {
    const kulkul = await it.connected();
    const events = kulkul.channel('a').events();
    const next = events.next();
    await settle();

    const ended = events.return();

    assert.deepEqual(await next, { value: undefined, done: true });
    assert.deepEqual(await ended, { value: undefined, done: true });
    await pass(2000);
    assert.equal(kulkul.channel('a').state, 'idle');
  });

  test('that is made after close() ends as one that was made before', async () => {
    const kulkul = await it.connected();
    kulkul.close();

    assert.deepEqual(await kulkul.channel('a').events().next(), { value: undefined, done: true });
  });

  test('leaves no listener at its signal', async () => {
    const kulkul = await it.connected();
    const { signal } = new AbortController();
    const events = kulkul.channel('a').events({ signal });
    assert.equal(getEventListeners(signal, 'abort').length, 1);

    await events.return();

    assert.equal(getEventListeners(signal, 'abort').length, 0);
  });

  test('throws where the subscription is refused', async () => {
    it.hub.refusals.set('a', 'forbidden');
    const kulkul = await it.connected();

    await assert.rejects(kulkul.channel('a').events().next(), { code: 'forbidden' });
  });

  test('throws where the connection ends for good', async () => {
    const kulkul = await it.connected();
    const next = kulkul.channel('a').events().next();
    await settle();
    const refused = assert.rejects(next, { code: 'disconnected' });

    it.hub.socket.end(4410);

    await refused;
    await assert.rejects(kulkul.channel('b').events().next(), { code: 'disconnected' });
  });

  test('ends with its signal', async () => {
    const kulkul = await it.connected();
    const abort = new AbortController();
    const next = kulkul.channel('a').events({ signal: abort.signal }).next();
    await settle();

    abort.abort();

    assert.deepEqual(await next, { value: undefined, done: true });
    assert.deepEqual(await kulkul.channel('a').events({ signal: abort.signal }).next(), { value: undefined, done: true });
  });
});
