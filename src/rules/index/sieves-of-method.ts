import type { CompiledSignature } from '../compile.js';
import type { Field, FieldTable } from '../fields/field.js';
import { Spans } from '../fields/span.js';
import { Candidates } from './candidates.js';
import type { Clause } from './clause.js';
import { FlagIndex } from './flag-index.js';
import { NumberIndex } from './number-index.js';
import { SearchIndex } from './search-index.js';
import type { Sieve } from './sieve.js';
import { TextIndex } from './text-index.js';
import { ValueIndex } from './value-index.js';

const NO_SPANS = new Spans(0);

/** The sieves of all signatures that can match messages of one method, joined by what they read. */
export class SievesOfMethod<S> {
  /** Signatures without a sieve. */
  private readonly always: CompiledSignature<S>[] = [];
  private readonly flags: FlagIndex<S, CompiledSignature<S>>[] = [];
  private readonly numbers: NumberIndex<S, CompiledSignature<S>>[] = [];
  private readonly texts: TextIndex<S, CompiledSignature<S>>[] = [];
  private readonly values: ValueIndex<S, CompiledSignature<S>>[] = [];
  private readonly searches: SearchIndex<S, CompiledSignature<S>>[] = [];
  private readonly byName = new Map<string, unknown>();
  private readonly candidates = new Candidates<CompiledSignature<S>>();
  private readonly fields: FieldTable<S>;
  /** Bits of the groups of spans that they look at. */
  private groups = 0;

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
    for (const index of this.flags) index.find(subject, candidates);
    for (const index of this.numbers) index.find(subject, candidates);
    for (const index of this.values) index.find(subject, candidates);
    const spans = this.fields.findSpans?.(subject, this.groups) ?? NO_SPANS;
    for (const index of this.texts) index.find(subject, spans, candidates);
    for (const index of this.searches) index.find(subject, spans, candidates);
    return candidates.sorted();
  }

  private addSieve(one: CompiledSignature<S>, sieve: Sieve<S>): void {
    switch (sieve.kind) {
      case 'flag':
        this.indexOf(this.flags, `flag ${sieve.field}`, () => new FlagIndex(sieve.read)).add(
          sieve,
          one,
        );
        break;
      case 'search': {
        const field = this.fieldOf(sieve.field);
        const make = () => new SearchIndex<S, CompiledSignature<S>>(field);
        this.indexOf(this.searches, `search ${sieve.field}`, make).add(sieve, one);
        break;
      }
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
        const field = this.fieldOf(sieve.field);
        this.indexOf(this.texts, `text ${sieve.field}`, () => new TextIndex(field)).add(sieve, one);
      }
    }
  }

  private fieldOf(name: string): Field<S> {
    const field = this.fields.get(name)!;
    this.groups |= field.span?.group ?? 0;
    return field;
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
