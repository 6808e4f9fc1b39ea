import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { Credentials } from '../src/main/resources/META-INF/resources/console/credentials.js';

suite('the token', () => {
  test('is given at once while it is good', async () => {
    const credentials = new Credentials(() => assert.fail('nobody has refused it'));

    credentials.take('first');

    assert.equal(await credentials.give(), 'first');
  });

  test('that the server refuses is asked for once, and whoever needs one waits for the next', async () => {
    let asked = 0;
    const credentials = new Credentials(() => asked++);
    credentials.take('first');

    credentials.refused('first');
    credentials.refused('first');
    const both = Promise.all([credentials.give(), credentials.give()]);
    credentials.take('second');

    assert.deepEqual(await both, ['second', 'second']);
    assert.equal(asked, 1);
    assert.equal(credentials.ended, false);
  });

  test('is not ended by what is said of the one before', () => {
    const credentials = new Credentials(() => assert.fail('the new one is good'));
    credentials.take('second');

    credentials.refused('first');

    assert.equal(credentials.ended, false);
  });

  test('that is forgotten is given to nobody', async () => {
    const credentials = new Credentials(() => {});
    credentials.take('first');
    credentials.refused('first');
    const waiting = credentials.give();

    credentials.forget();

    await assert.rejects(waiting, /forgotten/);
    assert.equal(credentials.token, '');
  });
});
