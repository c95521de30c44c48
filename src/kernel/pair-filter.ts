const BUCKETS = 8;
const ALL_HALVES = 0xffff;

/** Two neighbouring bytes; `second` undefined: whatever follows the first. */
export type Pair = readonly [first: number, second: number | undefined];

/** As in assembly/layout.ts: bytes of the four tables, and bits that number a slot. */
const TABLES = 4 * 16;
const PAIR_SLOT_BITS = 11;
const WORD_SLOT_BITS = 13;
const SINGLES = TABLES;
const PAIR_SLOTS = SINGLES + 256 / 8;
const WORD_SLOTS = PAIR_SLOTS + (1 << PAIR_SLOT_BITS) / 8;
export const FILTER_LENGTH = WORD_SLOTS + (1 << WORD_SLOT_BITS) / 8;
/** As in assembly/search.ts. */
const FACTOR = 0x9e3779b1;
const SMALL = 0x20202020;

/**
 * Pairs of neighbouring bytes, with the two behind them or without, in the form in which the kernel
 * looks for them. First there are eight buckets of pairs, and for each half of both bytes the buckets
 * in which it stands: a bucket lets all mixtures of its halves through, so pairs that mix little share
 * one. Then each pair that is left must stand in a slot by its hash, alone or with the two bytes behind
 * it; a byte that any may follow has a bit of its own. Who asks must look again.
 */
export class PairFilter {
  /**
   * The tables by half byte: of the first byte the lower and the higher half, and then of the second;
   * behind them the slots, eight in a byte.
   */
  readonly bytes = new Uint8Array(FILTER_LENGTH);
  private readonly buckets = Array.from({ length: BUCKETS }, () => new Bucket());

  /**
   * Adds pairs that lie close together, such as the same letters in either case. `behind`: the two
   * characters that follow each of them, in either case; undefined: whatever follows.
   */
  add(pairs: readonly Pair[], behind?: string): void {
    const bucket = this.bestFor(pairs);
    for (const pair of pairs) {
      bucket.add(pair);
      this.openSlot(pair, behind);
    }
    const bit = 1 << this.buckets.indexOf(bucket);
    for (const [table, halves] of bucket.halves.entries()) {
      for (let half = 0; half < 16; half++) {
        if ((halves & (1 << half)) !== 0) this.bytes[16 * table + half] |= bit;
      }
    }
  }

  private openSlot([first, second]: Pair, behind: string | undefined): void {
    if (second === undefined) {
      this.set(SINGLES, first);
      return;
    }
    const pair = first | (second << 8);
    if (behind === undefined) {
      this.set(PAIR_SLOTS, slotOf((pair | SMALL) & 0xffff, PAIR_SLOT_BITS));
      return;
    }
    const [third, fourth] = [behind.charCodeAt(0), behind.charCodeAt(1)];
    const word = pair | (third << 16) | (fourth << 24);
    this.set(WORD_SLOTS, slotOf(word | SMALL, WORD_SLOT_BITS));
  }

  private set(slots: number, slot: number): void {
    this.bytes[slots + (slot >>> 3)] |= 1 << (slot & 7);
  }

  /** The one that grows least by them: an empty one as long as there is any. */
  private bestFor(pairs: readonly Pair[]): Bucket {
    let best = this.buckets[0]!;
    let least = best.growthBy(pairs);
    for (const bucket of this.buckets) {
      const growth = bucket.growthBy(pairs);
      if (growth < least) [best, least] = [bucket, growth];
    }
    return best;
  }
}

/** Which halves of bytes stand in the pairs of one bucket: a bit for each of the sixteen. */
class Bucket {
  readonly halves = [0, 0, 0, 0];

  add([first, second]: Pair): void {
    const halves = [first & 15, first >> 4, (second ?? 0) & 15, (second ?? 0) >> 4];
    for (const [table, half] of halves.entries()) {
      this.halves[table]! |= second === undefined && table > 1 ? ALL_HALVES : 1 << half;
    }
  }

  /** How many pairs more it lets through with these. To begin an empty one counts as one at most. */
  growthBy(pairs: readonly Pair[]): number {
    const grown = new Bucket();
    for (const [table, halves] of this.halves.entries()) grown.halves[table] = halves;
    for (const pair of pairs) grown.add(pair);
    const growth = grown.size - this.size;
    return this.size === 0 ? Math.min(growth, 1) : growth;
  }

  /** How many pairs it lets through. */
  private get size(): number {
    return this.halves.reduce((product, halves) => product * bitsIn(halves), 1);
  }
}

function slotOf(key: number, bits: number): number {
  return Math.imul(key, FACTOR) >>> (32 - bits);
}

function bitsIn(bits: number): number {
  let count = 0;
  for (let left = bits; left !== 0; left &= left - 1) count++;
  return count;
}
