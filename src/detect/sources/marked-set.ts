import { DistinctCounter } from '../../tables/distinct-counter.js';
import { isCount, type JsonValue } from '../../telemetry/saved-entry.js';

/** What a target, or the servers as to an account, have shown a source so far: bits of a set. */
export const Mark = {
  Tried: 1,
  /** It granted something: a registration, a call, or a request with credentials. */
  Accepted: 2,
  /** A registration of this source stands there. */
  Registered: 4,
  /** The account was shown to exist (challenged, ringing, registered). */
  Exists: 8,
  /** The account was shown not to exist. */
  Unknown: 16,
  /** Credentials for it were rejected. */
  Rejected: 32,
  /** It answered a message, or a TLS session began: somebody is there who may speak SIP. */
  Answered: 64,
  /** The source sent credentials for the account. */
  Login: 128,
  /** It accepted a TCP connection. A firewall may do that in the name of hosts that are not there. */
  Open: 256,
  /** The source began a TLS session with it. */
  Tls: 512,
} as const;

/** What `MarkedSet.mark` did: nothing was stored, a known key got marks, or a key is new. */
export type Stored = 'refused' | 'known' | 'new';

/** Keys that are kept in a list before a Map is worth its memory. */
const LIST_KEYS = 8;
/** What an estimate weighs in memory, in members. */
const ESTIMATE_WEIGHT = 10;

/**
 * A set of keys with marks, exact up to the limit that is given with each addition; of what came
 * beyond, an estimate says how many different keys there were. Most sets hold one key, which stands
 * in the set itself; a few more are a list: key, marks, key, marks.
 */
export class MarkedSet<K extends number | string> {
  /** While there is no Map: the first of `size` keys, and the others. */
  private first: K | undefined = undefined;
  private firstMarks = 0;
  private list: (K | number)[] | undefined = undefined;
  private map: Map<K, number> | undefined = undefined;
  /** Marks that some key has. */
  private given = 0;
  private estimate: DistinctCounter | undefined = undefined;
  /** What the estimate said last, which takes a while to reckon; -1: it has changed since. */
  private estimated = -1;
  size = 0;
  /** Additions that found the set full: an upper bound of what is not told apart. */
  overflow = 0;

  /** What it takes of the memory that all sets share, in members. */
  get weight(): number {
    return this.size + (this.estimate === undefined ? 0 : ESTIMATE_WEIGHT);
  }

  /** How many different keys there were: exact while none was refused, else within some 20 %. */
  get distinct(): number {
    if (this.estimate === undefined) return this.size;
    if (this.estimated === -1) this.estimated = this.estimate.estimate();
    return Math.max(this.size, this.estimated);
  }

  get(key: K): number {
    if (this.map !== undefined) return this.map.get(key) ?? 0;
    if (this.size === 0) return 0;
    if (this.first === key) return this.firstMarks;
    const at = this.placeOf(key);
    return at === -1 ? 0 : (this.list![at + 1] as number);
  }

  /** Adds marks to a key; a new one is refused when the set has `limit` keys. */
  mark(key: K, marks: number, limit: number): Stored {
    if (this.markKnown(key, marks)) return 'known';
    if (this.size >= limit) {
      this.overflow++;
      return 'refused';
    }
    this.given |= marks;
    this.add(key, marks);
    this.size++;
    return 'new';
  }

  /**
   * Counts a key that was refused among the different ones, if `room` is left for that; gives how
   * much weight it added.
   */
  estimateRefused(key: K, room: number): number {
    const before = this.weight;
    if (this.estimate === undefined) {
      if (room < ESTIMATE_WEIGHT) return 0;
      const estimate = new DistinctCounter();
      this.each((member) => estimate.add(member));
      this.estimate = estimate;
    }
    this.estimate.add(key);
    this.estimated = -1;
    return this.weight - before;
  }

