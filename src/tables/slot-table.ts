import type { TableStatus } from '../telemetry/table-status.js';
import { KeySlots, NOWHERE } from './key-slots.js';
import { UseOrder } from './use-order.js';

export { NOWHERE };

/** Where the order of use begins and ends; the slots of keys are from 1. */
const END = 0;

/** One more than the highest slot of a table with this limit: what its columns have room for. */
export function slotsOf(limit: number): number {
  return END + 1 + limit;
}

/**
 * A `BoundedMap` without values: its owner keeps what he knows of a key in columns of his own, under
 * the slot that it has here. Typed arrays, as a rule: then an entry is no object, and the garbage
 * collector has nothing to do with it. A full table gives the slot of the key used least recently
 * to the next one.
 */
export class SlotTable<K> {
  readonly limit: number;
  /** Keys that a full table gave up since the start. */
  evicted = 0;
  private readonly slots: KeySlots<K>;
  private readonly order = new UseOrder(1);
  private readonly onEvict: () => void;

  /** `onEvict` is told of each key that a full table gives up. */
  constructor(limit: number, onEvict: () => void) {
    this.limit = limit;
    this.slots = new KeySlots(END + 1, limit);
    this.onEvict = onEvict;
  }

  /** The slot of a key, or NOWHERE. */
  find(key: K): number {
    return this.slots.find(key);
  }

  /** What is in this slot was just used. */
  use(slot: number): void {
    const { order } = this;
    if (slot === order.older(END)) return;
    order.remove(slot);
    order.add(slot, END);
  }

  /** Gives a slot to a key that has none. What its columns hold is another's, or was never set. */
  add(key: K): number {
    const { slots, order } = this;
    if (slots.size >= this.limit) {
      const oldest = order.newer(END);
      order.remove(oldest);
      slots.remove(oldest);
      this.evicted++;
      this.onEvict();
    }
    const slot = slots.add(key);
    order.add(slot, END);
    return slot;
  }

  /** How full it is, under the name that reports call it by. */
  status(table: string): TableStatus {
    return { table, entries: this.slots.size, limit: this.limit, evicted: this.evicted };
  }
}
