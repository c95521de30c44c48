import type { TableStatus } from '../telemetry/table-status.js';
import type { GroupKey } from './group-key.js';

/** What is kept of one group. */
export interface Group<V> {
  readonly text: string;
  readonly tier: number;
  value: V;
}

/** A group in its bucket, and in the order of use of its tier. */
class Link<V> implements Group<V> {
  text: string;
  /** See `GroupKey`. */
  place: number;
  tier: number;
  value: V;
  next: Link<V> | undefined = undefined;
  newer: Link<V> | undefined = undefined;
  older: Link<V> | undefined = undefined;

  constructor(text: string, place: number, tier: number, value: V) {
    this.text = text;
    this.place = place;
    this.tier = tier;
    this.value = value;
  }
}

/** One tier: its own limit, its own order of use. */
class Tier<V> {
  readonly limit: number;
  size = 0;
  evicted = 0;
  newest: Link<V> | undefined = undefined;
  oldest: Link<V> | undefined = undefined;

  constructor(limit: number) {
    this.limit = limit;
  }

  take(link: Link<V>): void {
    link.older = this.newest;
    link.newer = undefined;
    if (this.newest !== undefined) this.newest.newer = link;
    this.newest = link;
    if (this.oldest === undefined) this.oldest = link;
    this.size++;
  }

  release(link: Link<V>): void {
    if (link.newer === undefined) this.newest = link.older;
    else link.newer.older = link.older;
    if (link.older === undefined) this.oldest = link.newer;
    else link.older.newer = link.newer;
    this.size--;
  }
}

const FEWEST_BUCKETS = 256;

/**
 * Groups by their keys, in tiers as those of `TieredMap`: each has a limit and an order of use of
 * its own. It is no Map by text, since most look-ups find nothing, and then need no text at all.
 */
export class GroupTable<V> {
  private readonly tiers: readonly Tier<V>[];
  private readonly onEvict: (group: Group<V>) => void;
  /** As many as groups at most, and a power of two. */
  private buckets = new Array<Link<V> | undefined>(FEWEST_BUCKETS).fill(undefined);

  /** `onEvict` is told of each group that a full tier gives up; not of those deleted. */
  constructor(limits: readonly number[], onEvict: (group: Group<V>) => void = () => {}) {
    this.tiers = limits.map((limit) => new Tier<V>(limit));
    this.onEvict = onEvict;
  }

  /** The group, as it stands in the order of use. Valid until one is added. */
  find(key: GroupKey): Group<V> | undefined {
    let link = this.buckets[key.place & (this.buckets.length - 1)];
    while (link !== undefined && !(link.place === key.place && key.is(link.text))) {
      link = link.next;
    }
    return link;
  }

  /** The group was used just now. */
  use(group: Group<V>): void {
    const link = group as Link<V>;
    const tier = this.tiers[link.tier]!;
    if (link === tier.newest) return;
    tier.release(link);
    tier.take(link);
  }

  /** Adds a group that was not found. */
  add(key: GroupKey, value: V, tier: number): void {
    const link = this.newLink(key, value, tier);
    this.tiers[tier]!.take(link);
    this.enter(link);
    if (this.size > this.buckets.length) this.widen();
  }

  /** Adds a group, or gives a known one this value and tier. */
  set(key: GroupKey, value: V, tier: number): void {
    const known = this.find(key);
    if (known === undefined) {
      this.add(key, value, tier);
      return;
    }
    known.value = value;
    this.move(known as Link<V>, tier);
  }

  /** Moves a group up, where it is below; as just used. */
  raise(group: Group<V>, tier: number): void {
    if (group.tier < tier) this.move(group as Link<V>, tier);
  }

  delete(group: Group<V>): void {
    const link = group as Link<V>;
    this.leave(link);
    this.tiers[link.tier]!.release(link);
  }

  /** Gives up the group of a tier that was used least recently; false when there is none. */
  evictOldest(tier: number): boolean {
    const owner = this.tiers[tier]!;
    const { oldest } = owner;
    if (oldest === undefined) return false;
    this.leave(oldest);
    owner.release(oldest);
    owner.evicted++;
    this.onEvict(oldest);
    return true;
  }

  /** The groups of a tier at this moment, from the least to the most recently used. */
  all(tier: number): Group<V>[] {
    const groups: Group<V>[] = [];
    for (let link = this.tiers[tier]!.oldest; link !== undefined; link = link.newer) {
      groups.push(link);
    }
    return groups;
  }

  /** The same for who takes his time: groups that left the tier meanwhile are left out. */
  *walk(tier: number, key: GroupKey): Generator<Group<V>> {
    for (const text of this.all(tier).map((group) => group.text)) {
      const group = this.find(key.setText(text));
      if (group?.tier === tier) yield group;
    }
  }

  status(tier: number, table: string): TableStatus {
    const { size, limit, evicted } = this.tiers[tier]!;
    return { table, entries: size, limit, evicted };
  }

  private get size(): number {
    let size = 0;
    for (const tier of this.tiers) size += tier.size;
    return size;
  }

  /** A full tier gives up its oldest group, whose link serves again: a flood makes no garbage. */
  private newLink(key: GroupKey, value: V, tier: number): Link<V> {
    const { size, limit, oldest } = this.tiers[tier]!;
    const text = key.text();
    const { place } = key;
    if (size < limit || oldest === undefined) return new Link(text, place, tier, value);
    this.evictOldest(tier);
    oldest.text = text;
    oldest.place = place;
    oldest.value = value;
    return oldest;
  }

  private move(link: Link<V>, tier: number): void {
    this.tiers[link.tier]!.release(link);
    if (link.tier !== tier) {
      const { size, limit } = this.tiers[tier]!;
      if (size >= limit) this.evictOldest(tier);
    }
    link.tier = tier;
    this.tiers[tier]!.take(link);
  }

  private enter(link: Link<V>): void {
    const bucket = link.place & (this.buckets.length - 1);
    link.next = this.buckets[bucket];
    this.buckets[bucket] = link;
  }

  private leave(link: Link<V>): void {
    const bucket = link.place & (this.buckets.length - 1);
    let at = this.buckets[bucket];
    if (at === link) {
      this.buckets[bucket] = link.next;
      return;
    }
    while (at!.next !== link) at = at!.next;
    at!.next = link.next;
  }

  private widen(): void {
    const before = this.buckets;
    this.buckets = new Array<Link<V> | undefined>(2 * before.length).fill(undefined);
    for (const first of before) {
      for (let link = first; link !== undefined; ) {
        const { next } = link;
        this.enter(link);
        link = next;
      }
    }
  }
}
