import { placeOf } from './place.js';

/** Stands for no slot. */
export const NOWHERE = 0;
/** A table takes no memory until its first key comes; then it grows in few steps. */
const SMALLEST = 16;
const GROWTH = 4;
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
  /** The first slot of each bucket. There is a power of two of them. */
  private buckets = NO_BUCKETS;
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
    const { buckets, numbers, next } = this;
    let slot = buckets[placeOf(key) & (buckets.length - 1)]!;
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
    return this.unused++;
  }

  /** Of 65,536 keys this takes less than a millisecond. All slots are in use. */
  private grow(): void {
    const wanted = Math.max(SMALLEST, GROWTH * this.capacity);
    this.capacity = this.capacity < this.limit ? Math.min(wanted, this.limit) : wanted;
    const { numbers, unused } = this;
    this.numbers = new Float64Array(this.capacity);
    this.numbers.set(numbers);
    this.next = new Int32Array(this.capacity);
    this.buckets = new Int32Array(2 ** Math.ceil(Math.log2(2 * this.capacity)));
    for (let slot = unused - this.size; slot < unused; slot++) {
      const number = numbers[slot]!;
      if (!Number.isNaN(number)) this.putInBucket(slot, number);
    }
  }

  private putInBucket(slot: number, key: number): void {
    const { buckets } = this;
    const bucket = placeOf(key) & (buckets.length - 1);
    this.next[slot] = buckets[bucket]!;
    buckets[bucket] = slot;
  }

  private takeOutOfBucket(slot: number, key: number): void {
    const { buckets, next } = this;
    const bucket = placeOf(key) & (buckets.length - 1);
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