  /** Forgets all but the keys that have one of `marks`; gives how much weight it lost. */
  keepOnly(marks: number): number {
    const before = this.weight;
    const kept: [K, number][] = [];
    this.each((key, own) => {
      if ((own & marks) !== 0) kept.push([key, own]);
    });
    this.clear();
    this.estimated = -1;
    for (const [key, own] of kept) this.mark(key, own, kept.length);
    return before - this.weight;
  }

  /** Begins anew for another owner. */
  clear(): void {
    this.first = undefined;
    this.list = undefined;
    this.map = undefined;
    this.given = 0;
    this.estimate = undefined;
    this.size = 0;
    this.overflow = 0;
  }

  /** Keys with their marks, in order of arrival, one after the other. */
  flat(): (K | number)[] {
    const flat: (K | number)[] = [];
    this.each((key, marks) => flat.push(key, marks));
    return flat;
  }

  /** Whether a key has all of `mark`. */
  some(mark: number): boolean {
    return (this.given & mark) === mark && this.count(mark) > 0;
  }

  /** How many keys have all of `mark`. */
  count(mark: number): number {
    let count = 0;
    if ((this.given & mark) !== mark) return count;
    this.each((_, marks) => {
      if ((marks & mark) === mark) count++;
    });
    return count;
  }

  /** The first few keys with all of `mark`, in order of arrival. */
  sample(mark: number, most: number): K[] {
    const found: K[] = [];
    if ((this.given & mark) !== mark) return found;
    this.each((key, marks) => {
      if ((marks & mark) === mark && found.length < most) found.push(key);
    });
    return found;
  }

  /** The estimate as it is saved; null while nothing was refused. */
  savedEstimate(): JsonValue {
    return this.estimate === undefined ? null : [this.estimate.save(), this.estimate.additions];
  }

  /** Takes back an estimate; gives its weight, or undefined when it is no such thing. */
  restoreEstimate(saved: JsonValue | undefined): number | undefined {
    if (saved === null || saved === undefined) return 0;
    if (!Array.isArray(saved) || !isCount(saved[1])) return undefined;
    const estimate = new DistinctCounter();
    if (!estimate.restore(saved[0], saved[1])) return undefined;
    const before = this.weight;
    this.estimate = estimate;
    this.estimated = -1;
    return this.weight - before;
  }

  /** Visits the keys in order of arrival. */
  private each(visit: (key: K, marks: number) => void): void {
    if (this.map !== undefined) {
      for (const [key, marks] of this.map) visit(key, marks);
    } else if (this.size > 0) {
      visit(this.first as K, this.firstMarks);
      const { list = [] } = this;
      for (let i = 0; i < list.length; i += 2) visit(list[i] as K, list[i + 1] as number);
    }
  }

  private add(key: K, marks: number): void {
    if (this.map !== undefined) this.map.set(key, marks);
    else if (this.size === 0) {
      this.first = key;
      this.firstMarks = marks;
    } else if (this.size < LIST_KEYS) {
      this.list ??= [];
      this.list.push(key, marks);
    } else {
      const map = new Map<K, number>();
      this.each((member, own) => map.set(member, own));
      this.map = map.set(key, marks);
      this.first = undefined;
      this.list = undefined;
    }
  }

  /** False when the key is not known. */
  private markKnown(key: K, marks: number): boolean {
    if (this.map !== undefined) {
      const own = this.map.get(key);
      if (own === undefined) return false;
      this.map.set(key, own | marks);
    } else if (this.size > 0 && this.first === key) this.firstMarks |= marks;
    else {
      const at = this.placeOf(key);
      if (at === -1) return false;
      const list = this.list!;
      list[at + 1] = (list[at + 1] as number) | marks;
    }
    this.given |= marks;
    return true;
  }

  /** Where the key is in the list; -1: nowhere. */
  private placeOf(key: K): number {
    const { list } = this;
    if (list === undefined) return -1;
    for (let i = 0; i < list.length; i += 2) if (list[i] === key) return i;
    return -1;
  }
}

/** Marks that are set need not be stored once more. */
export function hasAll(marks: number, wanted: number): boolean {
  return marks !== 0 && (marks & wanted) === wanted;
}
