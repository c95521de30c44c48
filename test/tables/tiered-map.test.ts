import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { TieredMap } from '../../src/tables/tiered-map.js';

const LIMITS = [3, 2, 4];

type Step = readonly ['set' | 'get' | 'raise' | 'delete', key: number, tier: number];

/** The plain way: one list of keys for each tier, the least recently used first. */
class Model {
  readonly tiers: number[][] = LIMITS.map(() => []);
  readonly evicted: [number, number][] = [];

  tierOf(key: number): number {
    return this.tiers.findIndex((tier) => tier.includes(key));
  }

  place(key: number, to: number): void {
    const from = this.tierOf(key);
    if (from !== -1) this.tiers[from] = this.tiers[from]!.filter((other) => other !== key);
    if (from !== to && this.tiers[to]!.length === LIMITS[to]) {
      this.evicted.push([this.tiers[to]!.shift()!, to]);
    }
    this.tiers[to]!.push(key);
  }

  run([what, key, tier]: Step): void {
    const at = this.tierOf(key);
    if (what === 'set') this.place(key, tier);
    else if (at === -1) return;
    else if (what === 'get') this.place(key, at);
    else if (what === 'raise' && at < tier) this.place(key, tier);
    else if (what === 'delete') this.tiers[at] = this.tiers[at]!.filter((other) => other !== key);
  }
}

const step: fc.Arbitrary<Step> = fc.tuple(
  fc.constantFrom('set', 'get', 'raise', 'delete'),
  fc.nat(9),
  fc.nat(2),
);

describe('a map in tiers', () => {
  test('is what one list for each tier would be', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const model = new Model();
        const evicted: [number, number][] = [];
        const map = new TieredMap<number, string>(LIMITS, (key, value, tier) => {
          assert.equal(value, `value ${key}`);
          evicted.push([key, tier]);
        });
        for (const each of steps) {
          const [what, key, tier] = each;
          if (what === 'set') map.set(key, `value ${key}`, tier);
          else if (what === 'get') map.get(key);
          else if (what === 'raise') map.raise(key, tier);
          else map.delete(key);
          model.run(each);
        }
        assert.deepEqual(evicted, model.evicted);
        for (const [tier, keys] of model.tiers.entries()) {
          assert.deepEqual(map.keys(tier), keys);
          assert.deepEqual(
            [...map.newestFirst(tier)],
            keys.toReversed().map((key) => `value ${key}`),
          );
          assert.deepEqual(
            [...map.walk(tier)].map(([key]) => key),
            keys,
          );
          assert.equal(map.status(tier, 't').entries, keys.length);
        }
        for (let key = 0; key < 10; key++) assert.equal(map.tierOf(key), model.tierOf(key));
        assert.equal(map.size, model.tiers.flat().length);
      }),
    );
  });

  test('a flood of new entries pushes out none that has risen', () => {
    const map = new TieredMap<number, number>([100, 10]);
    map.set(-1, 0, 0);
    map.raise(-1, 1);
    for (let i = 0; i < 10_000; i++) map.set(i, i, 0);
    assert.equal(map.peek(-1), 0);
    assert.deepEqual(map.status(0, 't'), { table: 't', entries: 100, limit: 100, evicted: 9900 });
  });
});
