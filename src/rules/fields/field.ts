import type { SpanField, Spans } from './span.js';

/** What a field can be. Text is latin1: one character is one byte of the wire. */
export type Value = string | number | boolean | undefined;

/** A named field of a subject (a message or an observation). */
export interface Field<S> {
  readonly name: string;
  readonly doc: string;
  readonly type: 'text' | 'number' | 'boolean';
  /** Comparisons ignore case. */
  readonly fold: boolean;
  read(subject: S): Value;
  /** Where the bytes of the text are found without decoding them; not every field has that. */
  readonly span?: SpanField | undefined;
}

/** Wraps a reader so that one subject is asked once; readers with the same key share the answer. */
export type Remember<S> = (key: string, read: (subject: S) => Value) => (subject: S) => Value;

/** Finds where the fields of these groups stand; valid until the next subject. */
export type FindSpans<S> = (subject: S, groups: number) => Spans;

/** The fields of one kind of subject. */
export class FieldTable<S> {
  readonly remember: Remember<S>;
  /** Left out when no field has a span. */
  readonly findSpans: FindSpans<S> | undefined;
  private readonly fields: ReadonlyMap<string, Field<S>>;

  constructor(fields: readonly Field<S>[], remember: Remember<S>, findSpans?: FindSpans<S>) {
    this.fields = new Map(fields.map((field) => [field.name, field]));
    this.remember = remember;
    this.findSpans = findSpans;
  }

  get(name: string): Field<S> | undefined {
    return this.fields.get(name);
  }

  keys(): Iterable<string> {
    return this.fields.keys();
  }

  values(): Iterable<Field<S>> {
    return this.fields.values();
  }
}
