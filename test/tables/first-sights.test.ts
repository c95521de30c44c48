import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { FirstSights } from '../../src/tables/first-sights.js';

const LIMIT = 6;

/** What to do with which of a few hashes; some differ only beyond 32 bits. */
const steps = fc.array(
  fc.record({
    add: fc.boolean(),
    hash: fc.constantFrom(0, 1, 2, 3, 5, 2 ** 32, 2 ** 32 + 1, 2 ** 40, 2 ** 53 - 1, 77, 78, 79),
  }),
  { maxLength: 200 },
);

describe('first sights', () => {
  test('each is found until it is removed, or written over and told of', () => {
    fc.assert(
      fc.property(steps, (list) => {
        const kept = new Map<number, { time: number; flag: boolean }>();
        const firsts = new FirstSights(LIMIT, (hash, flag) => {
          assert.equal(kept.get(hash)?.flag, flag);
          assert.equal(
            Math.min(...[...kept.values()].map(({ time }) => time)),
            kept.get(hash)!.time,
          );
          kept.delete(hash);
        });
        for (const [time, { add, hash }] of list.entries()) {
          const at = firsts.find(hash);
          assert.equal(at !== -1, kept.has(hash));
          if (at !== -1) assert.equal(firsts.timeAt(at), kept.get(hash)!.time);
          if (add && at === -1) {
            firsts.add('owner', hash, time, 2 * time, time % 2 === 0);
            kept.set(hash, { time, flag: time % 2 === 0 });
            assert.equal(firsts.valueAt(firsts.find(hash)), 2 * time);
          } else if (!add && at !== -1) {
            firsts.remove(at);
            kept.delete(hash);
          }
          assert.ok(kept.size <= LIMIT);
          assert.equal(firsts.status('first').entries, kept.size);
        }
        const walked = [...firsts.walk()].map(({ hash, time }) => [hash, time]);
        const expected = [...kept].map(([hash, { time }]) => [hash, time]);
        assert.deepEqual(
          walked,
          expected.sort((a, b) => a[1]! - b[1]!),
        );
      }),
      { numRuns: 500 },
    );
  });

  test('those of one owner are forgotten together', () => {
    const firsts = new FirstSights(LIMIT);
    firsts.add('a', 1, 0, 0, false);
    firsts.add('b', 2, 0, 0, false);
    firsts.keepOnly((owner) => owner === 'b');
    assert.equal(firsts.find(1), -1);
    assert.notEqual(firsts.find(2), -1);
  });
});
