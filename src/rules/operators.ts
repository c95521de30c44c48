import ipaddr from 'ipaddr.js';
import { didYouMean } from '../documents/problem.js';
import type { Anchor } from './anchors.js';
import { compileExpression, type Expression, TRANSFORM_NAMES } from './expression.js';
import type { FieldTable, Value } from './fields/field.js';
import type { ListCache } from './lists.js';
import { REGEX_INPUT_LIMIT, safeRegex } from './regex.js';
import type { Scalar } from './signature.js';

/** One compiled comparison. `cost` orders the tests of a selection: the cheap ones first. */
export interface Test<S> {
  readonly cost: number;
  holds(subject: S): boolean;
  /** What an index may look up: the value equals, or begins with, one of `keys` (lower case). */
  readonly anchor: Anchor | undefined;
  /** Methods with which alone it can hold. */
  readonly methods?: readonly string[];
}

/** What an operator needs to compile its operand. */
interface Operand<S> {
  readonly expression: Expression<S>;
  readonly values: readonly Scalar[];
  readonly fields: FieldTable<S>;
  readonly lists: ListCache;
}

type Compiled<S> = Test<S> | { error: string };

const NAMED_NETWORKS: ReadonlyMap<string, readonly string[]> = new Map([
  ['private', ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', 'fc00::/7', '100.64.0.0/10']],
  ['loopback', ['127.0.0.0/8', '::1/128']],
]);

const OPERATORS = {
  exists,
  contains,
  startswith,
  endswith,
  in: equals,
  matches,
  cidr,
  same_as: sameAs,
  gt,
  gte,
  lt,
  lte,
} as const;

export const OPERATOR_NAMES = Object.keys(OPERATORS);

/** Compiles one line of a selection: a key such as `from.tag|unhex|startswith`, and its value. */
export function compileTest<S>(
  key: string,
  value: Scalar | readonly Scalar[],
  fields: FieldTable<S>,
  lists: ListCache,
): Compiled<S> {
  const parts = key.split('|');
  const last = parts[parts.length - 1]!;
  const named = parts.length > 1 && Object.hasOwn(OPERATORS, last);
  const expression = compileExpression(named ? parts.slice(0, -1).join('|') : key, fields);
  if ('error' in expression) return { error: keyProblem(parts.slice(1), expression.error) };
  const values = expandLists(Array.isArray(value) ? value : [value as Scalar], lists);
  if ('error' in values) return values;
  const operand = { expression, values, fields, lists };
  return named ? OPERATORS[last as keyof typeof OPERATORS](operand) : equals(operand);
}

/** Words for operators in other rule languages. */
const OTHER_NAMES = new Map([
  ['beginswith', 'startswith'],
  ['begins_with', 'startswith'],
  ['starts_with', 'startswith'],
  ['prefix', 'startswith'],
  ['ends_with', 'endswith'],
  ['suffix', 'endswith'],
  ['re', 'matches'],
  ['regex', 'matches'],
  ['regexp', 'matches'],
  ['any', 'in'],
  ['ge', 'gte'],
  ['le', 'lte'],
]);

/** What an expression found wrong, told to someone who may have meant an operator. */
function keyProblem(parts: readonly string[], error: string): string {
  const wrong = parts.find((part) => error.startsWith(`"${part}" is not a transform`));
  if (wrong === undefined) return error;
  if (Object.hasOwn(OPERATORS, wrong)) return `the operator "${wrong}" must stand last in the key`;
  const other = OTHER_NAMES.get(wrong.toLowerCase());
  const hint =
    other === undefined
      ? didYouMean(wrong, [...TRANSFORM_NAMES, ...OPERATOR_NAMES])
      : ` (did you mean "${other}"?)`;
  return `"${wrong}" is not a transform and not an operator${hint}`;
}

function expandLists(values: readonly Scalar[], lists: ListCache): Scalar[] | { error: string } {
  const expanded: Scalar[] = [];
  for (const value of values) {
    if (typeof value !== 'string' || !value.startsWith('list:')) {
      expanded.push(value);
      continue;
    }
    const list = lists.get(value.slice(5));
    if ('error' in list) return list;
    expanded.push(...list);
  }
  return expanded;
}

/** YAML text as the bytes it has on the wire, folded when the field is. */
function needle(value: Scalar, fold: boolean): string {
  const bytes = Buffer.from(String(value), 'utf8').toString('latin1');
  return fold ? bytes.toLowerCase() : bytes;
}

/** Reads an expression as text, in lower case where the field folds; once per subject. */
function textReader<S>(
  expression: Expression<S>,
  fold: boolean,
  fields: FieldTable<S>,
): (subject: S) => string | undefined {
  const { read } = expression;
  const lowered = (subject: S) => {
    const value = read(subject);
    return value === undefined ? undefined : String(value).toLowerCase();
  };
  const plain = (subject: S) => {
    const value = read(subject);
    return value === undefined ? undefined : String(value);
  };
  if (!fold) return plain;
  return fields.remember(`${expression.text}|folded`, lowered) as typeof plain;
}

/** A test on the text of a field. A missing field never holds. */
function textTest<S>(
  operand: Operand<S>,
  cost: number,
  anchor: Anchor | undefined,
  holds: (text: string) => boolean,
): Test<S> {
  const { expression, fields } = operand;
  const read = textReader(expression, expression.field.fold, fields);
  return {
    cost,
    anchor: expression.transformed ? undefined : anchor,
    holds: (subject) => {
      const text = read(subject);
      return text !== undefined && holds(text);
    },
  };
}

function needles<S>(operand: Operand<S>): string[] {
  return operand.values.map((value) => needle(value, operand.expression.field.fold));
}

function anchorOf<S>(
  operand: Operand<S>,
  kind: Anchor['kind'],
  keys: readonly string[],
): Anchor | undefined {
  const usable = !operand.expression.transformed && keys.every((key) => key.length > 0);
  const field = operand.expression.field.name;
  return usable ? { field, kind, keys: keys.map((key) => key.toLowerCase()) } : undefined;
}

function equals<S>(operand: Operand<S>): Compiled<S> {
  const { expression, values } = operand;
  if (expression.type !== 'text') {
    const wanted = new Set<Value>(values);
    const type = expression.type;
    if (values.some((value) => typeof value !== type)) {
      return { error: `${expression.text} is a ${type}; give a ${type} without quotes` };
    }
    const holds = (subject: S) => wanted.has(expression.read(subject));
    const numbers = type === 'number' ? anchorOf(operand, 'equals', values.map(String)) : undefined;
    return { cost: type === 'boolean' ? 1 : 2, anchor: numbers, holds };
  }
  const keys = needles(operand);
  const anchor = anchorOf(operand, 'equals', keys);
  if (expression.text === 'method') {
    const wanted = new Set(keys);
    const holds = (subject: S) => wanted.has(expression.read(subject) as string);
    return { cost: 1, anchor: undefined, methods: keys, holds };
  }
  if (keys.length === 1) return textTest(operand, 3, anchor, (text) => text === keys[0]);
  const wanted = new Set(keys);
  return textTest(operand, 3, anchor, (text) => wanted.has(text));
}

function exists<S>(operand: Operand<S>): Compiled<S> {
  const [wanted] = operand.values;
  if (typeof wanted !== 'boolean') return { error: 'exists takes true or false' };
  const { expression } = operand;
  const holds = (subject: S) => (expression.read(subject) !== undefined) === wanted;
  return { cost: 3, anchor: undefined, holds };
}

function contains<S>(operand: Operand<S>): Compiled<S> {
  const keys = needles(operand);
  return textTest(operand, 6, undefined, (text) => keys.some((key) => text.includes(key)));
}

function startswith<S>(operand: Operand<S>): Compiled<S> {
  const keys = needles(operand);
  const anchor = anchorOf(operand, 'prefix', keys);
  return textTest(operand, 4, anchor, (text) => keys.some((key) => text.startsWith(key)));
}

function endswith<S>(operand: Operand<S>): Compiled<S> {
  const keys = needles(operand);
  return textTest(operand, 4, undefined, (text) => keys.some((key) => text.endsWith(key)));
}

function matches<S>(operand: Operand<S>): Compiled<S> {
  const fold = operand.expression.field.fold;
  const patterns: RegExp[] = [];
  for (const value of operand.values) {
    const pattern = safeRegex(String(value), fold);
    if ('error' in pattern) return { error: `pattern ${String(value)}: ${pattern.error}` };
    patterns.push(pattern);
  }
  const { expression } = operand;
  const holds = (subject: S) => {
    const value = expression.read(subject);
    if (value === undefined) return false;
    const text = String(value).slice(0, REGEX_INPUT_LIMIT);
    return patterns.some((pattern) => pattern.test(text));
  };
  const literals = operand.values.map((value) => literalStart(String(value)));
  const sure = !expression.transformed && literals.every((literal) => literal.length > 2);
  return { cost: 8, anchor: sure ? anchorOf(operand, 'prefix', literals) : undefined, holds };
}

/** The plain characters that a pattern begins with, and so every text that it matches. */
function literalStart(pattern: string): string {
  if (pattern.includes('|')) return '';
  const [, literal = '', next = ''] = /^\^((?:[\w@:/ -]|\\\.)*)(.?)/.exec(pattern) ?? [];
  const sure = '*?{'.includes(next) && next !== '' ? literal.slice(0, -1) : literal;
  return sure.replaceAll('\\', '');
}

function cidr<S>(operand: Operand<S>): Compiled<S> {
  const networks: [ipaddr.IPv4 | ipaddr.IPv6, number][] = [];
  for (const value of operand.values) {
    for (const network of NAMED_NETWORKS.get(String(value)) ?? [String(value)]) {
      if (!ipaddr.isValidCIDR(network)) return { error: `"${network}" is not a network` };
      networks.push(ipaddr.parseCIDR(network));
    }
  }
  return textTest(operand, 7, undefined, (text) => {
    if (!ipaddr.IPv4.isValidFourPartDecimal(text) && !ipaddr.IPv6.isValid(text)) return false;
    const address = ipaddr.parse(text);
    return networks.some(
      ([network, bits]) => network.kind() === address.kind() && address.match(network, bits),
    );
  });
}

/** A relation between two parts of the same message: `via.branch|after:…|same_as: call_id`. */
function sameAs<S>(operand: Operand<S>): Compiled<S> {
  const other = compileExpression(String(operand.values[0]), operand.fields);
  if ('error' in other) return other;
  const { expression, fields } = operand;
  const fold = expression.field.fold && other.field.fold;
  const readLeft = textReader(expression, fold, fields);
  const readRight = textReader(other, fold, fields);
  const holds = (subject: S) => {
    const left = readLeft(subject);
    return left !== undefined && left !== '' && left === readRight(subject);
  };
  return { cost: 5, anchor: undefined, holds };
}

function compare<S>(
  operand: Operand<S>,
  holds: (value: number, bound: number) => boolean,
): Compiled<S> {
  const [bound] = operand.values;
  if (typeof bound !== 'number' || operand.expression.type !== 'number') {
    return { error: `${operand.expression.text} is compared by size: both sides must be numbers` };
  }
  const { expression } = operand;
  return {
    cost: 2,
    anchor: undefined,
    holds: (subject) => {
      const value = expression.read(subject);
      return typeof value === 'number' && holds(value, bound);
    },
  };
}

function gt<S>(operand: Operand<S>): Compiled<S> {
  return compare(operand, (value, bound) => value > bound);
}
function gte<S>(operand: Operand<S>): Compiled<S> {
  return compare(operand, (value, bound) => value >= bound);
}
function lt<S>(operand: Operand<S>): Compiled<S> {
  return compare(operand, (value, bound) => value < bound);
}
function lte<S>(operand: Operand<S>): Compiled<S> {
  return compare(operand, (value, bound) => value <= bound);
}
