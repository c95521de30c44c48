import type { Value } from '../fields/field.js';

/** 1 for each byte that is in the set. */
export type ByteSet = Uint8Array;

/** What the written bytes of a field are like whenever a test on it holds. */
export interface TextSieve {
  readonly kind: 'text';
  readonly field: string;
  /** In lower case; the bytes may be in either. */
  readonly prefix: string;
  readonly suffix: string;
  /** Stands somewhere in it. */
  readonly part: string;
  /** Bytes that it has at least and at most. */
  readonly least: number;
  readonly most: number;
  /** It has no other bytes than these. */
  readonly only: ByteSet | undefined;
  /** It has one of these bytes. */
  readonly some: ByteSet | undefined;
}

/** A number that lies between two bounds, both included, whenever a test holds. */
export interface NumberSieve<S> {
  readonly kind: 'number';
  /** The expression, such as `from.tag|length`. */
  readonly text: string;
  readonly read: (subject: S) => Value;
  readonly low: number;
  readonly high: number;
}

/** A flag that has this value whenever a test holds. */
export interface FlagSieve<S> {
  readonly kind: 'flag';
  readonly field: string;
  readonly read: (subject: S) => Value;
  readonly wanted: boolean;
}

/** The test itself: its field has few values, and what holds for each is remembered. */
export interface ValueSieve<S> {
  readonly kind: 'value';
  readonly field: string;
  readonly read: (subject: S) => Value;
  readonly holds: (subject: S) => boolean;
}

/** The test itself, on a long text that is searched: the dearest. */
export interface SearchSieve<S> {
  readonly kind: 'search';
  readonly field: string;
  /** Texts, in lower case, of which one stands in the field when it holds; undefined: unknown. */
  readonly parts: readonly string[] | undefined;
  readonly holds: (subject: S) => boolean;
}

/** Something cheap that must be seen for a test to hold. It may let through more than the test. */
export type Sieve<S> = TextSieve | NumberSieve<S> | FlagSieve<S> | ValueSieve<S> | SearchSieve<S>;

/** Fields that hold the same few values again and again. */
export const FEW_VALUES: ReadonlySet<string> = new Set([
  'deviations',
  'header_order',
  'header_names',
  'transport',
  'line_ends',
  'via.transport',
]);

/** Fields that are too long to look at byte by byte. */
export const SEARCHED: ReadonlySet<string> = new Set(['head', 'body']);

/** What numbers are in the messages of honest phones: a sieve outside of it lets few through. */
const USUAL: ReadonlyMap<string, readonly [number, number]> = new Map([
  ['header.count', [5, 40]],
  ['via.count', [1, 4]],
  ['head.length', [200, 1023]],
  ['message.length', [200, 1500]],
  ['max_forwards', [60, 70]],
  ['expires', [0, 7200]],
  ['cseq.number', [1, 2000]],
  ['content_length|length', [1, 4]],
  ['sdp.media|length', [10, 50]],
  ['allow.count', [0, 1]],
  ['supported.count', [0, 1]],
]);
const USUAL_LENGTH = [0, 63] as const;
/** What many begin with: every branch (RFC 3261 §8.1.1.7), and the parameters of many a Via. */
const COMMON_STARTS = ['z9hg4bk', ';rport;branch=z9', ';branch=z9hg4bk', ';rport;'] as const;
/** A bound of a number of which nothing is known: most ask for many of something, and there are few. */
const BOUND_SHARE = 0.4;

/** Rarely true; of the others nothing is known. */
const RARE_FLAGS: ReadonlySet<string> = new Set([
  'malformed',
  'overlapping_fragments',
  'truncated',
  'from.brackets',
]);

/** About how many of all honest messages a sieve lets through: to choose between sieves. */
export function shareOf(sieve: Sieve<never>): number {
  switch (sieve.kind) {
    case 'text':
      return shareOfText(sieve);
    case 'number':
      return shareOfNumbers(sieve);
    case 'flag':
      return RARE_FLAGS.has(sieve.field) ? 0.03 : 0.6;
    case 'value':
      return 0.03;
    case 'search':
      return 0.1;
  }
}

function shareOfText(sieve: TextSieve): number {
  const { field, prefix, suffix, part, least, most, only, some } = sieve;
  const tellsLength = prefix + suffix + part === '' && only === undefined && some === undefined;
  if (tellsLength) return shareOfLength(`${field}|length`, least, most);
  let bits = 3 * Math.min(tellingLength(prefix), 5) + 3 * Math.min(suffix.length, 3);
  if (!prefix.includes(part)) {
    const telling = tellingLength(part);
    bits += telling > 2 ? 2 * Math.min(telling, 6) : 3;
  }
  if (most === least) bits += 4;
  else if (most < Number.POSITIVE_INFINITY) bits += 2;
  if (only !== undefined) bits += 2;
  if (some !== undefined) bits += 4;
  return 2 ** -bits;
}

/** Characters beyond what many begin with. */
function tellingLength(text: string): number {
  const common = COMMON_STARTS.find((start) => text.startsWith(start) || start.startsWith(text));
  return Math.max(0, text.length - (common?.length ?? 0));
}

function shareOfNumbers<S>({ text, low, high }: NumberSieve<S>): number {
  if (text.endsWith('|length')) return shareOfLength(text, low, high);
  const usual = USUAL.get(text);
  if (usual === undefined && low !== high) return BOUND_SHARE;
  return shareBetween(usual, low, high);
}

function shareOfLength(text: string, least: number, most: number): number {
  return shareBetween(USUAL.get(text) ?? USUAL_LENGTH, least, most);
}

function shareBetween(
  usual: readonly [number, number] | undefined,
  low: number,
  high: number,
): number {
  if (usual !== undefined && (high < usual[0] || low > usual[1])) return 0.005;
  return low === high ? 0.05 : 0.7;
}
