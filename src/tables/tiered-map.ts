import type { TableStatus } from '../telemetry/table-status.js';
import { placeOf } from './place.js';

/** A link of the chain that keeps the order of use in one tier. */
interface Link<K, V> {
  key: K;
  value: V;
  tier: number;
  newer: Link<K, V> | undefined;
  older: Link<K, V> | undefined;
}

/** One tier: its own limit, its own order of use. */
class Tier<K, V> {
  readonly limit: number;
  size = 0;
  evicted = 0;
  newest: Link<K, V> | undefined = undefined;
  oldest: Link<K, V> | undefined = undefined;

  constructor(limit: number) {
    this.limit = limit;
  }

  take(link: Link<K, V>): void {
    link.older = this.newest;
    link.newer = undefined;
    if (this.newest !== undefined) this.newest.newer = link;
    this.newest = link;
    if (this.oldest === undefined) this.oldest = link;
    this.size++;
  }

  release(link: Link<K, V>): void {
    if (link.newer === undefined) this.newest = link.older;
    else link.newer.older = link.older;
    if (link.older === undefined) this.oldest = link.newer;
    else link.older.newer = link.newer;
    this.size--;
  }
}

/**
 * A map whose entries live in tiers, each with a limit and an order of use of its own: a flood of
 * new entries in the lowest tier pushes out none of those that have risen above it. One look-up,
 * whatever the tier. All steps take constant time; see `BoundedMap`.
 */
export class TieredMap<K, V> {
  private readonly links = new Map<K | number, Link<K, V>>();
  private readonly tiers: readonly Tier<K, V>[];
  private readonly onEvict: (key: K, value: V, tier: number) => void;

  /** `onEvict` is told of each entry that a full tier gives up; not of those deleted. */
  constructor(
    limits: readonly number[],
    onEvict: (key: K, value: V, tier: number) => void = () => {},
  ) {
    this.tiers = limits.map((limit) => new Tier<K, V>(limit));
    this.onEvict = onEvict;
  }

  get size(): number {
    return this.links.size;
  }

  /** The value, marked as just used in its tier. */
  get(key: K): V | undefined {
    const link = this.links.get(placeOf(key));
    if (link === undefined) return undefined;
    const tier = this.tiers[link.tier]!;
    if (link !== tier.newest) {
      tier.release(link);
      tier.take(link);
    }
    return link.value;
  }

  /** The value, without marking it as used. */
  peek(key: K): V | undefined {
    return this.links.get(placeOf(key))?.value;
  }

  /** The tier that the key is in, from 0; -1: it is in none. */
  tierOf(key: K): number {
    return this.links.get(placeOf(key))?.tier ?? -1;
  }

  /** Adds a key, or moves a known one with its new value. */
  set(key: K, value: V, tier: number): void {
    const place = placeOf(key);
    const known = this.links.get(place);
    if (known !== undefined) {
      known.value = value;
      this.move(known, tier);
      return;
    }
    const link = this.newLink(key, value, tier);
    this.links.set(place, link);
    this.tiers[tier]!.take(link);
  }

  /** Moves a key up, where it is below; as just used. */
  raise(key: K, tier: number): void {
    const link = this.links.get(placeOf(key));
    if (link !== undefined && link.tier < tier) this.move(link, tier);
  }

  delete(key: K): boolean {
    const place = placeOf(key);
    const link = this.links.get(place);
    if (link === undefined) return false;
    this.links.delete(place);
    this.tiers[link.tier]!.release(link);
    return true;
  }

  /** Gives up the entry of a tier that was used least recently; false when there is none. */
  evictOldest(tier: number): boolean {
    const owner = this.tiers[tier]!;
    const link = owner.oldest;
    if (link === undefined) return false;
    this.links.delete(placeOf(link.key));
    owner.release(link);
    owner.evicted++;
    this.onEvict(link.key, link.value, tier);
    return true;
  }

  /** From the most to the least recently used of a tier; nothing may change meanwhile. */
  *newestFirst(tier: number): Generator<V> {
    for (let link = this.tiers[tier]!.newest; link !== undefined; link = link.older) {
      yield link.value;
    }
  }

  /** A copy of the keys of a tier, from the least to the most recently used. */
  keys(tier: number): K[] {
    const owner = this.tiers[tier]!;
    const keys = new Array<K>(owner.size);
    let i = 0;
    for (let link = owner.oldest; link !== undefined; link = link.newer) keys[i++] = link.key;
    return keys;
  }

  /** Like `BoundedMap.walk`, of one tier: entries that left it meanwhile are left out. */
  *walk(tier: number): Generator<[K, V]> {
    for (const key of this.keys(tier)) {
      const link = this.links.get(placeOf(key));
      if (link?.tier === tier) yield [key, link.value];
    }
  }

  status(tier: number, table: string): TableStatus {
    const { size, limit, evicted } = this.tiers[tier]!;
    return { table, entries: size, limit, evicted };
  }

  /** A full tier gives up its oldest entry, whose link serves again: a flood makes no garbage. */
  private newLink(key: K, value: V, tier: number): Link<K, V> {
    const { size, limit, oldest } = this.tiers[tier]!;
    if (size < limit || oldest === undefined) {
      return { key, value, tier, newer: undefined, older: undefined };
    }
    this.evictOldest(tier);
    oldest.key = key;
    oldest.value = value;
    return oldest;
  }

  private move(link: Link<K, V>, tier: number): void {
    this.tiers[link.tier]!.release(link);
    if (link.tier !== tier) this.makeRoom(tier);
    link.tier = tier;
    this.tiers[tier]!.take(link);
  }

  private makeRoom(tier: number): void {
    const { size, limit } = this.tiers[tier]!;
    if (size >= limit) this.evictOldest(tier);
  }
}
