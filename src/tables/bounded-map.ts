import type { TableStatus } from '../telemetry/table-status.js';
import { placeOf } from './place.js';

/** A link of the chain that keeps the order of use; an entry carries its own key and value. */
interface Link<K, V> {
  key: K;
  value: V;
  newer: Link<K, V> | undefined;
  older: Link<K, V> | undefined;
}

/**
 * A map with a limit. The entry that was touched least recently gives way, in constant time:
 * a plain Map used this way walks over its own tombstones and slows down under churn, which an
 * attacker who chooses the keys can cause at will.
 *
 * Invariant: walking from `newest` along `older` visits each entry of `links` exactly once.
 */
export class BoundedMap<K, V> {
  /** By what `placeOf` makes of the key. */
  private readonly links = new Map<K | number, Link<K, V>>();
  private newest: Link<K, V> | undefined;
  private oldest: Link<K, V> | undefined;
  readonly limit: number;
  /** Entries that a full map gave up since the start. */
  evicted = 0;
  private readonly onEvict: (key: K, value: V) => void;

  /** `onEvict` is told of each entry that a full map gives up; not of those deleted. */
  constructor(limit: number, onEvict: (key: K, value: V) => void = () => {}) {
    this.limit = limit;
    this.onEvict = onEvict;
  }

  get size(): number {
    return this.links.size;
  }

  /** The value, marked as just used. */
  get(key: K): V | undefined {
    const link = this.links.get(placeOf(key));
    if (link === undefined) return undefined;
    if (link !== this.newest) {
      this.unlink(link);
      this.linkNewest(link);
    }
    return link.value;
  }

  has(key: K): boolean {
    return this.links.has(placeOf(key));
  }

  /** The value, without marking it as used. */
  peek(key: K): V | undefined {
    return this.links.get(placeOf(key))?.value;
  }

  set(key: K, value: V): void {
    const place = placeOf(key);
    const known = this.links.get(place);
    if (known !== undefined) {
      known.value = value;
      this.get(key);
      return;
    }
    const link = this.newLink(key, value);
    this.links.set(place, link);
    this.linkNewest(link);
  }

  delete(key: K): boolean {
    const place = placeOf(key);
    const link = this.links.get(place);
    if (link === undefined) return false;
    this.links.delete(place);
    this.unlink(link);
    return true;
  }

  /** The entry used least recently, or undefined. */
  oldestEntry(): { key: K; value: V } | undefined {
    return this.oldest;
  }

  /** The entry used most recently, or undefined. */
  newestEntry(): { key: K; value: V } | undefined {
    return this.newest;
  }

  /** From the least to the most recently used; nothing may change meanwhile. */
  *values(): Generator<V> {
    for (let link = this.oldest; link !== undefined; link = link.newer) yield link.value;
  }

  /** From the most to the least recently used; nothing may change meanwhile. */
  *newestFirst(): Generator<V> {
    for (let link = this.newest; link !== undefined; link = link.older) yield link.value;
  }

  /** A copy of the keys, from the least to the most recently used. */
  keys(): K[] {
    const keys = new Array<K>(this.links.size);
    let i = 0;
    for (let link = this.oldest; link !== undefined; link = link.newer) keys[i++] = link.key;
    return keys;
  }

  /**
   * The entries of this moment, from the least to the most recently used, for who takes his time:
   * the map may change between two steps, and what is gone by then is left out.
   */
  *walk(): Generator<[K, V]> {
    for (const key of this.keys()) {
      const link = this.links.get(placeOf(key));
      if (link !== undefined) yield [key, link.value];
    }
  }

  /** How full it is, under the name that reports call it by. */
  status(table: string): TableStatus {
    return { table, entries: this.links.size, limit: this.limit, evicted: this.evicted };
  }

  /** A full map gives up its oldest entry, whose link serves again: a flood makes no garbage. */
  private newLink(key: K, value: V): Link<K, V> {
    const { oldest } = this;
    if (this.links.size < this.limit || oldest === undefined) {
      return { key, value, newer: undefined, older: undefined };
    }
    this.evictOldest();
    oldest.key = key;
    oldest.value = value;
    return oldest;
  }

  private evictOldest(): void {
    const link = this.oldest;
    if (link === undefined) return;
    this.links.delete(placeOf(link.key));
    this.unlink(link);
    this.evicted++;
    this.onEvict(link.key, link.value);
  }

  private linkNewest(link: Link<K, V>): void {
    link.older = this.newest;
    link.newer = undefined;
    if (this.newest !== undefined) this.newest.newer = link;
    this.newest = link;
    if (this.oldest === undefined) this.oldest = link;
  }

  private unlink(link: Link<K, V>): void {
    if (link.newer === undefined) this.newest = link.older;
    else link.newer.older = link.older;
    if (link.older === undefined) this.oldest = link.newer;
    else link.older.newer = link.newer;
  }
}
