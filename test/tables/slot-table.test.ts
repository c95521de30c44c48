import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { BoundedMap } from '../../src/tables/bounded-map.js';
import { NumberColumn } from '../../src/tables/number-column.js';
import { NOWHERE, SlotTable, slotsOf } from '../../src/tables/slot-table.js';

const LIMIT = 5;

/** A map of numbers, as the owner of a table and of a column makes it. */
class Columned {
  evictions = 0;
  private readonly table = new SlotTable<number | string>(LIMIT, () => {
    this.evictions++;
  });
  private readonly column = new NumberColumn(slotsOf(LIMIT));

  get(key: number | string): number | undefined {
    const slot = this.table.find(key);
    if (slot === NOWHERE) return undefined;
    this.table.use(slot);
    return this.column.get(slot);
  }

  set(key: number | string, value: number): void {
    let slot = this.table.find(key);
    if (slot === NOWHERE) slot = this.table.add(key);
    else this.table.use(slot);
    assert.ok(slot > NOWHERE && slot < slotsOf(LIMIT));
    this.column.set(slot, value);
  }

  status() {
    return this.table.status('model');
  }
}

describe('a table of slots with a column', () => {
  const key = fc.oneof(fc.integer({ min: 0, max: 12 }), fc.constantFrom('a', 'b', 0.5, 2 ** 40));
  const step = fc.record({ isSet: fc.boolean(), key, value: fc.double({ noNaN: true }) });

  test('keeps and gives up what a bounded map does', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const map = new BoundedMap<number | string, number>(LIMIT);
        const columned = new Columned();
        for (const { isSet, key, value } of steps) {
          if (isSet) {
            map.set(key, value);
            columned.set(key, value);
          } else assert.equal(columned.get(key), map.get(key));
          assert.deepEqual(columned.status(), map.status('model'));
          assert.equal(columned.evictions, map.evicted);
        }
      }),
    );
  });

  test('a column grows up to its last slot, and no further', () => {
    const column = new NumberColumn(slotsOf(1000));
    for (let slot = 1; slot <= 1000; slot++) column.set(slot, slot / 3);
    for (let slot = 1; slot <= 1000; slot++) assert.equal(column.get(slot), slot / 3);
    column.set(1001, 1);
    assert.equal(column.get(1001), undefined);
  });
});
