import type { TableStatus } from '../telemetry/table-status.js';
import { placeOf } from './place.js';

const NOWHERE = -1;

/** What was noted of a key when it came for the first time. */
export interface FirstSight {
  /** Who it was noted for, and the hash that the key is known by. */
  readonly owner: string;
  readonly hash: number;
  /** Packet time (seconds). */
  readonly time: number;
  /** A number that came with it; NaN: none did. */
  readonly value: number;
  readonly flag: boolean;
}

/**
 * Keys that came once, each with its time and one number, in arrays that are written over in turn:
 * 60 bytes an entry, buckets included, none of them for the garbage collector. A flood of keys that never come again
 * ends here. The key itself is not kept but a hash of 53 bits, so two of them are taken for one
 * once in so many thousand million look-ups.
 */
export class FirstSights {
  private readonly limit: number;
  private readonly onEvict: (hash: number, flag: boolean) => void;
  private readonly owners: string[];
  private readonly hashes: Float64Array;
  private readonly times: Float64Array;
  private readonly values: Float64Array;
  private readonly flags: Uint8Array;
  /** Which places are taken, and the next in the same bucket. */
  private readonly taken: Uint8Array;
  private readonly next: Int32Array;
  private readonly buckets: Int32Array;
  private size = 0;
  private evicted = 0;
  /** Where the next one is written: what stands there came before all others. */
  private cursor = 0;

  /** `onEvict` is told of each that is written over; not of those that were removed. */
  constructor(limit: number, onEvict: (hash: number, flag: boolean) => void = () => {}) {
    this.limit = limit;
    this.onEvict = onEvict;
    this.owners = new Array<string>(limit).fill('');
    this.hashes = new Float64Array(limit);
    this.times = new Float64Array(limit);
    this.values = new Float64Array(limit);
    this.flags = new Uint8Array(limit);
    this.taken = new Uint8Array(limit);
    this.next = new Int32Array(limit);
    this.buckets = new Int32Array(2 ** Math.ceil(Math.log2(2 * limit))).fill(NOWHERE);
  }

  /** Where a hash was noted; -1: nowhere. Valid until something is added. */
  find(hash: number): number {
    let at = this.buckets[this.bucketOf(hash)]!;
    while (at !== NOWHERE && this.hashes[at] !== hash) at = this.next[at]!;
    return at;
  }

  timeAt(at: number): number {
    return this.times[at]!;
  }

  valueAt(at: number): number {
    return this.values[at]!;
  }

  /** Notes a hash that was not found, in the place of the oldest when all are taken. */
  add(owner: string, hash: number, time: number, value: number, flag: boolean): void {
    const at = this.cursor;
    this.cursor = at + 1 === this.limit ? 0 : at + 1;
    if (this.taken[at] === 1) {
      const [oldest, itsFlag] = [this.hashes[at]!, this.flags[at] === 1];
      this.remove(at);
      this.evicted++;
      this.onEvict(oldest, itsFlag);
    }
    const bucket = this.bucketOf(hash);
    this.owners[at] = owner;
    this.hashes[at] = hash;
    this.times[at] = time;
    this.values[at] = value;
    this.flags[at] = flag ? 1 : 0;
    this.taken[at] = 1;
    this.next[at] = this.buckets[bucket]!;
    this.buckets[bucket] = at;
    this.size++;
  }

  remove(at: number): void {
    const { next, buckets } = this;
    const bucket = this.bucketOf(this.hashes[at]!);
    if (buckets[bucket] === at) buckets[bucket] = next[at]!;
    else {
      let before = buckets[bucket]!;
      while (next[before] !== at) before = next[before]!;
      next[before] = next[at]!;
    }
    this.taken[at] = 0;
    this.size--;
  }

  /** Forgets those whose owner is not to be kept. */
  keepOnly(isKept: (owner: string) => boolean): void {
    for (let at = 0; at < this.limit; at++) {
      if (this.taken[at] === 1 && !isKept(this.owners[at]!)) this.remove(at);
    }
  }

  /** From the oldest on, for who takes his time: what was written over meanwhile may come too. */
  *walk(): Generator<FirstSight> {
    const from = this.cursor;
    for (let i = 0; i < this.limit; i++) {
      const at = (from + i) % this.limit;
      if (this.taken[at] === 0) continue;
      yield {
        owner: this.owners[at]!,
        hash: this.hashes[at]!,
        time: this.times[at]!,
        value: this.values[at]!,
        flag: this.flags[at] === 1,
      };
    }
  }

  status(table: string): TableStatus {
    const { size, limit, evicted } = this;
    return { table, entries: size, limit, evicted };
  }

  /** Nobody can foresee which hashes share a bucket: see `placeOf`. */
  private bucketOf(hash: number): number {
    return placeOf(hash) & (this.buckets.length - 1);
  }
}
