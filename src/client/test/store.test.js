import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { channelStore } from '../store.js';
import { pass, settle, until } from './clock.js';
import { scene } from './scene.js';

suite('A store', () => {
  const it = scene();
  const payloads = store => store.getSnapshot().events.map(({ payload }) => payload);

  test('has the connection, the subscription, the last event and the newest ones', async () => {
    const kulkul = it.connect();
    const store = channelStore(kulkul, 'a');
    store.subscribe(() => {});
    await pass(20);

    it.hub.publish('a', 'x', 1);
    it.hub.publish('a', 'y', 2);
    await pass(20);

    const { connection, state, error, last, events, gap } = store.getSnapshot();
    assert.equal(connection.state, 'open');
    assert.deepEqual([state, error, last.payload, gap], ['live', undefined, 2, undefined]);
    assert.deepEqual(events.map(({ payload }) => payload), [1, 2]);
  });

  test('keeps no more than it is told', async () => {
    const store = channelStore(await it.connected(), 'a', { limit: 3 });
    store.subscribe(() => {});
    await settle();

    for (let i = 0; i < 10; i++) {
      it.hub.publish('a', 'x', i);
    }
    await pass(20);

    assert.deepEqual(payloads(store), [7, 8, 9]);
  });

  test('can keep events of one name alone', async () => {
    const store = channelStore(await it.connected(), 'a', { event: 'y' });
    store.subscribe(() => {});
    await settle();

    it.hub.publish('a', 'x', 1);
    it.hub.publish('a', 'y', 2);
    await pass(20);

    assert.deepEqual(payloads(store), [2]);
  });

  test('tells of many events once', async () => {
    const store = channelStore(await it.connected(), 'a');
    await pass(20);
    let told = 0;
    store.subscribe(() => told++);
    await pass(20);
    told = 0;

    for (let i = 0; i < 50; i++) {
      it.hub.publish('a', 'x', i);
      await settle();
    }
    await pass(20);

    assert.equal(told, 1);
    assert.equal(payloads(store).length, 50);
  });

  test('gives the same snapshot until something changes', async () => {
    const store = channelStore(await it.connected(), 'a');
    store.subscribe(() => {});
    await pass(20);
    const before = store.getSnapshot();
    const { events } = before;
    await pass(1000);
    assert.equal(store.getSnapshot(), before);

    it.hub.cut();
    await pass(20);

    assert.notEqual(store.getSnapshot(), before);
    assert.equal(store.getSnapshot().events, events);
  });

  test('calls a new listener at once, as Svelte wants it', async () => {
    const store = channelStore(await it.connected(), 'a');
    const heard = [];

    store.subscribe(snapshot => heard.push(snapshot.state));

    assert.deepEqual(heard, ['idle']);
  });

  test('is subscribed to its channel only while somebody is subscribed to it', async () => {
    const kulkul = await it.connected();
    const store = channelStore(kulkul, 'a');
    assert.equal(kulkul.channel('a').state, 'idle');

    const off = store.subscribe(() => {});
    await settle();
    assert.equal(kulkul.channel('a').state, 'live');
    off();
    off();
    await pass(2000);

    assert.equal(kulkul.channel('a').state, 'idle');
  });

  test('that is subscribed to twice in a row, as StrictMode does, subscribes to its channel once and has every event once', async () => {
    const store = channelStore(await it.connected(), 'a');
    store.subscribe(() => {})();
    store.subscribe(() => {});
    await pass(2000);

    it.hub.publish('a', 'x', 1);
    await pass(20);

    assert.equal(it.hub.received.filter(({ type }) => type === 'subscribe').length, 1);
    assert.deepEqual(payloads(store), [1]);
  });

  test('has what was published while nobody was subscribed to it', async () => {
    const store = channelStore(await it.connected(), 'a');
    const off = store.subscribe(() => {});
    await settle();
    it.hub.publish('a', 'x', 1);
    await pass(20);
    off();
    await pass(10_000);
    it.hub.publish('a', 'x', 2);

    store.subscribe(() => {});
    await pass(20);

    assert.deepEqual(payloads(store), [1, 2]);
  });

  test('that somebody subscribes to again within a second has what came in between', async () => {
    const store = channelStore(await it.connected(), 'a');
    const off = store.subscribe(() => {});
    await settle();
    it.hub.publish('a', 'x', 1);
    await pass(20);
    off();
    it.hub.publish('a', 'x', 2);
    await pass(500);

    store.subscribe(() => {});
    it.hub.publish('a', 'x', 3);
    await pass(20);

    assert.deepEqual(payloads(store), [1, 2, 3]);
  });

  test('that somebody subscribes to again much later has what came in the second in which its channel was not left yet', async () => {
    const store = channelStore(await it.connected(), 'a');
    const off = store.subscribe(() => {});
    await settle();
    it.hub.publish('a', 'x', 1);
    await pass(20);
    off();
    await pass(500);
    it.hub.publish('a', 'x', 2);
    await pass(10_000);

    store.subscribe(() => {});
    await pass(20);

    assert.deepEqual(payloads(store), [1, 2]);
  });

  test('without a filter goes with the one in use', async () => {
    const kulkul = await it.connected();
    await it.listen(kulkul, 'a', { filter: { x: 1 } });
    const store = channelStore(kulkul, 'a');
    store.subscribe(() => {});

    it.hub.publish('a', 'e', { x: 2 });
    it.hub.publish('a', 'e', { x: 1 });
    await pass(20);

    assert.deepEqual(payloads(store), [{ x: 1 }]);
  });

  test('that is told to keep none has the last one alone', async () => {
    const store = channelStore(await it.connected(), 'a', { limit: 0 });
    store.subscribe(() => {});
    await settle();

    for (let i = 0; i < 10; i++) {
      it.hub.publish('a', 'x', i);
    }
    await pass(20);

    assert.deepEqual([payloads(store), store.getSnapshot().last.payload], [[], 9]);
  });

  test('two of the same channel share its subscription', async () => {
    const kulkul = await it.connected();
    const first = channelStore(kulkul, 'a');
    const second = channelStore(kulkul, 'a');
    const off = first.subscribe(() => {});
    second.subscribe(() => {});
    await settle();

    off();
    await pass(2000);
    it.hub.publish('a', 'x', 1);
    await pass(20);

    assert.deepEqual([payloads(first), payloads(second)], [[], [1]]);
    assert.equal(it.hub.received.filter(({ type }) => type === 'subscribe').length, 1);
  });

  test('that rests while another one goes on has what came meanwhile, once', async () => {
    for (const name of ['a', 'b:*']) {
      const kulkul = await it.connected();
      const publish = value => it.hub.publish(name.replace('*', '1'), 'x', value);
      const first = channelStore(kulkul, name);
      const second = channelStore(kulkul, name, { event: 'other' });
      const off = first.subscribe(() => {});
      const offSecond = second.subscribe(() => {});
      await settle();
      publish(1);
      await pass(20);

      off();
      await pass(5000);
      publish(2);
      await pass(20);
      assert.deepEqual(payloads(first), [1]);
      first.subscribe(() => {})();
      offSecond();
      await pass(5000);
      publish(3);
      first.subscribe(() => {});
      await pass(20);
      publish(4);
      await pass(20);

      assert.deepEqual(payloads(first), [1, 2, 3, 4]);
      assert.equal(first.getSnapshot().gap, undefined);
      assert.equal(second.getSnapshot().gap, undefined);
    }
  });

  test('that rests keeps no more than it is told, and calls nobody', async () => {
    const kulkul = await it.connected();
    const store = channelStore(kulkul, 'a', { limit: 2 });
    const other = channelStore(kulkul, 'a');
    let told = 0;
    const off = store.subscribe(() => told++);
    other.subscribe(() => {});
    await settle();
    off();
    told = 0;

    for (let i = 0; i < 10; i++) {
      it.hub.publish('a', 'x', i);
    }
    await pass(100);
    assert.equal(told, 0);
    store.subscribe(() => {});
    await pass(20);

    assert.deepEqual(payloads(store), [8, 9]);
  });

  test('says so where it missed what was heard by others than stores, or by a store that begins where it cannot go on', async () => {
    const kulkul = await it.connected();
    const store = channelStore(kulkul, 'a');
    const off = store.subscribe(() => {});
    await settle();
    off();
    const leave = kulkul.channel('a').on('x', () => {});
    it.hub.publish('a', 'x', 1);
    await pass(20);
    const offAgain = store.subscribe(() => {});
    await pass(20);
    assert.deepEqual([payloads(store), store.getSnapshot().gap], [[], { channel: 'a', reason: 'unknown' }]);

    offAgain();
    leave();
    await pass(5000);
    it.hub.publish('a', 'x', 2);
    const fresh = channelStore(kulkul, 'a');
    fresh.subscribe(() => {});
    await pass(20);
    const before = store.getSnapshot().gap;
    store.subscribe(() => {});
    await pass(20);

    assert.deepEqual([payloads(fresh), fresh.getSnapshot().gap], [[], undefined]);
    assert.notEqual(store.getSnapshot().gap, before);
  });

  test('says why there is nothing', async () => {
    it.hub.refusals.set('a', 'forbidden');
    const store = channelStore(await it.connected(), 'a');
    store.subscribe(() => {});
    await pass(20);

    assert.equal(store.getSnapshot().state, 'refused');
    assert.equal(store.getSnapshot().error.code, 'forbidden');
  });

  test('has every event once over a lost connection, and tells what is missing', async () => {
    const kulkul = await it.connected();
    const store = channelStore(kulkul, 'a');
    store.subscribe(() => {});
    await settle();
    it.hub.publish('a', 'x', 1);
    await settle();
    it.hub.kill();
    await settle();
    it.hub.door = 'up';
    it.hub.publish('a', 'x', 2);
    await until(() => kulkul.state === 'open');
    await pass(20);

    assert.deepEqual(payloads(store), [1, 2]);
    assert.equal(store.getSnapshot().gap.reason, 'reset');
  });
});
