import type { TableStatus } from '../telemetry/table-status.js';
import { KeySlots, NOWHERE } from './key-slots.js';
import { UseOrder } from './use-order.js';

/** Where the order of use begins and ends; the slots of keys are from 1. */
const END = 0;

/**
 * A map with a limit. The entry that was touched least recently gives way, in constant time:
 * a plain Map used this way walks over its own tombstones and slows down under churn, which an
 * attacker who chooses the keys can cause at will.
 *
 * Invariant: the order of use holds each slot in use exactly once.
 */
export class BoundedMap<K, V> {
  private readonly slots: KeySlots<K>;
  private readonly order = new UseOrder(1);
  /** By slot. */
  private readonly held: (V | undefined)[] = [undefined];
  readonly limit: number;
  /** Entries that a full map gave up since the start. */
  evicted = 0;
  private readonly onEvict: (key: K, value: V) => void;

  /** `onEvict` is told of each entry that a full map gives up; not of those deleted. */
  constructor(limit: number, onEvict: (key: K, value: V) => void = () => {}) {
    this.limit = limit;
    this.slots = new KeySlots(END + 1, limit);
    this.onEvict = onEvict;
  }

  get size(): number {
    return this.slots.size;
  }

  /** The value, marked as just used. */
  get(key: K): V | undefined {
    const slot = this.slots.find(key);
    if (slot === NOWHERE) return undefined;
    this.use(slot);
    return this.held[slot];
  }

  has(key: K): boolean {
    return this.slots.find(key) !== NOWHERE;
  }

  /** The value, without marking it as used. */
  peek(key: K): V | undefined {
    const slot = this.slots.find(key);
    return slot === NOWHERE ? undefined : this.held[slot];
  }

  set(key: K, value: V): void {
    const known = this.slots.find(key);
    if (known !== NOWHERE) {
      this.held[known] = value;
      this.use(known);
      return;
    }
    if (this.slots.size >= this.limit) this.evictOldest();
    const slot = this.slots.add(key);
    this.held[slot] = value;
    this.order.add(slot, END);
  }

  delete(key: K): boolean {
    const slot = this.slots.find(key);
    if (slot === NOWHERE) return false;
    this.forget(slot);
    return true;
  }

  /** The entry used least recently, or undefined. */
  oldestEntry(): { key: K; value: V } | undefined {
    return this.entryAt(this.order.newer(END));
  }

  /** The entry used most recently, or undefined. */
  newestEntry(): { key: K; value: V } | undefined {
    return this.entryAt(this.order.older(END));
  }

  /** The value used least recently, or undefined. */
  oldest(): V | undefined {
    return this.held[this.order.newer(END)];
  }

  /** From the least to the most recently used; nothing may change meanwhile. */
  *values(): Generator<V> {
    const { order } = this;
    for (let slot = order.newer(END); slot !== END; slot = order.newer(slot)) {
      yield this.held[slot]!;
    }
  }

  /** From the most to the least recently used; nothing may change meanwhile. */
  *newestFirst(): Generator<V> {
    const { order } = this;
    for (let slot = order.older(END); slot !== END; slot = order.older(slot)) {
      yield this.held[slot]!;
    }
  }

  /** A copy of the keys, from the least to the most recently used. */
  keys(): K[] {
    const { order, slots } = this;
    const keys = new Array<K>(slots.size);
    let i = 0;
    for (let slot = order.newer(END); slot !== END; slot = order.newer(slot)) {
      keys[i++] = slots.keyAt(slot);
    }
    return keys;
  }

  /**
   * The entries of this moment, from the least to the most recently used, for who takes his time:
   * the map may change between two steps, and what is gone by then is left out.
   */
  *walk(): Generator<[K, V]> {
    for (const key of this.keys()) {
      const slot = this.slots.find(key);
      if (slot !== NOWHERE) yield [key, this.held[slot]!];
    }
  }

  /** How full it is, under the name that reports call it by. */
  status(table: string): TableStatus {
    return { table, entries: this.slots.size, limit: this.limit, evicted: this.evicted };
  }

  private entryAt(slot: number): { key: K; value: V } | undefined {
    if (slot === END) return undefined;
    return { key: this.slots.keyAt(slot), value: this.held[slot]! };
  }

  private use(slot: number): void {
    if (slot === this.order.older(END)) return;
    this.order.remove(slot);
    this.order.add(slot, END);
  }

  private evictOldest(): void {
    const slot = this.order.newer(END);
    if (slot === END) return;
    const key = this.slots.keyAt(slot);
    const value = this.held[slot]!;
    this.forget(slot);
    this.evicted++;
    this.onEvict(key, value);
  }

  private forget(slot: number): void {
    this.slots.remove(slot);
    this.order.remove(slot);
    this.held[slot] = undefined;
  }
}
