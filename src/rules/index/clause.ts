import type { Condition } from '../condition.js';
import type { Test } from '../operators.js';
import { type Sieve, shareOf, type TextSieve } from './sieve.js';
import { joinedText } from './text-sieves.js';

/** Sieves of which one must let a message through for a condition to hold. */
export interface Clause<S> {
  readonly sieves: readonly Sieve<S>[];
  /** About how many of all honest messages they let through: 0 none, 1 all. */
  readonly share: number;
}

export type Tests<S> = ReadonlyMap<string, readonly Test<S>[]>;
/** Whether a test holds for all messages of a kind, or for none; undefined: it depends. */
export type KnownTest<S> = (test: Test<S>) => boolean | undefined;

const NO_SIEVES: readonly never[] = [];
const ALL = { sieves: NO_SIEVES, share: 1 };
const NONE = { sieves: NO_SIEVES, share: 0 };

/** Finds the cheapest thing that must be seen before a condition is worth trying. */
export class ClauseFinder<S> {
  private readonly tests: Tests<S>;
  private readonly known: KnownTest<S>;

  constructor(tests: Tests<S>, known: KnownTest<S>) {
    this.tests = tests;
    this.known = known;
  }

  /** What must be seen for the condition to hold, or, `held` being false, not to hold. */
  of(condition: Condition, held = true): Clause<S> {
    switch (condition.kind) {
      case 'name':
        return this.ofSelection(condition.name, held);
      case 'not':
        return this.of(condition.operand, !held);
      case 'of': {
        const { names, atLeast } = condition;
        const clauses = names.map((name) => this.ofSelection(name, held));
        return ofSome(clauses, held ? atLeast : names.length - atLeast + 1);
      }
      default: {
        const clauses = condition.operands.map((operand) => this.of(operand, held));
        return ofSome(clauses, (condition.kind === 'and') === held ? clauses.length : 1);
      }
    }
  }

  private ofSelection(name: string, held: boolean): Clause<S> {
    const clauses = (this.tests.get(name) ?? []).map((test) => this.ofTest(test, held));
    return ofSome(clauses, held ? clauses.length : 1);
  }

  private ofTest(test: Test<S>, held: boolean): Clause<S> {
    const known = this.known(test);
    if (known !== undefined) return known === held ? ALL : NONE;
    const sieves = held ? test.sieves() : undefined;
    return sieves === undefined ? ALL : { sieves, share: sum(sieves.map(shareOf)) };
  }
}

/**
 * What must be seen for so many of the clauses to hold. Where k of n must, one of any n-k+1 must:
 * the n-k+1 that let the least through. Where all must, sieves on the same text are one.
 */
function ofSome<S>(clauses: readonly Clause<S>[], atLeast: number): Clause<S> {
  if (atLeast === 0) return ALL;
  const isAll = atLeast === clauses.length;
  const chosen = [...(isAll ? joined(clauses) : clauses)]
    .sort((a, b) => a.share - b.share)
    .slice(0, isAll ? 1 : clauses.length - atLeast + 1);
  const share = sum(chosen.map((clause) => clause.share));
  return share >= 1 ? ALL : { sieves: chosen.flatMap(({ sieves }) => sieves), share };
}

/** Of clauses that all hold, those of one sieve on the same text become one. */
function joined<S>(clauses: readonly Clause<S>[]): readonly Clause<S>[] {
  const texts = new Map<string, { sieve: TextSieve; share: number }>();
  const others: Clause<S>[] = [];
  for (const clause of clauses) {
    const [sieve, further] = clause.sieves;
    if (sieve?.kind !== 'text' || further !== undefined) {
      others.push(clause);
      continue;
    }
    const known = texts.get(sieve.field);
    const both = known === undefined ? sieve : joinedText(known.sieve, sieve);
    // It lets no more through than either, whatever is thought of their words.
    const share = Math.min(known?.share ?? 1, clause.share, shareOf(both));
    texts.set(sieve.field, { sieve: both, share });
  }
  const ofTexts = [...texts.values()].map(({ sieve, share }) => ({ sieves: [sieve], share }));
  return [...ofTexts, ...others];
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
