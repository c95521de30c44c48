import ipaddr from 'ipaddr.js';
import { didYouMean } from '../documents/problem.js';
import { addressText, parseAddress } from '../wire/address.js';
import { compileExpression, type Expression, TRANSFORM_NAMES } from './expression.js';
import type { FieldTable, Value } from './fields/field.js';
import { shapesOfPattern } from './index/regex-shape.js';
import { FEW_VALUES, SEARCHED, type Sieve, type TextSieve } from './index/sieve.js';
import {
  literalsOf,
  shapeOfEnd,
  shapeOfEqual,
  shapeOfStart,
  shapesOfParts,
  sieveOfLength,
  textSieve,
} from './index/text-sieves.js';
import type { ListCache } from './lists.js';
import { REGEX_INPUT_LIMIT, safeRegex } from './regex.js';
import type { Scalar } from './signature.js';

/** One compiled comparison. `cost` orders the tests of a selection: the cheap ones first. */
export interface Test<S> {
  readonly cost: number;
  readonly holds: (subject: S) => boolean;
  /** Fields that decide it. */
  readonly fields: readonly string[];
  /** For an equality with methods: those. */
  readonly methods?: readonly string[];
  /** One of these lets a subject through on which the test holds; undefined: nothing is sure. */
  sieves(): Sieve<S>[] | undefined;
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
  const test = named ? OPERATORS[last as keyof typeof OPERATORS](operand) : equals(operand);
  return 'error' in test ? test : { ...test, sieves: once(test.sieves) };
}

/** Each method asks a test for its sieves, and a pattern takes its time. */
function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
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
  shapes: () => Partial<TextSieve>[],
  holdsFor: (text: string) => boolean,
): Test<S> {
  const { expression, fields } = operand;
  const read = textReader(expression, expression.field.fold, fields);
  const holds = (subject: S) => {
    const text = read(subject);
    return text !== undefined && holdsFor(text);
  };
  const test = { cost, fields: [expression.field.name], holds };
  return { ...test, sieves: () => sievesOfText(expression, shapes, holds) };
}

function sievesOfText<S>(
  expression: Expression<S>,
  shapes: () => Partial<TextSieve>[],
  holds: (subject: S) => boolean,
): Sieve<S>[] | undefined {
  const { field } = expression;
  if (FEW_VALUES.has(field.name)) {
    return [{ kind: 'value', field: field.name, read: field.read, holds }];
  }
  if (SEARCHED.has(field.name)) {
    const parts = expression.transforms.length === 0 ? literalsOf(shapes()) : undefined;
    return [{ kind: 'search', field: field.name, parts, holds }];
  }
  if (field.type !== 'text') return undefined;
  const sieves = shapes().map((shape) => textSieve(expression, shape));
  return sieves.every((sieve) => sieve !== undefined) ? sieves : undefined;
}

/**
 * A number between two bounds. Only fields and lengths: other transforms take their time. Where the
 * bytes of a field can be looked at, its length is known without its text.
 */
function sieveOfNumber<S>(
  { text, field, transforms, read }: Expression<S>,
  low: number,
  high: number,
): Sieve<S>[] | undefined {
  if (transforms.length === 0) return [{ kind: 'number', text, read, low, high }];
  if (transforms.join() !== 'length') return undefined;
  if (field.span === undefined) return [{ kind: 'number', text, read, low, high }];
  return [sieveOfLength(field.name, low, high)];
}

function needles<S>(operand: Operand<S>): string[] {
  return operand.values.map((value) => needle(value, operand.expression.field.fold));
}

function equals<S>(operand: Operand<S>): Compiled<S> {
  const { expression } = operand;
  if (expression.type !== 'text') return equalsPlain(operand);
  const keys = needles(operand);
  const wanted = new Set(keys);
  if (expression.text === 'method') {
    const holds = (subject: S) => wanted.has(expression.read(subject) as string);
    return { cost: 1, fields: ['method'], methods: keys, holds, sieves: () => undefined };
  }
  const shapes = () => keys.map(shapeOfEqual);
  if (keys.length === 1) return textTest(operand, 3, shapes, (text) => text === keys[0]);
  return textTest(operand, 3, shapes, (text) => wanted.has(text));
}

/** The same number or flag. */
function equalsPlain<S>({ expression, values }: Operand<S>): Compiled<S> {
  const { field, type, read, text } = expression;
  if (values.some((value) => typeof value !== type)) {
    return { error: `${text} is a ${type}; give a ${type} without quotes` };
  }
  const wanted = new Set<Value>(values);
  const [only] = values;
  const holds =
    wanted.size === 1
      ? (subject: S) => read(subject) === only
      : (subject: S) => wanted.has(read(subject));
  const test = { fields: [field.name], holds };
  if (type === 'number') {
    const numbers = [...wanted] as number[];
    const each = () => numbers.map((number) => sieveOfNumber(expression, number, number));
    return { ...test, cost: 2, sieves: () => allOrNone(each()) };
  }
  const flag = { kind: 'flag', field: field.name, read, wanted: values[0] === true } as const;
  return { ...test, cost: 1, sieves: () => (wanted.size === 1 ? [flag] : undefined) };
}

function allOrNone<T>(lists: readonly (readonly T[] | undefined)[]): T[] | undefined {
  const found = lists.filter((list) => list !== undefined);
  return found.length === lists.length ? found.flat() : undefined;
}

