import type { Expression } from '../expression.js';
import { unescapeBytes } from '../expression.js';
import { type ByteSet, SEARCHED, type TextSieve } from './sieve.js';

const HEX = bytesOf('0123456789abcdefABCDEF');
const ANY: TextSieve = {
  kind: 'text',
  field: '',
  prefix: '',
  suffix: '',
  part: '',
  least: 0,
  most: Number.POSITIVE_INFINITY,
  only: undefined,
  some: undefined,
};
/** Longer prefixes tell no more. */
const PREFIX_LIMIT = 16;
/** Bytes that are rare in names and identifiers, the rarest first; no letters, so case is nothing. */
const RARE = '%$`|{}()<>\\^"\'!#*&~?[], /;=:@+';

/** A sieve for the field of an expression, when the transformed text must be as `shape` says. */
export function textSieve<S>(
  { field, transforms }: Expression<S>,
  shape: Partial<TextSieve>,
): TextSieve | undefined {
  if (SEARCHED.has(field.name)) return undefined;
  const raw = transforms.length === 0 ? shape : rawShape(transforms, shape);
  if (raw === undefined) return undefined;
  const prefix = (raw.prefix ?? '').toLowerCase().slice(0, PREFIX_LIMIT);
  return { ...ANY, ...raw, prefix, field: field.name };
}

/** A sieve for a field whose text has so many bytes. */
export function sieveOfLength(field: string, least: number, most: number): TextSieve {
  return { ...ANY, field, least: Math.max(0, least), most };
}

/**
 * A sieve that lets through what both do, and seldom more: of two prefixes, suffixes or parts it asks
 * for the longer one, and of two sets of which some byte must be there for the first.
 */
export function joinedText(a: TextSieve, b: TextSieve): TextSieve {
  return {
    ...a,
    prefix: longer(a.prefix, b.prefix),
    suffix: longer(a.suffix, b.suffix),
    part: longer(a.part, b.part),
    least: Math.max(a.least, b.least),
    most: Math.min(a.most, b.most),
    only: a.only && b.only ? a.only.map((isIn, byte) => isIn & b.only![byte]!) : (a.only ?? b.only),
    some: a.some ?? b.some,
  };
}

function longer(a: string, b: string): string {
  return b.length > a.length ? b : a;
}

/** What must be written so that the transforms give anything, or what the test wants. */
function rawShape(
  transforms: readonly string[],
  shape: Partial<TextSieve>,
): Partial<TextSieve> | undefined {
  const [first = '', second = ''] = transforms;
  const mark = markOf(first);
  if (mark !== undefined) return { part: mark.toLowerCase(), least: mark.length };
  if (first === 'hex_to_decimal') return { only: HEX, least: 1, most: 8 };
  if (first === 'unhex') {
    const part = Buffer.from(markOf(second) ?? '', 'latin1').toString('hex');
    return { only: HEX, least: Math.max(2, part.length), part };
  }
  if (first !== 'lower' || second !== '') return undefined;
  return { ...shape, only: undefined };
}

/** The text that `before:` or `after:` needs. */
function markOf(transform: string): string | undefined {
  const mark = /^(?:before|after):([\s\S]+)$/.exec(transform)?.[1];
  return mark === undefined ? undefined : unescapeBytes(mark);
}

/** What a text that equals `key` is like. */
export function shapeOfEqual(key: string): Partial<TextSieve> {
  return { prefix: key, least: key.length, most: key.length };
}

export function shapeOfStart(key: string): Partial<TextSieve> {
  return { prefix: key, least: key.length };
}

export function shapeOfEnd(key: string): Partial<TextSieve> {
  return { suffix: key.toLowerCase(), least: key.length };
}

/** What texts that contain one of the keys are like: one shape for all, or one for each. */
export function shapesOfParts(keys: readonly string[]): Partial<TextSieve>[] {
  const rarest = keys.map((key) => [...RARE].find((byte) => key.includes(byte)));
  const least = Math.min(...keys.map((key) => key.length));
  if (rarest.every((byte) => byte !== undefined))
    return [{ some: bytesOf(rarest.join('')), least }];
  return keys.map((key) => ({ part: key.toLowerCase(), least: key.length }));
}

/** Texts, in lower case, of which one stands in whatever has one of the shapes; if that is known. */
export function literalsOf(shapes: readonly Partial<TextSieve>[]): string[] | undefined {
  const literals = shapes.map(({ part, prefix, suffix }) => part || prefix || suffix || '');
  return literals.includes('') ? undefined : literals.map((literal) => literal.toLowerCase());
}

export function bytesOf(text: string): ByteSet {
  const set = new Uint8Array(256);
  for (let i = 0; i < text.length; i++) set[text.charCodeAt(i) & 255] = 1;
  return set;
}
