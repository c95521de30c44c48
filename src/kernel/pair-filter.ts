const BUCKETS = 8;
const ALL_HALVES = 0xffff;

/** Two neighbouring bytes; `second` undefined: whatever follows the first. */
export type Pair = readonly [first: number, second: number | undefined];

/**
 * Pairs of neighbouring bytes in the form in which the kernel looks for them: eight buckets of pairs,
 * and for each half of both bytes the buckets in which it stands. A bucket lets all mixtures of its
 * halves through, so who asks must look again, and pairs that mix little share one.
 */
export class PairFilter {
  /** By half byte: of the first byte the lower and the higher half, and then of the second. */
  readonly tables = new Uint8Array(4 * 16);
  private readonly buckets = Array.from({ length: BUCKETS }, () => new Bucket());

  /** Adds pairs that lie close together, such as the same letters in either case. */
  add(pairs: readonly Pair[]): void {
    const bucket = this.bestFor(pairs);
    for (const pair of pairs) bucket.add(pair);
    const bit = 1 << this.buckets.indexOf(bucket);
    for (const [table, halves] of bucket.halves.entries()) {
      for (let half = 0; half < 16; half++) {
        if ((halves & (1 << half)) !== 0) this.tables[16 * table + half] |= bit;
      }
    }
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

function bitsIn(bits: number): number {
  let count = 0;
  for (let left = bits; left !== 0; left &= left - 1) count++;
  return count;
}
