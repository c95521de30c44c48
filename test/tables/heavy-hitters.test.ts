import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { HeavyHitters } from '../../src/tables/heavy-hitters.js';

/** Checks what is stated: no count too low, none too high by more than its error, no heavy one lost. */
function check(places: number, keys: readonly number[]): void {
  const hitters = new HeavyHitters<number>(places);
  const truth = new Map<number, number>();
  for (const key of keys) {
    hitters.add(key);
    truth.set(key, (truth.get(key) ?? 0) + 1);
  }
  const found = hitters.all();
  const bound = keys.length / places;
  for (const { key, count, error } of found) {
    const own = truth.get(key)!;
    assert.ok(count >= own && count - error <= own, `${key}: ${own} as ${count} - ${error}`);
    assert.ok(error <= bound);
  }
  const kept = new Set(found.map(({ key }) => key));
  for (const [key, count] of truth) if (count > bound) assert.ok(kept.has(key), `${key} is lost`);
  assert.equal(
    found.reduce((sum, { count }) => sum + count, 0),
    keys.length,
  );
  assert.deepEqual(hitters.top(), found[0]);
}

describe('the most frequent keys', () => {
  test('are found with the error that is stated, in any order', () => {
    const key = fc.oneof(fc.nat(3), fc.nat(30), fc.nat(1000));
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 20 }), fc.array(key, { maxLength: 400 }), check),
    );
  });

  test('are found where an adversary sends new keys between, to push them out', () => {
    const keys: number[] = [];
    for (let i = 0; i < 4000; i++) keys.push(i % 10 === 0 ? 7 : 1000 + i);
    check(16, keys);
    check(
      16,
      keys.toSorted((a, b) => a - b),
    );
    check(
      16,
      keys.toSorted((a, b) => b - a),
    );
  });

  test('are none at first and after they were cleared', () => {
    const hitters = new HeavyHitters<string>(4);
    assert.equal(hitters.top(), undefined);
    hitters.add('a');
    assert.deepEqual(hitters.top(), { key: 'a', count: 1, error: 0 });
    hitters.clear();
    assert.deepEqual([hitters.top(), hitters.all(), hitters.additions], [undefined, [], 0]);
  });
});
