import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { GroupKey } from '../../src/rules/group-key.js';
import { GroupTable } from '../../src/rules/group-table.js';
import { Tally } from '../../src/rules/tally.js';
import { hashText } from '../../src/tables/hash.js';
import { TieredMap } from '../../src/tables/tiered-map.js';
import { group } from '../support/group.js';

const SEPARATOR = '\u001f';

/** Fields of a subject that is a list of their values. */
function fields(count: number) {
  return Array.from({ length: count }, (_, i) => ({
    text: `f${i}`,
    field: { name: `f${i}`, doc: '', type: 'text' as const, fold: false, read: () => undefined },
    transforms: [],
    transformed: false,
    type: 'text' as const,
    read: (subject: readonly (string | number | undefined)[]) => subject[i],
  }));
}

const value = fc.oneof(
  fc.constantFrom('', 'a', SEPARATOR, `a${SEPARATOR}b`, '\u00ff', undefined),
  fc.nat(),
  fc.string({ unit: 'binary', maxLength: 300 }),
);

describe('the key of a group', () => {
  test('has the text and the hash of its id and values', () => {
    fc.assert(
      fc.property(fc.array(value, { maxLength: 4 }), (values) => {
        const key = new GroupKey().set('S-1', fields(values.length), values);
        const expected = ['S-1', ...values.map((each) => String(each ?? '').slice(0, 256))];
        const text = expected.join(SEPARATOR);
        assert.equal(key.text().length, text.length);
        assert.equal(key.is(key.text()), true);
        if (/^[\0-\xff]*$/.test(text)) assert.equal(key.text(), text);
        const same = group(key.text());
        assert.deepEqual([same.hash, same.place], [key.hash, key.place]);
        assert.equal(key.hash, hashText(key.text()));
      }),
    );
  });

  test('is the text of no other group', () => {
    fc.assert(
      fc.property(fc.tuple(value, value), fc.tuple(value, value), (one, other) => {
        const [a, b] = [new GroupKey(), new GroupKey()];
        a.set('S-1', fields(2), one);
        b.set('S-1', fields(2), other);
        assert.equal(a.is(b.text()), a.text() === b.text());
      }),
    );
  });
});

const LIMITS = [3, 4];

/** What is done to a table: which group, and to which tier. */
const step = fc.record({
  kind: fc.constantFrom('get', 'peek', 'set', 'raise', 'delete', 'evict'),
  name: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i'),
  tier: fc.constantFrom(0, 1),
});

describe('a table of groups', () => {
  test('keeps what a map of their texts in tiers keeps', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
        const [gone, lost]: string[][] = [[], []];
        const table = new GroupTable<number>(LIMITS, ({ text }) => gone!.push(text));
        const map = new TieredMap<string, number>(LIMITS, (text) => lost!.push(text));
        for (const [i, { kind, name, tier }] of steps.entries()) {
          const key = group(name);
          const found = table.find(key);
          if (kind === 'get') {
            if (found !== undefined) table.use(found);
            assert.equal(found?.value, map.get(name));
          } else if (kind === 'peek') {
            assert.equal(found?.value, map.peek(name));
            assert.equal(found?.tier ?? -1, map.tierOf(name));
          } else if (kind === 'set') {
            table.set(key, i, tier);
            map.set(name, i, tier);
          } else if (kind === 'raise') {
            if (found !== undefined) table.raise(found, tier);
            map.raise(name, tier);
          } else if (kind === 'delete') {
            if (found !== undefined) table.delete(found);
            map.delete(name);
          } else {
            assert.equal(table.evictOldest(tier), map.evictOldest(tier));
          }
          for (const each of [0, 1]) {
            assert.deepEqual(
              table.all(each).map(({ text }) => text),
              map.keys(each),
            );
            assert.deepEqual(table.status(each, ''), map.status(each, ''));
          }
        }
        assert.deepEqual(gone, lost);
      }),
      { numRuns: 300 },
    );
  });

  test('finds each of many groups, whatever its limit was made for', () => {
    const table = new GroupTable<number>([20_000]);
    for (let i = 0; i < 20_000; i++) table.add(group(`g${i}`), i, 0);
    for (let i = 0; i < 20_000; i++) assert.equal(table.find(group(`g${i}`))?.value, i);
    assert.equal(table.find(group('g20000')), undefined);
  });
});

/** What a tally does, in the plainest way: a list of times, and one of values. */
class PlainTally {
  readonly times: number[] = [];
  readonly values: number[] = [];

  push(time: number, most: number, value?: number): void {
    const known = value === undefined ? -1 : this.values.lastIndexOf(value);
    const drop = known !== -1 ? known : this.times.length === most ? 0 : -1;
    if (drop !== -1) {
      this.times.splice(drop, 1);
      this.values.splice(drop, 1);
    }
    this.times.push(time);
    if (value !== undefined) this.values.push(value);
  }
}

describe('a tally', () => {
  const windows = [
    { atLeast: 2, within: 3 },
    { atLeast: 4, within: 10 },
    { atLeast: 5, within: 100 },
  ];
  const entry = fc.record({ value: fc.nat(8), wait: fc.integer({ min: -2, max: 6 }) });

  for (const hasValues of [false, true]) {
    test(`keeps the newest ${hasValues ? 'values, each once' : 'times'}`, () => {
      fc.assert(
        fc.property(fc.array(entry, { maxLength: 60 }), (entries) => {
          const plain = new PlainTally();
          const tally = new Tally(false, hasValues);
          let time = 100;
          for (const { value: each, wait } of entries) {
            time += wait;
            if (hasValues) tally.pushValue(time, each, 5);
            else tally.push(time, 5);
            plain.push(time, 5, hasValues ? each : undefined);
            assert.deepEqual(tally.times(), plain.times);
            assert.deepEqual(tally.values(), hasValues ? plain.values : undefined);
            assert.equal(tally.weight, plain.times.length + plain.values.length);
            assert.equal(tally.began, plain.times[0]);
            const full = windows.filter(({ atLeast, within }) => {
              const nth = plain.times.at(-atLeast);
              return nth !== undefined && nth <= time && time - nth <= within;
            });
            assert.deepEqual(tally.reached(time, windows)?.window, full[0]);
          }
        }),
        { numRuns: 300 },
      );
    });
  }
});
