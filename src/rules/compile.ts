import { type Condition, namesIn, parseCondition } from './condition.js';
import { compileExpression, type Expression } from './expression.js';
import type { FieldTable } from './field.js';
import type { ListCache } from './lists.js';
import { type Anchor, compileTest, type Test } from './operators.js';
import { SignatureProblem } from './problem.js';
import type { Selection, Signature } from './signature.js';
import { compileTemplate, type Template } from './template.js';

/** A signature made ready to run over subjects of type `S`. */
export interface CompiledSignature<S> {
  readonly signature: Signature;
  /** Unique small number: part of the keys of counters and suppression. */
  readonly index: number;
  readonly selections: ReadonlyMap<string, (subject: S) => boolean>;
  readonly matches: (subject: S) => boolean;
  /** Values that make the group of a count or sequence. */
  readonly groupBy: readonly Expression<S>[];
  readonly distinct: Expression<S> | undefined;
  /** Selections of a sequence, in order. */
  readonly steps: readonly ((subject: S) => boolean)[];
  readonly suppressBy: readonly Expression<S>[];
  readonly extracts: readonly { name: string; secret: boolean; expression: Expression<S> }[];
  readonly template: Template<S>;
  /** Literals of which at least one must be there, for the index; undefined: always tried. */
  readonly anchors: readonly Anchor[] | undefined;
}

/** Compiles a signature; every problem of it is added with file and line. */
export function compileSignature<S>(
  signature: Signature,
  index: number,
  fields: FieldTable<S>,
  lists: ListCache,
  problems: SignatureProblem[],
): CompiledSignature<S> | undefined {
  const before = problems.length;
  const problem = (message: string) =>
    problems.push(new SignatureProblem(signature.file, signature.line, message));
  const expression = (text: string): Expression<S> | undefined => {
    const compiled = compileExpression(text, fields);
    if (!('error' in compiled)) return compiled;
    problem(compiled.error);
    return undefined;
  };
  const expressions = (texts: readonly string[]) =>
    texts.map(expression).filter((compiled) => compiled !== undefined);

  const tests = new Map<string, Test<S>[]>();
  for (const [name, selection] of signature.selections) {
    tests.set(name, compileSelection(name, selection, fields, lists, problem));
  }
  const selections = new Map([...tests].map(([name, list]) => [name, allOf(list)]));
  const condition = parseCondition(signature.condition, [...selections.keys()]);
  if ('error' in condition) {
    problem(`condition: ${condition.error}`);
    return undefined;
  }
  for (const name of unusedSelections(signature, condition)) {
    problem(`selection "${name}" is not used in the condition; use it or remove it`);
  }
  const steps = (signature.sequence?.steps ?? []).map((name) => {
    const step = selections.get(name);
    if (step === undefined) problem(`sequence: there is no selection "${name}"`);
    return step ?? (() => false);
  });
  const distinct = signature.count?.distinct;
  const compiled: CompiledSignature<S> = {
    signature,
    index,
    selections,
    matches: compileCondition(condition, selections),
    groupBy: expressions(signature.count?.groupBy ?? signature.sequence?.groupBy ?? []),
    distinct: distinct === undefined ? undefined : expression(distinct),
    steps,
    suppressBy: expressions(signature.alert.suppressBy),
    extracts: signature.extracts.flatMap(({ name, field, secret }) => {
      const value = expression(field);
      return value === undefined ? [] : [{ name, secret, expression: value }];
    }),
    template: compileTemplate(signature.alert.message, fields, problem),
    anchors: anchorsOf(condition, tests),
  };
  return problems.length > before ? undefined : compiled;
}

function compileSelection<S>(
  name: string,
  selection: Selection,
  fields: FieldTable<S>,
  lists: ListCache,
  problem: (message: string) => void,
): Test<S>[] {
  const tests: Test<S>[] = [];
  for (const [key, value] of Object.entries(selection)) {
    const test = compileTest(key, value, fields, lists);
    if ('error' in test) problem(`${name}.${key}: ${test.error}`);
    else tests.push(test);
  }
  return tests.sort((a, b) => a.cost - b.cost);
}

function unusedSelections(signature: Signature, condition: Condition): string[] {
  const used = new Set([...namesIn(condition), ...(signature.sequence?.steps ?? [])]);
  return [...signature.selections.keys()].filter((name) => !used.has(name));
}

function allOf<S>(tests: readonly Test<S>[]): (subject: S) => boolean {
  const [first, second] = tests;
  if (first === undefined) return () => true;
  if (second === undefined) return (subject) => first.holds(subject);
  return (subject) => {
    for (const test of tests) if (!test.holds(subject)) return false;
    return true;
  };
}

function compileCondition<S>(
  condition: Condition,
  selections: ReadonlyMap<string, (subject: S) => boolean>,
): (subject: S) => boolean {
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
      return condition.kind === 'and'
        ? (subject) => operands.every((operand) => operand(subject))
        : (subject) => operands.some((operand) => operand(subject));
    }
  }
}

/** Fields by how cheap and how telling they are as the key of an index. */
const ANCHOR_FIELDS = ['user_agent', 'from.tag', 'via.branch', 'from.user', 'from.host'];

/**
 * Literals of which one must be there whenever the condition holds. For `and`, the best operand
 * alone is enough; for `or` and `of`, each operand must have some.
 */
function anchorsOf<S>(
  condition: Condition,
  tests: ReadonlyMap<string, readonly Test<S>[]>,
): readonly Anchor[] | undefined {
  switch (condition.kind) {
    case 'name': {
      const anchors = tests.get(condition.name)!.flatMap((test) => test.anchor ?? []);
      const usable = anchors.filter((anchor) => ANCHOR_FIELDS.includes(anchor.field));
      usable.sort((a, b) => ANCHOR_FIELDS.indexOf(a.field) - ANCHOR_FIELDS.indexOf(b.field));
      return usable.length === 0 ? undefined : usable.slice(0, 1);
    }
    case 'not':
      return undefined;
    case 'and':
      return condition.operands.map((operand) => anchorsOf(operand, tests)).find((found) => found);
    case 'or':
      return allAnchors(condition.operands.map((operand) => anchorsOf(operand, tests)));
    case 'of':
      return allAnchors(condition.names.map((name) => anchorsOf({ kind: 'name', name }, tests)));
  }
}

function allAnchors(found: (readonly Anchor[] | undefined)[]): readonly Anchor[] | undefined {
  return found.every((anchors) => anchors !== undefined) ? found.flat() : undefined;
}
