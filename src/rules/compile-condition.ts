import type { Condition } from './condition.js';

/** Whether a test, or what is joined of tests, holds for a subject. */
export type Holds<S> = (subject: S) => boolean;

/** Makes a condition ready to run over its selections. */
export function compileCondition<S>(
  condition: Condition,
  selections: ReadonlyMap<string, Holds<S>>,
): Holds<S> {
  switch (condition.kind) {
    case 'name':
      return selections.get(condition.name)!;
    case 'not': {
      const operand = compileCondition(condition.operand, selections);
      return (subject) => !operand(subject);
    }
    case 'of': {
      const operands = condition.names.map((name) => selections.get(name)!);
      const { atLeast } = condition;
      return (subject) => {
        let held = 0;
        for (const operand of operands) if (operand(subject) && ++held === atLeast) return true;
        return false;
      };
    }
    default: {
      const operands = condition.operands.map((operand) => compileCondition(operand, selections));
      return condition.kind === 'and' ? allOf(operands) : anyOf(operands);
    }
  }
}

/** All of the tests, in order. Few are the common case and need no loop: each step less is time. */
export function allOf<S>(tests: readonly Holds<S>[]): Holds<S> {
  const [first, second, third, fourth] = tests;
  if (first === undefined) return () => true;
  if (second === undefined) return first;
  if (third === undefined) return (subject) => first(subject) && second(subject);
  if (fourth === undefined) {
    return (subject) => first(subject) && second(subject) && third(subject);
  }
  return (subject) => {
    for (const test of tests) if (!test(subject)) return false;
    return true;
  };
}

/** Any of the tests, in order. */
function anyOf<S>(tests: readonly Holds<S>[]): Holds<S> {
  const [first, second, third] = tests;
  if (first !== undefined && second !== undefined && third === undefined) {
    return (subject) => first(subject) || second(subject);
  }
  return (subject) => {
    for (const test of tests) if (test(subject)) return true;
    return false;
  };
}
