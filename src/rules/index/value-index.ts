import type { Value } from '../fields/field.js';
import type { Candidates } from './candidates.js';
import type { ValueSieve } from './sieve.js';

/** Different values of a field that are remembered: a wire has a few dozen. */
const LIMIT = 512;

interface Indexed {
  readonly index: number;
}

/** The sieves of one field with few values: for each value that came, what they let through. */
export class ValueIndex<S, T extends Indexed> {
  private readonly read: (subject: S) => Value;
  private readonly sieves: { readonly sieve: ValueSieve<S>; readonly one: T }[] = [];
  private readonly known = new Map<Value, T[]>();

  constructor(read: (subject: S) => Value) {
    this.read = read;
  }

  add(sieve: ValueSieve<S>, one: T): void {
    this.sieves.push({ sieve, one });
  }

  find(subject: S, candidates: Candidates<T>): void {
    const value = this.read(subject);
    if (value === undefined) return;
    let found = this.known.get(value);
    if (found === undefined) {
      found = this.sieves.filter(({ sieve }) => sieve.holds(subject)).map(({ one }) => one);
      if (this.known.size === LIMIT) this.known.clear();
      this.known.set(value, found);
    }
    if (found.length > 0) candidates.addAll(found);
  }
}
