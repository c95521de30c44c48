import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { SeenFilter } from '../../src/tables/seen-filter.js';

const CAPACITY = 20_000;

function filled(seed: number, count: number, keyOf: (i: number) => number | string): SeenFilter {
  const filter = new SeenFilter(CAPACITY, seed);
  for (let i = 0; i < count; i++) filter.add(keyOf(i));
  return filter;
}

/** Share of keys that never came and pass for known. */
function falseShare(filter: SeenFilter, keyOf: (i: number) => number | string): number {
  let wrong = 0;
  const asked = 100_000;
  for (let i = 0; i < asked; i++) if (filter.has(keyOf(1e6 + i))) wrong++;
  return wrong / asked;
}

const KEYS: [string, (i: number) => number | string][] = [
  ['addresses in a row', (i) => 0x14000000 + i],
  ['hashes', (i) => i * 0x1_0000_0001 + 12345],
  ['IPv6 addresses', (i) => `\u2001\u0db8${String.fromCharCode(i >> 16, i & 0xffff)}`],
];

describe('the filter of what was seen before', () => {
  test('knows the last 7/8 of its capacity for sure, at any moment', () => {
    for (const [name, keyOf] of KEYS) {
      const filter = new SeenFilter(CAPACITY);
      const sure = Math.floor((CAPACITY * 7) / 8);
      for (let i = 0; i < 4 * CAPACITY; i++) {
        filter.add(keyOf(i));
        if (i >= sure && !filter.has(keyOf(i - sure + 1))) assert.fail(`${name} ${i}`);
      }
    }
  });

  test('takes a new key for known once in 1,500 times at worst, when it is fullest', () => {
    for (const [name, keyOf] of KEYS) {
      for (const seed of [1, 2, 3, 4, 5]) {
        // Just before the clearing of the older generation begins, both are full.
        const filter = filled(seed, CAPACITY + Math.floor((CAPACITY * 7) / 8) - 1, keyOf);
        const share = falseShare(filter, keyOf);
        assert.ok(share <= 1 / 1500, `${name}, seed ${seed}: ${share}`);
      }
    }
  });

  test('never takes a key that came for a new one: any keys, any seed', () => {
    const key = fc.oneof(fc.maxSafeNat(), fc.string());
    fc.assert(
      fc.property(fc.array(key), fc.integer(), (keys, seed) => {
        const filter = new SeenFilter(1000, seed);
        for (const each of keys) filter.add(each);
        assert.ok(keys.every((each) => filter.has(each)));
      }),
    );
  });

  test('forgets what is older than two generations', () => {
    const filter = filled(1, 3 * CAPACITY, (i) => i);
    let known = 0;
    for (let i = 0; i < CAPACITY / 2; i++) if (filter.has(i)) known++;
    assert.ok(known < 20, `${known} are still known`);
  });

  test('keys that an adversary sends again and again neither fill nor age it', () => {
    const filter = new SeenFilter(CAPACITY);
    filter.add('the one to be forgotten');
    for (let i = 0; i < 10 * CAPACITY; i++) filter.add(i % 100);
    assert.equal(filter.has('the one to be forgotten'), true);
    assert.equal(filter.status('t').entries, 101);
  });

  test('tells how full it is, and what was dropped', () => {
    const filter = filled(1, 3 * CAPACITY, (i) => i);
    const { entries, limit, evicted } = filter.status('t');
    assert.equal(limit, 2 * CAPACITY);
    assert.ok(entries <= limit);
    // A few were taken for known, and so count only once.
    assert.ok(entries + evicted <= 3 * CAPACITY && entries + evicted >= 2.99 * CAPACITY);
  });
});
