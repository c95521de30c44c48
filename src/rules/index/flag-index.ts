import type { Value } from '../fields/field.js';
import { type Candidates, type Entrant, enter } from './candidates.js';
import type { FlagSieve } from './sieve.js';

/** The sieves on one flag: it is read once for all of them. */
export class FlagIndex<S, T extends { readonly index: number }> {
  private readonly read: (subject: S) => Value;
  private readonly set: Entrant<T>[] = [];
  private readonly unset: Entrant<T>[] = [];

  constructor(read: (subject: S) => Value) {
    this.read = read;
  }

  add({ wanted }: FlagSieve<S>, one: T, method: number): void {
    enter(wanted ? this.set : this.unset, one, method);
  }

  find(subject: S, candidates: Candidates<T>): void {
    const value = this.read(subject);
    if (value === true) candidates.addAll(this.set);
    else if (value === false) candidates.addAll(this.unset);
  }
}
