import assert from 'node:assert/strict';
import { suite, test } from 'node:test';

globalThis.WebSocket ??= class {};
const { parseExactly, writeExactly } = await import('../src/main/resources/META-INF/resources/console/json.js');

suite('JSON as it came', () => {
  for (const text of [
    '12345678901234567890',
    '{"id":12345678901234567890,"of":[-98765432109876543210,1]}',
    '{"text":"12345678901234567890","quoted":"a \\"12345678901234567890\\" b"}',
    '{"time":1790000000000,"safe":9007199254740991,"ratio":1.2345678901234567}',
    '{"":null,"nested":{"list":[true,false,[]]}}',
  ]) {
    test(`${text} is written as it was read`, () => assert.equal(writeExactly(parseExactly(text)), text));
  }

  test('a number that fits is a number', () => assert.equal(parseExactly('{"n":9007199254740991}').n, 9007199254740991));

  test('what is no JSON is refused', () => assert.throws(() => parseExactly('{nonsense'), SyntaxError));
});
