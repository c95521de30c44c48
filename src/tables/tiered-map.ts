import type { TableStatus } from '../telemetry/table-status.js';
import { KeySlots, NOWHERE } from './key-slots.js';
import { UseOrder } from './use-order.js';

/**
 * A map whose entries live in tiers, each with a limit and an order of use of its own: a flood of
 * new entries in the lowest tier pushes out none of those that have risen above it. One look-up,
 * whatever the tier. All steps take constant time; see `BoundedMap`.
 */
export class TieredMap<K, V> {
  /** The first slots are the ends of the tiers' chains: the number of a tier is that of its end. */
  private readonly slots: KeySlots<K>;
  private readonly order: UseOrder;
  /** By slot. */
  private readonly held: (V | undefined)[];
  private readonly tiers: number[];
  /** By tier. */
  private readonly limits: readonly number[];
  private readonly sizes: number[];
  private readonly evicted: number[];
  private readonly onEvict: (key: K, value: V, tier: number) => void;

  /** `onEvict` is told of each entry that a full tier gives up; not of those deleted. */
  constructor(
    limits: readonly number[],
    onEvict: (key: K, value: V, tier: number) => void = () => {},
  ) {
    const all = limits.reduce((sum, limit) => sum + limit, 0);
    this.slots = new KeySlots(limits.length, all);
    this.order = new UseOrder(limits.length);
    this.held = limits.map(() => undefined);
    this.tiers = limits.map((_, tier) => tier);
    this.limits = limits;
    this.sizes = limits.map(() => 0);
    this.evicted = limits.map(() => 0);
    this.onEvict = onEvict;
  }

  get size(): number {
    return this.slots.size;
  }

  /** The value, marked as just used in its tier. */
  get(key: K): V | undefined {
    const slot = this.slots.find(key);
    if (slot === NOWHERE) return undefined;
    this.use(slot, this.tiers[slot]!);
    return this.held[slot];
  }

  /** The value, without marking it as used. */
  peek(key: K): V | undefined {
    const slot = this.slots.find(key);
    return slot === NOWHERE ? undefined : this.held[slot];
  }

  /** The tier that the key is in, from 0; -1: it is in none. */
  tierOf(key: K): number {
    const slot = this.slots.find(key);
    return slot === NOWHERE ? -1 : this.tiers[slot]!;
  }

  /** Adds a key, or moves a known one with its new value. */
  set(key: K, value: V, tier: number): void {
    const known = this.slots.find(key);
    if (known !== NOWHERE) {
      this.held[known] = value;
      this.move(known, tier);
      return;
    }
    this.makeRoom(tier);
    const slot = this.slots.add(key);
    this.held[slot] = value;
    this.put(slot, tier);
  }

  /** Moves a key up, where it is below; as just used. */
  raise(key: K, tier: number): void {
    const slot = this.slots.find(key);
    if (slot !== NOWHERE && this.tiers[slot]! < tier) this.move(slot, tier);
  }

  delete(key: K): boolean {
    const slot = this.slots.find(key);
    if (slot === NOWHERE) return false;
    this.forget(slot);
    return true;
  }

  /** Gives up the entry of a tier that was used least recently; false when there is none. */
  evictOldest(tier: number): boolean {
    const slot = this.order.newer(tier);
    if (slot === tier) return false;
    const key = this.slots.keyAt(slot);
    const value = this.held[slot]!;
    this.forget(slot);
    this.evicted[tier]! += 1;
    this.onEvict(key, value, tier);
    return true;
  }

  /** The value of a tier that was used least recently, or undefined. */
  oldest(tier: number): V | undefined {
    return this.held[this.order.newer(tier)];
  }

  /** From the most to the least recently used of a tier; nothing may change meanwhile. */
  *newestFirst(tier: number): Generator<V> {
    const { order } = this;
    for (let slot = order.older(tier); slot !== tier; slot = order.older(slot)) {
      yield this.held[slot]!;
    }
  }

  /** A copy of the keys of a tier, from the least to the most recently used. */
  keys(tier: number): K[] {
    const { order, slots } = this;
    const keys = new Array<K>(this.sizes[tier]!);
    let i = 0;
    for (let slot = order.newer(tier); slot !== tier; slot = order.newer(slot)) {
      keys[i++] = slots.keyAt(slot);
    }
    return keys;
  }

  /** Like `BoundedMap.walk`, of one tier: entries that left it meanwhile are left out. */
  *walk(tier: number): Generator<[K, V]> {
    for (const key of this.keys(tier)) {
      const slot = this.slots.find(key);
      if (slot !== NOWHERE && this.tiers[slot] === tier) yield [key, this.held[slot]!];
    }
  }

  status(tier: number, table: string): TableStatus {
    return {
      table,
      entries: this.sizes[tier]!,
      limit: this.limits[tier]!,
      evicted: this.evicted[tier]!,
    };
  }

  private use(slot: number, tier: number): void {
    if (slot === this.order.older(tier)) return;
    this.order.remove(slot);
    this.order.add(slot, tier);
  }

  private move(slot: number, tier: number): void {
    if (tier === this.tiers[slot]) {
      this.use(slot, tier);
      return;
    }
    this.takeOut(slot);
    this.makeRoom(tier);
    this.put(slot, tier);
  }

  private makeRoom(tier: number): void {
    if (this.sizes[tier]! >= this.limits[tier]!) this.evictOldest(tier);
  }

  private put(slot: number, tier: number): void {
    this.tiers[slot] = tier;
    this.sizes[tier]! += 1;
    this.order.add(slot, tier);
  }

  private takeOut(slot: number): void {
    this.order.remove(slot);
    this.sizes[this.tiers[slot]!]! -= 1;
  }

  private forget(slot: number): void {
    this.takeOut(slot);
    this.slots.remove(slot);
    this.held[slot] = undefined;
  }
}
