import type { Value } from '../fields/field.js';
import type { Candidates, Entrant } from './candidates.js';
import type { ValueSieve } from './sieve.js';

/** Different values of a field that are remembered: a wire has a few dozen. */
const LIMIT = 512;

interface Tried<S, T> {
  readonly holds: (subject: S) => boolean;
  readonly entrant: Entrant<T>;
}

/** The sieves of one field with few values: for each value that came, what they let through. */
export class ValueIndex<S, T extends { readonly index: number }> {
  private readonly read: (subject: S) => Value;
  private readonly tests: Tried<S, T>[] = [];
  private readonly known = new Map<Value, Entrant<T>[]>();

  constructor(read: (subject: S) => Value) {
    this.read = read;
  }

  add({ holds }: ValueSieve<S>, one: T, method: number): void {
    const same = this.tests.find((test) => test.holds === holds && test.entrant.one === one);
    if (same !== undefined) same.entrant.methods |= method;
    else this.tests.push({ holds, entrant: { one, methods: method } });
    this.known.clear();
  }

  find(subject: S, candidates: Candidates<T>): void {
    const value = this.read(subject);
    if (value === undefined) return;
    let found = this.known.get(value);
    if (found === undefined) {
      found = this.tests.filter(({ holds }) => holds(subject)).map(({ entrant }) => entrant);
      if (this.known.size === LIMIT) this.known.clear();
      this.known.set(value, found);
    }
    if (found.length > 0) candidates.addAll(found);
  }
}
