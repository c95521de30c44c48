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
}

export type FieldTable<S> = ReadonlyMap<string, Field<S>>;
