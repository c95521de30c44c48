import type { Value } from '../fields/field.js';
import type { Candidates } from './candidates.js';
import type { NumberSieve } from './sieve.js';

interface Indexed {
  readonly index: number;
}

interface Bound<T> {
  readonly bound: number;
  readonly found: T[];
}

/** The sieves on one number: which signatures lie beyond a bound, and which at a value. */
export class NumberIndex<S, T extends Indexed> {
  private readonly read: (subject: S) => Value;
  private readonly equal = new Map<number, T[]>();
  /** The least bound first: the first that the number does not reach ends the walk. */
  private readonly above: Bound<T>[] = [];
  /** The greatest bound first. */
  private readonly below: Bound<T>[] = [];

  constructor(read: (subject: S) => Value) {
    this.read = read;
  }

  add({ low, high }: NumberSieve<S>, one: T): void {
    if (low === high) {
      const found = this.equal.get(low);
      if (found === undefined) this.equal.set(low, [one]);
      else found.push(one);
    } else if (low > Number.NEGATIVE_INFINITY) {
      this.above.push({ bound: low, found: [one] });
      this.above.sort((a, b) => a.bound - b.bound);
    } else {
      this.below.push({ bound: high, found: [one] });
      this.below.sort((a, b) => b.bound - a.bound);
    }
  }

  find(subject: S, candidates: Candidates<T>): void {
    const value = this.read(subject);
    if (typeof value !== 'number') return;
    if (this.equal.size > 0) {
      const found = this.equal.get(value);
      if (found !== undefined) candidates.addAll(found);
    }
    for (const { bound, found } of this.above) {
      if (value < bound) break;
      candidates.addAll(found);
    }
    for (const { bound, found } of this.below) {
      if (value > bound) break;
      candidates.addAll(found);
    }
  }
}
