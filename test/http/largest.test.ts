import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { largest } from '../../src/http/largest.js';

test('the largest of many are those that sorting would put first', () => {
  fc.assert(
    fc.property(fc.array(fc.integer()), fc.nat(30), (items, most) => {
      const sorted = [...items].sort((a, b) => b - a);
      assert.deepEqual(
        largest(items, most, (a, b) => a - b),
        {
          items: sorted.slice(0, most),
          seen: items.length,
        },
      );
    }),
  );
});

test('few comparisons are made for a short list of many', () => {
  let compared = 0;
  const items = Array.from({ length: 100_000 }, (_, i) => (i * 7919) % 100_003);
  largest(items, 20, (a, b) => {
    compared++;
    return a - b;
  });
  assert.ok(compared < 120_000, `${compared} comparisons`);
});
