import assert from 'node:assert/strict';
import { test } from 'node:test';
import { toTraffic } from '../../src/rules/example-traffic.js';
import { examplePackets } from '../../src/selftest/example-messages.js';

function textsOf(message: string, first: number, times: number): string[] {
  const repeat = { times, every: 1, var: 'n', first };
  return examplePackets(toTraffic({ message, raw: true, repeat })).map(({ payload }) =>
    payload.toString('latin1'),
  );
}

test('{n} counts up, in hex of its digits or of its value where asked', () => {
  assert.deepEqual(textsOf('{n} {n|hex} {n|decimal_to_hex}', 9, 2), ['9 39 09', '10 3130 0a']);
});

test('transforms of a place follow one another', () => {
  assert.deepEqual(textsOf('{n|decimal_to_hex|hex}', 203, 1), ['6362']);
});

test('a place with an unknown name or transform is text', () => {
  assert.deepEqual(textsOf('{m} {n|upper} {n}', 1, 1), ['{m} {n|upper} 1']);
});
