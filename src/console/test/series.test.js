import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { Series, SPAN_SECONDS } from '../src/main/resources/META-INF/resources/console/series.js';

const START = 1_790_000_000_000;

/** What an instance says, with nothing but what a test is about. */
const saying = (instance, members = {}) => ({
  instance, connections: 0, subscriptions: 0, eventsPublished: 0, messagesSent: 0, deliveryP50Millis: 0, deliveryP99Millis: 0,
  eventsOverflowed: 0, eventsReplayed: 0, busLagMillis: 0, heapUsedBytes: 0, ...members,
});

suite('the figures over time', () => {
  test('a rate is the difference of two samples, by the time between them', () => {
    const series = new Series();

    series.add([saying('a', { eventsPublished: 100 })], START);
    series.add([saying('a', { eventsPublished: 150 })], START + 2_000);

    assert.deepEqual(series.column('a', 'published'), [null, 25]);
  });

  test('an instance that began anew has no rate for a moment, rather than a negative one', () => {
    const series = new Series();

    series.add([saying('a', { messagesSent: 1000 })], START);
    series.add([saying('a', { messagesSent: 3 })], START + 1_000);
    series.add([saying('a', { messagesSent: 9 })], START + 2_000);

    assert.deepEqual(series.column('a', 'sent'), [null, null, 6]);
  });

  test('an instance that comes later has nothing for the time before', () => {
    const series = new Series();

    series.add([saying('a', { connections: 1 })], START);
    series.add([saying('a', { connections: 2 }), saying('b', { connections: 7 })], START + 1_000);

    assert.deepEqual(series.column('b', 'connections'), [null, 7]);
    assert.deepEqual(series.instances, ['a', 'b']);
  });

  test('an instance that says nothing for ten seconds is gone, and its line stays', () => {
    const series = new Series();

    series.add([saying('a'), saying('b', { connections: 7 })], START);
    for (let second = 1; second <= 12; second++) {
      series.add([saying('a')], START + second * 1_000);
    }

    assert.equal(series.latest.has('b'), false);
    assert.equal(series.column('b', 'connections')[0], 7);
    assert.equal(series.last('b', 'connections'), null);
  });

  test('what is older than a quarter of an hour is forgotten, with instances of which nothing else is left', () => {
    const series = new Series();

    series.add([saying('b')], START);
    for (let second = 1; second <= SPAN_SECONDS + 120; second++) {
      series.add([saying('a', { connections: second })], START + second * 1_000);
    }

    assert.ok(series.times.length <= SPAN_SECONDS + 61);
    assert.ok(series.times[0] >= START / 1000 + 59);
    assert.equal(series.column('a', 'connections').length, series.times.length);
    assert.deepEqual(series.instances, ['a']);
  });

  test('a sample that is not newer is left out: it was in the history already', () => {
    const series = new Series();

    series.add([saying('a', { connections: 1 })], START);
    series.add([saying('a', { connections: 2 })], START);

    assert.deepEqual(series.column('a', 'connections'), [1]);
  });

  test('an instance whose clock is behind goes on where the one before has stopped', () => {
    const series = new Series();

    series.add([saying('a', { connections: 1, uptimeSeconds: 500 }), saying('b', { uptimeSeconds: 20 })], START);
    series.add([saying('b', { connections: 7, uptimeSeconds: 21 })], START - 30_000);
    series.add([saying('b', { connections: 8, uptimeSeconds: 22 })], START - 29_000);

    assert.deepEqual(series.column('b', 'connections'), [0, 7, 8]);
    assert.deepEqual(series.times.map(time => time - START / 1000), [0, 1, 2]);
  });

  test('an instance that nobody knows and whose clock is behind is drawn from its first sample on', () => {
    const series = new Series();

    series.add([saying('a', { uptimeSeconds: 500 })], START);
    series.add([saying('new', { connections: 3, uptimeSeconds: 2 })], START - 5_000);

    assert.deepEqual(series.column('new', 'connections'), [null, 3]);
  });

  test('what such an instance said before is left out, and its clock is followed again once it is ahead', () => {
    const series = new Series();

    series.add([saying('a', { uptimeSeconds: 500 }), saying('b', { uptimeSeconds: 20 })], START);
    series.add([saying('b', { connections: 6, uptimeSeconds: 19 })], START - 31_000);
    series.add([saying('b', { connections: 7, uptimeSeconds: 21 })], START - 29_000);
    series.add([saying('b', { connections: 8, uptimeSeconds: 60 })], START + 10_000);

    assert.deepEqual(series.column('b', 'connections'), [0, 7, 8]);
    assert.deepEqual(series.times.map(time => time - START / 1000), [0, 1, 10]);
  });

  test('what is forgotten is gone, and the next sample is the first', () => {
    const series = new Series();
    series.add([saying('a', { eventsPublished: 100 }), saying('b')], START);

    series.clear();
    series.add([saying('a', { eventsPublished: 200 })], START);

    assert.deepEqual(series.instances, ['a']);
    assert.deepEqual(series.times, [START / 1000]);
    assert.deepEqual(series.column('a', 'published'), [null]);
  });

  test('two instances with one name are drawn as one, and break nothing', () => {
    const series = new Series();

    series.add([saying('a', { connections: 1 }), saying('a', { connections: 5 })], START);

    assert.deepEqual(series.column('a', 'connections'), [1]);
  });
});
