import type { CompiledSignature } from '../compile.js';
import type { Field, FieldTable } from '../fields/field.js';
import { Spans } from '../fields/span.js';
import { Candidates, type Entrant, enter } from './candidates.js';
import type { Clause } from './clause.js';
import { FlagIndex } from './flag-index.js';
import { NumberIndex } from './number-index.js';
import { SearchIndex } from './search-index.js';
import type { Sieve } from './sieve.js';
import { TextIndex } from './text-index.js';
import { ValueIndex } from './value-index.js';

type One<S> = CompiledSignature<S>;

const NO_SPANS = new Spans(0);
/** As many bits has a small integer. */
const MAX_METHODS = 30;

/**
 * The sieves of all signatures, joined by what they read. Methods share them: what is looked up for
 * each message then stays near the processor, whatever methods come in turn. A sieve knows for which
 * methods it lets a signature through.
 */
export class Sieves<S> {
  readonly fields: FieldTable<S>;
  readonly candidates = new Candidates<One<S>>();
  private readonly indexes = new Map<string, unknown>();
  private methods = 0;

  constructor(fields: FieldTable<S>) {
    this.fields = fields;
  }

  /** Sieves for messages of one more method; undefined: there is no place for more. */
  forMethod(): MethodSieves<S> | undefined {
    if (this.methods === MAX_METHODS) return undefined;
    return new MethodSieves(this, 1 << this.methods++);
  }

  index<I>(name: string, make: () => I): I {
    let index = this.indexes.get(name) as I | undefined;
    if (index === undefined) {
      index = make();
      this.indexes.set(name, index);
    }
    return index;
  }
}

/** Those that messages of one method go through. */
export class MethodSieves<S> {
  private readonly sieves: Sieves<S>;
  private readonly method: number;
  /** Signatures without a sieve. */
  private readonly always: Entrant<One<S>>[] = [];
  private readonly flags: FlagIndex<S, One<S>>[] = [];
  private readonly numbers: NumberIndex<S, One<S>>[] = [];
  private readonly texts: TextIndex<S, One<S>>[] = [];
  private readonly values: ValueIndex<S, One<S>>[] = [];
  private readonly searches: SearchIndex<S, One<S>>[] = [];
  /** Bits of the groups of spans that they look at. */
  private groups = 0;

  constructor(sieves: Sieves<S>, method: number) {
    this.sieves = sieves;
    this.method = method;
  }

  add(one: One<S>, { sieves, share }: Clause<S>): void {
    if (share >= 1) enter(this.always, one, this.method);
    else for (const sieve of sieves) this.addSieve(one, sieve);
  }

  /** The signatures worth trying, in order of loading; valid until the next call. */
  find(subject: S): readonly One<S>[] {
    const { candidates, fields } = this.sieves;
    candidates.begin(this.method);
    candidates.addAll(this.always);
    for (const index of this.flags) index.find(subject, candidates);
    for (const index of this.numbers) index.find(subject, candidates);
    for (const index of this.values) index.find(subject, candidates);
    const spans = fields.findSpans?.(subject, this.groups) ?? NO_SPANS;
    for (const index of this.texts) index.find(subject, spans, candidates);
    for (const index of this.searches) index.find(subject, spans, candidates);
    return candidates.sorted();
  }

  private addSieve(one: One<S>, sieve: Sieve<S>): void {
    const { sieves, method } = this;
    switch (sieve.kind) {
      case 'flag': {
        const index = sieves.index(`flag ${sieve.field}`, () => new FlagIndex(sieve.read));
        join(this.flags, index).add(sieve, one, method);
        break;
      }
      case 'number': {
        const index = sieves.index(`number ${sieve.text}`, () => new NumberIndex(sieve.read));
        join(this.numbers, index).add(sieve, one, method);
        break;
      }
      case 'value': {
        const index = sieves.index(`value ${sieve.field}`, () => new ValueIndex(sieve.read));
        join(this.values, index).add(sieve, one, method);
        break;
      }
      case 'search': {
        const field = this.fieldOf(sieve.field);
        const index = sieves.index(`search ${sieve.field}`, () => new SearchIndex(field));
        join(this.searches, index).add(sieve, one, method);
        break;
      }
      case 'text': {
        const field = this.fieldOf(sieve.field);
        const index = sieves.index(`text ${sieve.field}`, () => new TextIndex(field));
        join(this.texts, index).add(sieve, one, method);
        break;
      }
    }
  }

  private fieldOf(name: string): Field<S> {
    const field = this.sieves.fields.get(name)!;
    this.groups |= field.span?.group ?? 0;
    return field;
  }
}

/** Adds an index to those that are asked, once. */
function join<I>(list: I[], index: I): I {
  if (!list.includes(index)) list.push(index);
  return index;
}
