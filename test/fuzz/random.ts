/**
 * Numbers that look random and are the same for the same seed, on every machine: sfc32 (Doty-
 * Humphrey's PractRand), 128 bits of state. Only its quality matters here, never its secrecy.
 */
export class Random {
  private a: number;
  private b: number;
  private c: number;
  private counter = 1;

  constructor(seed: number, stream = 0) {
    this.a = seed | 0;
    this.b = Math.floor(seed / 2 ** 32) | 0;
    this.c = stream | 0;
    for (let i = 0; i < 16; i++) this.word();
  }

  /** 32 bits, unsigned. */
  word(): number {
    const sum = (this.a + this.b + this.counter) | 0;
    this.counter = (this.counter + 1) | 0;
    this.a = this.b ^ (this.b >>> 9);
    this.b = (this.c + (this.c << 3)) | 0;
    this.c = ((this.c << 21) | (this.c >>> 11)) + sum;
    return sum >>> 0;
  }

  /** From 0 to `limit` - 1. */
  below(limit: number): number {
    return Math.floor((this.word() / 2 ** 32) * limit);
  }

  /** Both ends may come. */
  between(least: number, most: number): number {
    return least + this.below(most - least + 1);
  }

  chance(share: number): boolean {
    return this.word() < share * 2 ** 32;
  }

  pick<T>(from: readonly T[]): T {
    return from[this.below(from.length)]!;
  }

  /** Mostly small, now and then large, never above `most`: half of them 0 or 1. */
  small(most: number): number {
    let value = this.below(2);
    for (let size = 2; size < most && this.chance(0.5); size *= 2) value += this.below(size);
    return Math.min(value, most);
  }
}
