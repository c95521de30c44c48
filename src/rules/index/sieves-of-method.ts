import type { CompiledSignature } from '../compile.js';
import type { FieldTable } from '../fields/field.js';
import { Candidates } from './candidates.js';
import type { Clause } from './clause.js';
import { NumberIndex } from './number-index.js';
import type { FlagSieve, SearchSieve, Sieve } from './sieve.js';
import { TextIndex } from './text-index.js';
import { ValueIndex } from './value-index.js';

/** The sieves of all signatures that can match messages of one method, joined by what they read. */
export class SievesOfMethod<S> {
  /** Signatures without a sieve. */
  private readonly always: CompiledSignature<S>[] = [];
  private readonly flags: { sieve: FlagSieve<S>; one: CompiledSignature<S> }[] = [];
  private readonly numbers: NumberIndex<S, CompiledSignature<S>>[] = [];
  private readonly texts: TextIndex<S, CompiledSignature<S>>[] = [];
  private readonly values: ValueIndex<S, CompiledSignature<S>>[] = [];
  private readonly searches: { sieve: SearchSieve<S>; one: CompiledSignature<S> }[] = [];
  private readonly byName = new Map<string, unknown>();
  private readonly candidates = new Candidates<CompiledSignature<S>>();
  private readonly fields: FieldTable<S>;

  constructor(fields: FieldTable<S>) {
    this.fields = fields;
  }

  add(one: CompiledSignature<S>, { sieves, share }: Clause<S>): void {
    if (share >= 1) this.always.push(one);
    else for (const sieve of sieves) this.addSieve(one, sieve);
  }

  /** The signatures worth trying, in order of loading; valid until the next call. */
  find(subject: S): readonly CompiledSignature<S>[] {
    const { candidates } = this;
    candidates.begin();
    candidates.addAll(this.always);
    for (const { sieve, one } of this.flags) {
      if (sieve.read(subject) === sieve.wanted) candidates.add(one);
    }
    for (const index of this.numbers) index.find(subject, candidates);
    for (const index of this.texts) index.find(subject, candidates);
    for (const index of this.values) index.find(subject, candidates);
    for (const { sieve, one } of this.searches) if (sieve.holds(subject)) candidates.add(one);
    return candidates.sorted();
  }

  private addSieve(one: CompiledSignature<S>, sieve: Sieve<S>): void {
    switch (sieve.kind) {
      case 'flag':
        this.flags.push({ sieve, one });
        break;
      case 'search':
        this.searches.push({ sieve, one });
        break;
      case 'number':
        this.indexOf(this.numbers, `number ${sieve.text}`, () => new NumberIndex(sieve.read)).add(
          sieve,
          one,
        );
        break;
      case 'value':
        this.indexOf(this.values, `value ${sieve.field}`, () => new ValueIndex(sieve.read)).add(
          sieve,
          one,
        );
        break;
      case 'text': {
        const field = this.fields.get(sieve.field)!;
        this.indexOf(this.texts, `text ${sieve.field}`, () => new TextIndex(field)).add(sieve, one);
      }
    }
  }

  private indexOf<I>(list: I[], name: string, make: () => I): I {
    let index = this.byName.get(name) as I | undefined;
    if (index === undefined) {
      index = make();
      this.byName.set(name, index);
      list.push(index);
    }
    return index;
  }
}
