import type { Value } from '../fields/field.js';
import { type Candidates, type Entrant, enter } from './candidates.js';
import type { NumberSieve } from './sieve.js';

interface Indexed {
  readonly index: number;
}

interface Bound<T> {
  readonly bound: number;
  readonly found: Entrant<T>[];
}

/** The sieves on one number: which signatures lie beyond a bound, and which at a value. */
export class NumberIndex<S, T extends Indexed> {
  private readonly read: (subject: S) => Value;
  private readonly equal = new Map<number, Entrant<T>[]>();
  /** The least bound first: the first that the number does not reach ends the walk. */
  private readonly above: Bound<T>[] = [];
  /** The greatest bound first. */
  private readonly below: Bound<T>[] = [];

  constructor(read: (subject: S) => Value) {
    this.read = read;
  }

  add({ low, high }: NumberSieve<S>, one: T, method: number): void {
    if (low === high) {
      const found = this.equal.get(low) ?? [];
      this.equal.set(low, found);
      enter(found, one, method);
    } else if (low > Number.NEGATIVE_INFINITY) {
      enter(foundAt(this.above, low), one, method);
      this.above.sort((a, b) => a.bound - b.bound);
    } else {
      enter(foundAt(this.below, high), one, method);
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

function foundAt<T>(bounds: Bound<T>[], bound: number): Entrant<T>[] {
  const known = bounds.find((other) => other.bound === bound);
  if (known !== undefined) return known.found;
  const found: Entrant<T>[] = [];
  bounds.push({ bound, found });
  return found;
}