function exists<S>({ expression, values }: Operand<S>): Compiled<S> {
  const [wanted] = values;
  if (typeof wanted !== 'boolean') return { error: 'exists takes true or false' };
  const { field, read, transforms } = expression;
  const holds = (subject: S) => (read(subject) !== undefined) === wanted;
  const sure = wanted && transforms.length > 0;
  const sieves = () => (sure ? sievesOfText(expression, () => [{}], holds) : undefined);
  return { cost: 3, fields: [field.name], holds, sieves };
}

function contains<S>(operand: Operand<S>): Compiled<S> {
  const keys = needles(operand);
  const isSearched = SEARCHED.has(operand.expression.field.name);
  const shapes = () => (isSearched ? keys.map((part) => ({ part })) : shapesOfParts(keys));
  return textTest(operand, 6, shapes, (text) => keys.some((key) => text.includes(key)));
}

function startswith<S>(operand: Operand<S>): Compiled<S> {
  const keys = needles(operand);
  const shapes = () => keys.map(shapeOfStart);
  return textTest(operand, 4, shapes, (text) => keys.some((key) => text.startsWith(key)));
}

function endswith<S>(operand: Operand<S>): Compiled<S> {
  const keys = needles(operand);
  const shapes = () => keys.map(shapeOfEnd);
  return textTest(operand, 4, shapes, (text) => keys.some((key) => text.endsWith(key)));
}

function matches<S>({ expression, values }: Operand<S>): Compiled<S> {
  const { field, read } = expression;
  const patterns: RegExp[] = [];
  for (const value of values) {
    const pattern = safeRegex(String(value), field.fold);
    if ('error' in pattern) return { error: `pattern ${String(value)}: ${pattern.error}` };
    patterns.push(pattern);
  }
  const holds = (subject: S) => {
    const value = read(subject);
    if (value === undefined) return false;
    const text = String(value).slice(0, REGEX_INPUT_LIMIT);
    return patterns.some((pattern) => pattern.test(text));
  };
  const shapes = () => values.flatMap((value) => shapesOfPattern(String(value), field.fold));
  const sieves = () => sievesOfText(expression, shapes, holds);
  return { cost: 8, fields: [field.name], holds, sieves };
}

function cidr<S>(operand: Operand<S>): Compiled<S> {
  const networks: [ipaddr.IPv4 | ipaddr.IPv6, number][] = [];
  for (const value of operand.values) {
    for (const network of NAMED_NETWORKS.get(String(value)) ?? [String(value)]) {
      if (!ipaddr.isValidCIDR(network)) return { error: `"${network}" is not a network` };
      networks.push(ipaddr.parseCIDR(network));
    }
  }
  const quads = networks.flatMap(([network, bits]) => quadNetwork(network, bits) ?? []);
  const anywhere = () => [{}];
  return textTest(operand, 7, anywhere, (text) => {
    const quad = parseAddress(text);
    // As fields have it: other spellings are for those who know them all.
    if (typeof quad === 'number' && addressText(quad) === text) {
      return quads.some(({ value, mask }) => ((quad ^ value) & mask) === 0);
    }
    if (!ipaddr.IPv4.isValidFourPartDecimal(text) && !ipaddr.IPv6.isValid(text)) return false;
    const address = ipaddr.parse(text);
    return networks.some(
      ([network, bits]) => network.kind() === address.kind() && address.match(network, bits),
    );
  });
}

/** An IPv4 network as a number, and the bits of it that count. */
function quadNetwork(
  network: ipaddr.IPv4 | ipaddr.IPv6,
  bits: number,
): { value: number; mask: number } | undefined {
  const value = parseAddress(network.toString());
  if (network.kind() !== 'ipv4' || typeof value !== 'number') return undefined;
  return { value, mask: bits === 0 ? 0 : -1 << (32 - bits) };
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
  const { field } = expression;
  const sieves = () => (field.type === 'text' ? oneIfAny(textSieve(expression, {})) : undefined);
  return { cost: 5, fields: [field.name, other.field.name], holds, sieves };
}

function oneIfAny<T>(value: T | undefined): T[] | undefined {
  return value === undefined ? undefined : [value];
}

function compare<S>(
  { expression, values }: Operand<S>,
  above: boolean,
  holdsFor: (value: number, bound: number) => boolean,
): Compiled<S> {
  const [bound] = values;
  if (typeof bound !== 'number' || expression.type !== 'number') {
    return { error: `${expression.text} is compared by size: both sides must be numbers` };
  }
  const { field, read } = expression;
  const holds = (subject: S) => {
    const value = read(subject);
    return typeof value === 'number' && holdsFor(value, bound);
  };
  const low = above ? bound : Number.NEGATIVE_INFINITY;
  const high = above ? Number.POSITIVE_INFINITY : bound;
  const sieves = () => sieveOfNumber(expression, low, high);
  return { cost: 2, fields: [field.name], holds, sieves };
}

function gt<S>(operand: Operand<S>): Compiled<S> {
  return compare(operand, true, (value, bound) => value > bound);
}
function gte<S>(operand: Operand<S>): Compiled<S> {
  return compare(operand, true, (value, bound) => value >= bound);
}
function lt<S>(operand: Operand<S>): Compiled<S> {
  return compare(operand, false, (value, bound) => value < bound);
}
function lte<S>(operand: Operand<S>): Compiled<S> {
  return compare(operand, false, (value, bound) => value <= bound);
}
