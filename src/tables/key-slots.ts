import { placeOf } from './place.js';

/** Stands for no slot. */
export const NOWHERE = 0;
/** A table takes no memory until its first key comes; then it grows in few steps. */
const SMALLEST = 16;
const GROWTH = 4;
/** Open for each slot that was ever used, so that most chains have one slot or none. */
const BUCKETS = 2;
/** One empty bucket, never written: that of all tables without keys. */
const NO_BUCKETS = new Int32Array(1);

/**
 * Gives each key a slot: a small whole number, under which its owner keeps in arrays what he knows
 * of the key. Whole numbers, which most keys are (addresses, hashes of 53 bits), stand in typed
 * arrays: a Map boxes each that is longer than 31 bits, takes four times the memory, and finds them
 * in twice the time. Other keys stand in a Map, since V8 remembers the hash of a text.
 *
 * Invariant: each slot in use is in the chain of exactly one bucket, or in `others`.
 */
export class KeySlots<K> {
  /** Keys that have a slot. */
  size = 0;
  private readonly limit: number;
  private capacity: number;
  /** Slots from here on were never given away. */
  private unused: number;
  /** The slot that was taken back last. */
  private free = NOWHERE;
  /** The key in each slot; NaN: it is in `others` and in `otherKeys`. */
  private numbers = new Float64Array(0);
  /** The slot behind each, in the chain of its bucket or of free ones. */
  private next = new Int32Array(0);
  /**
   * The first slot of each bucket. Linear hashing (Litwin 1980): buckets open one after the other,
   * two with each new slot, and take their keys out of one bucket each. To move all keys when the
   * table grows would cost one packet some milliseconds.
   */
  private buckets = NO_BUCKETS;
  private open = 1;
  /** One less than a power of two: the least such number that leads to all that are open. */
  private mask = 0;
  private readonly others = new Map<K, number>();
  private readonly otherKeys: (K | undefined)[] = [];

  /** Slots below `first`, at least 1, belong to the owner; there are seldom more than `limit`. */
  constructor(first: number, limit: number) {
    this.unused = first;
    this.capacity = first;
    this.limit = first + limit;
  }

  /** The slot of a key, or NOWHERE. */
  find(key: K): number {
    if (typeof key !== 'number' || !isWhole(key)) return this.others.get(key) ?? NOWHERE;
    const { numbers, next } = this;
    let slot = this.buckets[this.bucketOf(key)]!;
    while (slot !== NOWHERE && numbers[slot] !== key) slot = next[slot]!;
    return slot;
  }

  /** Gives a slot to a key that has none. */
  add(key: K): number {
    const slot = this.takeSlot();
    this.size++;
    if (typeof key === 'number' && isWhole(key)) {
      this.numbers[slot] = key;
      this.putInBucket(slot, key);
    } else {
      this.numbers[slot] = Number.NaN;
      this.others.set(key, slot);
      while (this.otherKeys.length <= slot) this.otherKeys.push(undefined);
      this.otherKeys[slot] = key;
    }
    return slot;
  }

  /** Takes the slot away from its key. */
  remove(slot: number): void {
    const number = this.numbers[slot]!;
    if (Number.isNaN(number)) {
      this.others.delete(this.otherKeys[slot]!);
      this.otherKeys[slot] = undefined;
    } else this.takeOutOfBucket(slot, number);
    this.next[slot] = this.free;
    this.free = slot;
    this.size--;
  }

  keyAt(slot: number): K {
    const number = this.numbers[slot]!;
    return (Number.isNaN(number) ? this.otherKeys[slot] : number) as K;
  }

  private takeSlot(): number {
    const { free } = this;
    if (free !== NOWHERE) {
      this.free = this.next[free]!;
      return free;
    }
    if (this.unused === this.capacity) this.grow();
    for (let i = 0; i < BUCKETS; i++) this.openBucket();
    return this.unused++;
  }

  /** Copies memory, and looks at no key. */
  private grow(): void {
    const wanted = Math.max(SMALLEST, GROWTH * this.capacity);
    this.capacity = this.capacity < this.limit ? Math.min(wanted, this.limit) : wanted;
    const { numbers, next, buckets } = this;
    this.numbers = new Float64Array(this.capacity);
    this.numbers.set(numbers);
    this.next = new Int32Array(this.capacity);
    this.next.set(next);
    this.buckets = new Int32Array(BUCKETS * this.capacity);
    this.buckets.set(buckets);
  }

  /** Some keys of another bucket belong into the one that opens next. */
  private openBucket(): void {
    const opened = this.open++;
    if (opened > this.mask) this.mask = 2 * this.mask + 1;
    const { buckets, next } = this;
    const parted = opened & (this.mask >>> 1);
    let slot = buckets[parted]!;
    buckets[parted] = NOWHERE;
    while (slot !== NOWHERE) {
      const behind = next[slot]!;
      this.putInBucket(slot, this.numbers[slot]!);
      slot = behind;
    }
  }

  /** A bucket that is not open yet is still part of the one without its highest bit. */
  private bucketOf(key: number): number {
    const { mask } = this;
    const bucket = placeOf(key) & mask;
    // All bits when it is not open: a branch here would be foreseen by no processor.
    const isClosed = (this.open - 1 - bucket) >> 31;
    return bucket & ~(isClosed & (mask ^ (mask >>> 1)));
  }

  private putInBucket(slot: number, key: number): void {
    const { buckets } = this;
    const bucket = this.bucketOf(key);
    this.next[slot] = buckets[bucket]!;
    buckets[bucket] = slot;
  }

  private takeOutOfBucket(slot: number, key: number): void {
    const { buckets, next } = this;
    const bucket = this.bucketOf(key);
    let before = buckets[bucket]!;
    if (before === slot) {
      buckets[bucket] = next[slot]!;
      return;
    }
    while (next[before] !== slot) before = next[before]!;
    next[before] = next[slot]!;
  }
}

/** Not a fraction and not NaN. */
function isWhole(key: number): boolean {
  return key >>> 0 === key || Math.floor(key) === key;
}
