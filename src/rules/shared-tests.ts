import { allOf, type Holds } from './compile-condition.js';
import type { FieldTable } from './fields/field.js';
import type { ListCache } from './lists.js';
import { compileTest, type Test } from './operators.js';
import type { Scalar } from './signature.js';

/** A test, and how it was written: the same words are the same test. */
export interface NamedTest<S> extends Test<S> {
  readonly text: string;
}

type Compiled<S> = NamedTest<S> | { readonly error: string };

/**
 * The tests of all signatures. Those that are written alike are one, and so are selections: the
 * fewer there are, the more of them are near the processor when they are asked.
 */
export class SharedTests<S> {
  readonly fields: FieldTable<S>;
  private readonly lists: ListCache;
  private readonly tests = new Map<string, Compiled<S>>();
  private readonly joined = new Map<string, Holds<S>>();

  constructor(fields: FieldTable<S>, lists: ListCache) {
    this.fields = fields;
    this.lists = lists;
  }

  /** Compiles one line of a selection. */
  test(key: string, value: Scalar | readonly Scalar[]): Compiled<S> {
    const text = `${key}: ${JSON.stringify(value)}`;
    let test = this.tests.get(text);
    if (test === undefined) {
      const compiled = compileTest(key, value, this.fields, this.lists);
      test = 'error' in compiled ? compiled : { ...compiled, text };
      this.tests.set(text, test);
    }
    return test;
  }

  /** Whether all of the tests hold, in their order. */
  allOf(tests: readonly NamedTest<S>[]): Holds<S> {
    const text = JSON.stringify(tests.map((test) => test.text));
    let holds = this.joined.get(text);
    if (holds === undefined) {
      holds = allOf(tests.map((test) => test.holds));
      this.joined.set(text, holds);
    }
    return holds;
  }
}
