import { DocumentProblem } from '../documents/problem.js';
import { compileCondition } from './compile-condition.js';
import { type Condition, namesIn, parseCondition } from './condition.js';
import { compileExpression, type Expression } from './expression.js';
import { KeyStart } from './group-key.js';
import { type Clause, ClauseFinder, type KnownTest } from './index/clause.js';
import type { Test } from './operators.js';
import type { NamedTest, SharedTests } from './shared-tests.js';
import type { Selection, Signature } from './signature.js';
import { compileTemplate, type Template } from './template.js';

/** A signature made ready to run over subjects of type `S`. */
export interface CompiledSignature<S> {
  readonly signature: Signature;
  /** Its place in the set that runs. */
  readonly index: number;
  readonly selections: ReadonlyMap<string, (subject: S) => boolean>;
  readonly matches: (subject: S) => boolean;
  /** How the keys of its groups begin. */
  readonly start: KeyStart;
  /** Values that make the group of a count or sequence. */
  readonly groupBy: readonly Expression<S>[];
  readonly distinct: Expression<S> | undefined;
  /** Must hold when the count is reached. */
  readonly provided: ((subject: S) => boolean) | undefined;
  /** Selections of a sequence, in order. */
  readonly steps: readonly ((subject: S) => boolean)[];
  readonly suppressBy: readonly Expression<S>[];
  /** They are those of its groups: the key that it counts under is that of its silence too. */
  readonly suppressesGroup: boolean;
  readonly extracts: readonly { name: string; secret: boolean; expression: Expression<S> }[];
  readonly template: Template<S>;
  /** Methods that it asks for by name. */
  readonly methods: readonly string[];
  /** Tests of which each must hold for it to match; there may be none. */
  readonly necessary: readonly NamedTest<S>[];
  /** Every field that it reads, for whatever purpose. */
  readonly fields: ReadonlySet<string>;
  /** What must be seen for it to match, where what some tests come to is known. */
  readonly clause: (known: KnownTest<S>) => Clause<S>;
}

/** Stands for a condition that could not be read, so that the other errors are found too. */
const NEVER: Condition = { kind: 'of', atLeast: 1, names: [] };

/** Takes a problem: the part of the file (`match.condition`), and what is wrong with it. */
type Report = (place: string, message: string) => void;

/** Compiles a signature; every problem of it is added with file and line. */
export function compileSignature<S>(
  signature: Signature,
  index: number,
  shared: SharedTests<S>,
  problems: DocumentProblem[],
): CompiledSignature<S> | undefined {
  const { fields } = shared;
  const before = problems.length;
  const problem: Report = (place, message) => {
    const line = signature.lines.get(place) ?? 1;
    problems.push(new DocumentProblem(signature.file, line, `${place}: ${message}`));
  };
  const read = new Set<string>();
  const expression = (place: string, text: string): Expression<S> | undefined => {
    const compiled = compileExpression(text, fields);
    if (!('error' in compiled)) {
      read.add(compiled.field.name);
      return compiled;
    }
    problem(place, compiled.error);
    return undefined;
  };
  const expressions = (place: string, texts: readonly string[]) =>
    texts.map((text) => expression(place, text)).filter((compiled) => compiled !== undefined);

  const tests = new Map<string, NamedTest<S>[]>();
  for (const [name, selection] of signature.selections) {
    const list = compileSelection(name, selection, shared, problem);
    tests.set(name, list);
    for (const test of list) for (const field of test.fields) read.add(field);
  }
  const selections = new Map([...tests].map(([name, list]) => [name, shared.allOf(list)]));
  const parsed = parseCondition(signature.condition, [...selections.keys()]);
  const provided = providedCondition(signature, [...selections.keys()], problem);
  const condition = 'error' in parsed ? NEVER : parsed;
  if ('error' in parsed) problem('match.condition', parsed.error);
  else {
    for (const name of unusedSelections(signature, condition, provided)) {
      problem(`match.${name}`, 'is not used in the condition; use it or remove it');
    }
  }
  const steps = (signature.sequence?.steps ?? []).map((name) => {
    const step = selections.get(name);
    if (step === undefined) problem('sequence.steps', `there is no selection "${name}"`);
    return step ?? (() => false);
  });
  const { count, sequence } = signature;
  const distinct = count?.distinct;
  const groupBy = [...(count?.groupBy ?? []), ...(sequence?.groupBy ?? [])];
  const template = compileTemplate(signature.alert.message, fields, (message) =>
    problem('alert.message', message),
  );
  for (const part of template) if (part.kind === 'field') read.add(part.expression.field.name);
  const compiled: CompiledSignature<S> = {
    signature,
    index,
    start: new KeyStart(signature.id),
    selections,
    matches: compileCondition(cheapFirst(condition, tests), selections),
    groupBy: [
      ...expressions('count.group_by', count?.groupBy ?? []),
      ...expressions('sequence.group_by', sequence?.groupBy ?? []),
    ],
    distinct: distinct === undefined ? undefined : expression('count.distinct', distinct),
    provided: provided && compileCondition(provided, selections),
    steps,
    suppressBy: expressions('alert.suppress', signature.alert.suppressBy),
    suppressesGroup: groupBy.length > 0 && groupBy.join() === signature.alert.suppressBy.join(),
    extracts: signature.extracts.flatMap(({ name, field, secret }) => {
      const value = expression(`extract.${name}`, field);
      return value === undefined ? [] : [{ name, secret, expression: value }];
    }),
    template,
    methods: [...tests.values()].flat().flatMap(({ methods }) => methods ?? []),
    necessary: necessaryTests(condition, tests),
    fields: read,
    clause: (known) => new ClauseFinder(tests, known).of(condition),
  };
  return problems.length > before ? undefined : compiled;
}

