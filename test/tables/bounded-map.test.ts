import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { BoundedMap } from '../../src/tables/bounded-map.js';
import { colliding } from '../support/colliding-keys.js';

type Call =
  | { kind: 'set'; key: number; value: number }
  | { kind: 'get' | 'peek' | 'delete'; key: number };

const key = fc.nat(7);
const calls: fc.Arbitrary<Call[]> = fc.array(
  fc.oneof(
    fc.record({ kind: fc.constant('set' as const), key, value: fc.nat(99) }),
    fc.record({ kind: fc.constantFrom('get' as const, 'peek' as const, 'delete' as const), key }),
  ),
  { maxLength: 80 },
);

/** The reference: an array in order of use, searched through each time. */
class PlainLru {
  entries: [number, number][] = [];
  evicted: [number, number][] = [];
  private readonly limit: number;

  constructor(limit: number) {
    this.limit = limit;
  }

  call(call: Call): number | boolean | undefined {
    const at = this.entries.findIndex(([own]) => own === call.key);
    const entry = this.entries[at];
    switch (call.kind) {
      case 'peek':
        return entry?.[1];
      case 'delete':
        if (at !== -1) this.entries.splice(at, 1);
        return at !== -1;
      case 'get':
        if (entry !== undefined) this.entries.push(...this.entries.splice(at, 1));
        return entry?.[1];
      case 'set':
        if (at !== -1) this.entries.splice(at, 1);
        else if (this.entries.length === this.limit) this.evicted.push(this.entries.shift()!);
        this.entries.push([call.key, call.value]);
        return undefined;
    }
  }
}

describe('the bounded map', () => {
  test('does what an array in order of use does', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5 }), calls, (limit, list) => {
        const evicted: [number, number][] = [];
        const map = new BoundedMap<number, number>(limit, (...entry) => evicted.push(entry));
        const plain = new PlainLru(limit);
        for (const call of list) {
          const result =
            call.kind === 'set' ? map.set(call.key, call.value) : map[call.kind](call.key);
          assert.equal(result, plain.call(call));
          assert.equal(map.size, plain.entries.length);
          assert.deepEqual(
            [...map.values()],
            plain.entries.map(([, value]) => value),
          );
          assert.equal(map.oldestEntry()?.key, plain.entries[0]?.[0]);
          assert.equal(map.newestEntry()?.key, plain.entries.at(-1)?.[0]);
          assert.deepEqual([...map.walk()], plain.entries);
          assert.deepEqual([...map.newestFirst()], [...map.values()].reverse());
        }
        assert.deepEqual(evicted, plain.evicted);
        assert.deepEqual(map.status('plain'), {
          table: 'plain',
          entries: plain.entries.length,
          limit,
          evicted: plain.evicted.length,
        });
      }),
      { numRuns: 1000 },
    );
  });

  test('grows to its limit with keys of all kinds, and is then what a Map in order of use is', () => {
    const objects = Array.from({ length: 400 }, (_, i) => ({ i }));
    const keyOf = (i: number) =>
      [i, 0xf000_0000 + i, i * 0x1_0000_0001, -i - 1, i + 0.5, `text ${i}`, objects[i]!][i % 7]!;
    const calls = fc.array(
      fc.tuple(fc.constantFrom('set', 'set', 'set', 'get', 'delete'), fc.nat(399)),
      { minLength: 1000, maxLength: 2000 },
    );
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 300 }), calls, (limit, list) => {
        const map = new BoundedMap<unknown, number>(limit);
        const plain = new Map<unknown, number>();
        for (const [what, i] of list) {
          const key = keyOf(i);
          const known = plain.get(key);
          if (what === 'delete') assert.equal(map.delete(key), plain.delete(key));
          else if (what === 'get') assert.equal(map.get(key), known);
          else map.set(key, i);
          if (what === 'delete' || (what === 'get' && known === undefined)) continue;
          plain.delete(key);
          plain.set(key, i);
          if (plain.size > limit) plain.delete(plain.keys().next().value);
        }
        assert.deepEqual([...map.walk()], [...plain]);
        for (let i = 0; i < 400; i++) assert.equal(map.peek(keyOf(i)), plain.get(keyOf(i)));
      }),
      { numRuns: 50 },
    );
  });

  test('may change while somebody walks through it: what is gone is left out, nothing comes twice', () => {
    const changes = fc.array(fc.tuple(fc.constantFrom('set', 'get', 'delete'), fc.nat(20)));
    fc.assert(
      fc.property(changes, (list) => {
        const map = new BoundedMap<number, number>(10);
        for (let i = 0; i < 10; i++) map.set(i, i);
        const untouched = new Set(map.keys());
        const seen: number[] = [];
        const walk = map.walk();
        for (let step = walk.next(); step.done !== true; step = walk.next()) {
          seen.push(step.value[0]);
          const [kind, key] = list.shift() ?? ['get', 0];
          if (kind === 'set') map.set(key, key);
          else if (kind === 'get') map.get(key);
          else map.delete(key);
          for (const known of untouched) if (!map.has(known)) untouched.delete(known);
        }
        assert.equal(new Set(seen).size, seen.length);
        for (const key of untouched) assert.ok(seen.includes(key));
      }),
    );
  });

  test('eviction costs the same however often it happened', () => {
    const map = new BoundedMap<number, number>(50_000);
    const took = (from: number) => {
      const began = performance.now();
      for (let i = from; i < from + 200_000; i++) map.set(i, i);
      return performance.now() - began;
    };
    const first = took(0);
    const last = Math.min(took(1e6), took(2e6));
    assert.ok(last < first * 20 + 200, `${first} ms, then ${last} ms`);
    assert.equal(map.size, 50_000);
  });

  test('tells all numbers apart, the whole ones, the broken ones and those below zero', () => {
    const numbers = fc.uniqueArray(
      fc.oneof(
        fc.maxSafeNat(),
        fc.maxSafeInteger(),
        fc.nat(0xffff_ffff),
        fc.double({ noDefaultInfinity: true, noNaN: true }).map((number) => number + 0),
      ),
    );
    fc.assert(
      fc.property(numbers, (list) => {
        const map = new BoundedMap<number, number>(1000);
        for (const number of list) map.set(number, number);
        assert.deepEqual(map.keys(), list);
        for (const number of list) assert.equal(map.get(number), number);
      }),
    );
  });

  test('is no slower with keys that were chosen to share a bucket', () => {
    const count = 10_000;
    /** Milliseconds to fill a map and to look all up. */
    const cost = (keys: readonly number[]) => {
      const map = new BoundedMap<number, number>(count);
      const start = performance.now();
      for (const key of keys) map.set(key, key);
      for (const key of keys) map.get(key);
      return performance.now() - start;
    };
    const chosen = colliding(count);
    const others = chosen.map((_, i) => 0x0b000000 + i * 9973);
    cost(others); // compiles
    const ordinary = Math.max(1, Math.min(cost(others), cost(others), cost(others)));
    const attacked = Math.min(cost(chosen), cost(chosen), cost(chosen));
    assert.ok(attacked < 10 * ordinary, `${attacked} ms instead of ${ordinary} ms`);
  });
});
