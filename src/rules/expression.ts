import { didYouMean } from '../documents/problem.js';
import type { Field, FieldTable, FindSpans, Value } from './fields/field.js';
import { Found } from './fields/span.js';

/** A field of a subject, read and then transformed: `from.tag|unhex|before:\x01`. */
export interface Expression<S> {
  readonly text: string;
  readonly field: Field<S>;
  /** As written: `before:\x01`. */
  readonly transforms: readonly string[];
  readonly type: Field<S>['type'];
  read(subject: S): Value;
}

type Transform = (text: string) => Value;

/** Longest text that a transform works on. */
const TEXT_LIMIT = 4096;

/** Transforms that take no argument. */
const PLAIN: Record<string, { type: 'text' | 'number'; apply: Transform }> = {
  length: { type: 'number', apply: lengthOf },
  lower: { type: 'text', apply: (text) => text.toLowerCase() },
  digits: { type: 'text', apply: (text) => text.replace(/[^0-9]/g, '') },
  distinct_chars: { type: 'number', apply: (text) => new Set(text).size },
  unhex: { type: 'text', apply: unhex },
  hex_to_decimal: { type: 'text', apply: hexToDecimal },
};

/** Transforms with an argument after a colon; `\xNN` in it is a byte. */
const WITH_ARGUMENT: Record<string, (argument: string) => Transform> = {
  before: (mark) => (text) => {
    const at = text.indexOf(mark);
    return at === -1 ? undefined : text.slice(0, at);
  },
  after: (mark) => (text) => {
    const at = text.indexOf(mark);
    return at === -1 ? undefined : text.slice(at + mark.length);
  },
};

export const TRANSFORM_NAMES = [...Object.keys(PLAIN), ...Object.keys(WITH_ARGUMENT)];

/** Compiles `field|transform|…`; an error text when field or transform is unknown. */
export function compileExpression<S>(
  text: string,
  fields: FieldTable<S>,
): Expression<S> | { error: string } {
  const [name = '', ...transforms] = text.split('|');
  const field = fields.get(name);
  if (field === undefined) {
    return { error: `there is no field "${name}" here${didYouMean(name, fields.keys())}` };
  }
  let { type } = field;
  let read: (subject: S) => Value = (subject) => field.read(subject);
  for (const [i, part] of transforms.entries()) {
    const transform = findTransform(part);
    if (transform === undefined) {
      return { error: `"${part}" is not a transform${didYouMean(part, TRANSFORM_NAMES)}` };
    }
    const isLength = i === 0 && transform.apply === lengthOf;
    const next = isLength
      ? lengthOfField(field, fields.findSpans)
      : transformed(read, transform.apply);
    // What several signatures begin with, such as `from.tag|unhex`, is done once.
    read = fields.remember([name, ...transforms.slice(0, i + 1)].join('|'), next);
    type = transform.type;
  }
  return { text, field, type, transforms, read: transforms.length === 0 ? field.read : read };
}

/** Most lengths are asked of texts that nobody else wants: those are not decoded. */
function lengthOfField<S>(
  field: Field<S>,
  findSpans: FindSpans<S> | undefined,
): (subject: S) => Value {
  if (field.span === undefined || findSpans === undefined) {
    return transformed((subject) => field.read(subject), lengthOf);
  }
  const { place, group } = field.span;
  return (subject) => {
    const spans = findSpans(subject, group);
    const found = spans.found[place];
    if (found === Found.Nothing) return undefined;
    if (found === Found.Text) return spans.to[place] - spans.from[place];
    return String(field.read(subject)).length;
  };
}

function findTransform(part: string): { type: 'text' | 'number'; apply: Transform } | undefined {
  if (Object.hasOwn(PLAIN, part)) return PLAIN[part];
  const colon = part.indexOf(':');
  const name = part.slice(0, Math.max(colon, 0));
  const make = Object.hasOwn(WITH_ARGUMENT, name) ? WITH_ARGUMENT[name] : undefined;
  const argument = unescapeBytes(part.slice(colon + 1));
  return make === undefined || argument === ''
    ? undefined
    : { type: 'text', apply: make(argument) };
}

function transformed<S>(read: (subject: S) => Value, transform: Transform): (subject: S) => Value {
  return (subject) => {
    const value = read(subject);
    if (value === undefined) return undefined;
    const text = String(value);
    // An overlong value is just what a test of its length looks for.
    return text.length > TEXT_LIMIT && transform !== lengthOf ? undefined : transform(text);
  };
}

/** `\x01` in a key stands for the byte 1. */
export function unescapeBytes(text: string): string {
  return text.replace(/\\x([0-9a-fA-F]{2})/g, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
}

function lengthOf(text: string): number {
  return text.length;
}

function unhex(text: string): string | undefined {
  if (text.length === 0 || text.length % 2 !== 0 || !/^[0-9a-fA-F]+$/.test(text)) return undefined;
  return Buffer.from(text, 'hex').toString('latin1');
}

/** At most eight hex digits, so that the number is exact. */
function hexToDecimal(text: string): string | undefined {
  return /^[0-9a-fA-F]{1,8}$/.test(text) ? String(Number.parseInt(text, 16)) : undefined;
}