function compileSelection<S>(
  name: string,
  selection: Selection,
  shared: SharedTests<S>,
  problem: Report,
): NamedTest<S>[] {
  const tests: NamedTest<S>[] = [];
  for (const [key, value] of Object.entries(selection)) {
    const test = shared.test(key, value);
    if ('error' in test) problem(`match.${name}.${key}`, test.error);
    else tests.push(test);
  }
  return tests.sort((a, b) => a.cost - b.cost);
}

/** The condition of `count.provided`, where there is one that can be read. */
function providedCondition(
  { count }: Signature,
  names: readonly string[],
  problem: Report,
): Condition | undefined {
  if (count?.provided === undefined) return undefined;
  const parsed = parseCondition(count.provided, names);
  if (!('error' in parsed)) return parsed;
  problem('count.provided', parsed.error);
  return undefined;
}

function unusedSelections(
  signature: Signature,
  condition: Condition,
  provided: Condition | undefined,
): string[] {
  const used = new Set([
    ...namesIn(condition),
    ...(provided === undefined ? [] : namesIn(provided)),
    ...(signature.sequence?.steps ?? []),
  ]);
  return [...signature.selections.keys()].filter((name) => !used.has(name));
}

/** What `and` joins must all hold; of other conditions nothing is sure. */
function necessaryTests<T>(condition: Condition, tests: ReadonlyMap<string, readonly T[]>): T[] {
  switch (condition.kind) {
    case 'name':
      return [...(tests.get(condition.name) ?? [])];
    case 'and':
      return condition.operands.flatMap((operand) => necessaryTests(operand, tests));
    default:
      return [];
  }
}

/** Reorders what `and` joins by the cost of its first test: most subjects fail the cheap one. */
function cheapFirst<S>(condition: Condition, tests: ReadonlyMap<string, Test<S>[]>): Condition {
  if (condition.kind === 'not') {
    return { kind: 'not', operand: cheapFirst(condition.operand, tests) };
  }
  if (condition.kind === 'name' || condition.kind === 'of') return condition;
  const operands = condition.operands.map((operand) => cheapFirst(operand, tests));
  if (condition.kind === 'or') return { kind: 'or', operands };
  const cost = (operand: Condition) =>
    Math.max(0, ...namesIn(operand).map((name) => tests.get(name)?.[0]?.cost ?? 0));
  return { kind: 'and', operands: [...operands].sort((a, b) => cost(a) - cost(b)) };
}
