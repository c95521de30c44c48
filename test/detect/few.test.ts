import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { Few } from '../../src/detect/calls/few.js';
import { AddressColumn } from '../../src/detect/transactions/address-column.js';
import { NumberColumn } from '../../src/tables/number-column.js';
import type { Address } from '../../src/wire/address.js';

const SLOTS = 5;
const LIMIT = 4;
/** Of IPv4, and of IPv6. */
const ADDRESSES: readonly Address[] = [0, 1, 0xffff_ffff, 'x'.repeat(16), '\0'.repeat(16), 7];

function few(): Few<Address> {
  return new Few(SLOTS, LIMIT, [new AddressColumn(SLOTS), new AddressColumn(SLOTS)]);
}

const step = fc.record({
  slot: fc.nat({ max: SLOTS - 1 }),
  value: fc.constantFrom(...ADDRESSES),
  clears: fc.boolean(),
});

describe('a few values for each slot', () => {
  test('are those that a list of each would keep, whatever comes', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const kept = few();
        const lists = new Map<number, Address[]>();
        for (const { slot, value, clears } of steps) {
          if (clears) {
            kept.clear(slot);
            lists.delete(slot);
          }
          const list = lists.get(slot) ?? [];
          lists.set(slot, list);
          kept.add(slot, value);
          if (list.length < LIMIT && !list.includes(value)) list.push(value);
          for (const [each, values] of lists) {
            for (const one of ADDRESSES) {
              assert.equal(kept.indexOf(each, one), values.indexOf(one));
              assert.equal(kept.has(each, one), values.includes(one));
            }
          }
        }
      }),
    );
  });

  test('of numbers', () => {
    const kept = new Few<number>(SLOTS, LIMIT, [new NumberColumn(SLOTS)]);
    for (const value of [3, 2 ** 53 - 1, 3, 5, 8, 9]) kept.add(1, value);
    assert.deepEqual(
      [3, 2 ** 53 - 1, 5, 8, 9].map((value) => kept.indexOf(1, value)),
      [0, 1, 2, 3, -1],
    );
    assert.equal(kept.has(2, 3), false);
    kept.clear(1);
    assert.equal(kept.has(1, 3), false);
  });
});
