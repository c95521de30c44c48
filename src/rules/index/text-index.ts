import type { Field } from '../fields/field.js';
import { Found, Spans } from '../fields/span.js';
import { type Candidates, type Entrant, enter } from './candidates.js';
import type { ByteSet, TextSieve } from './sieve.js';
import { eitherCase, LOWER, type Node, TextTree } from './text-tree.js';

const LONGEST = 0x7fffffff;
/** Texts are cut at half of it when they are decoded. */
const SCRATCH = 16_384;
/**
 * Of what is known of a byte: some prefix begins with it, some suffix ends with it; the bits below
 * stand for sets.
 */
const IS_START = 1 << 30;
const IS_END = 1 << 31;
/** Sets of bytes that one walk over a text looks for. */
const MAX_SETS = 30;

interface Indexed {
  readonly index: number;
}

interface Entry<T extends Indexed> {
  readonly sieve: TextSieve;
  /** Of the sets that the text has a byte of: a bit that must be there, and one that must not. */
  readonly needed: number;
  readonly forbidden: number;
  /** What those and the lengths do not tell. */
  readonly rest: TextSieve;
  readonly found: Entrant<T>[];
}

/**
 * The sieves of one field. It walks the bytes of the field through the prefixes, and from the end
 * through the suffixes; most texts leave at their first byte, so that how many sieves there are does
 * not count. Sieves without either look at the length first; for their sets of bytes the text is
 * walked once.
 */
export class TextIndex<S, T extends Indexed> {
  private readonly field: Field<S>;
  /** The place of its text in the spans; -1: it must be decoded. */
  private readonly place: number;
  private readonly prefixes = new TextTree<Entry<T>>();
  /** Turned round: they begin with their last byte. */
  private readonly suffixes = new TextTree<Entry<T>>();
  /** Those without a prefix or suffix. */
  private readonly others: Entry<T>[] = [];
  /** By byte: see `IS_START`, and the bits of the sets that it is in. All in one place, for speed. */
  private readonly known = new Int32Array(256);
  /** What the shortest text has that can pass one of `others`. */
  private shortest = Number.POSITIVE_INFINITY;
  private readonly sets: ByteSet[] = [];
  /**
   * For each of `others`: the least and the greatest length, and the bits `needed` and
   * `forbidden`.
   */
  private asked = new Int32Array(0);
  /** A text that had to be decoded. */
  private decoded: Spans | undefined = undefined;

  constructor(field: Field<S>) {
    this.field = field;
    this.place = field.span?.place ?? -1;
  }

  add(sieve: TextSieve, one: T, method: number): void {
    const entries = this.entriesFor(sieve);
    let entry = entries.find((other) => isSame(other.sieve, sieve));
    if (entry === undefined) {
      const isOther = entries === this.others;
      entry = isOther ? this.otherEntry(sieve) : entryOf(sieve);
      entries.push(entry);
      if (isOther) this.orderOthers();
    }
    enter(entry.found, one, method);
  }

  find(subject: S, spans: Spans, candidates: Candidates<T>): void {
    const { place } = this;
    const found = place === -1 ? Found.Written : spans.found[place];
    if (found === Found.Text) this.walk(spans, place, candidates);
    else if (found === Found.Written && this.decode(subject)) {
      this.walk(this.decoded!, 0, candidates);
    }
  }

  private entriesFor({ prefix, suffix }: TextSieve): Entry<T>[] {
    if (prefix !== '') {
      this.know(prefix.charCodeAt(0), IS_START);
      return this.prefixes.nodeOf(prefix).entries;
    }
    if (suffix === '') return this.others;
    const turned = [...suffix].reverse().join('');
    this.know(turned.charCodeAt(0), IS_END);
    return this.suffixes.nodeOf(turned).entries;
  }

  /** Of a letter in either case. */
  private know(letter: number, bit: number): void {
    for (const byte of eitherCase(letter)) this.known[byte] |= bit;
  }

  /** What it asks of length and bytes becomes numbers, as long as there are bits for its sets. */
  private otherEntry(sieve: TextSieve): Entry<T> {
    const needed = this.bitOf(sieve.some);
    const forbidden = this.bitOf(sieve.only?.map((isIn) => 1 - isIn));
    this.shortest = Math.min(this.shortest, sieve.least);
    const rest = {
      ...sieve,
      some: needed === 0 ? sieve.some : undefined,
      only: forbidden === 0 ? sieve.only : undefined,
    };
    return { sieve, rest, needed, forbidden, found: [] };
  }

  /** What it asks, in order of the least length: the first that a text is too short for ends it. */
  private orderOthers(): void {
    const entries = this.others;
    entries.sort((a, b) => a.rest.least - b.rest.least);
    this.asked = Int32Array.from(
      entries.flatMap(({ rest, needed, forbidden }) => [
        rest.least,
        Math.min(rest.most, LONGEST),
        needed,
        forbidden,
      ]),
    );
  }

  private bitOf(set: ByteSet | undefined): number {
    if (set === undefined) return 0;
    let i = this.sets.findIndex((other) => isSameSet(other, set));
    if (i === -1) {
      if (this.sets.length === MAX_SETS) return 0;
      i = this.sets.push(set) - 1;
      for (let byte = 0; byte < 256; byte++) if (set[byte] === 1) this.known[byte] |= 1 << i;
    }
    return 1 << i;
  }

  private walk(spans: Spans, place: number, candidates: Candidates<T>): void {
    const from = spans.from[place];
    const to = spans.to[place];
    const { buf } = spans;
    const { known } = this;
    if (to - from >= this.shortest) this.tryOthers(buf, from, to, candidates);
    if (from === to) return;
    const first = buf[from];
    if ((known[first] & IS_START) !== 0) {
      this.follow(this.prefixes.startOf(first), buf, from, to, 1, candidates);
    }
    const last = buf[to - 1];
    if ((known[last] & IS_END) !== 0) {
      this.follow(this.suffixes.startOf(last), buf, from, to, -1, candidates);
    }
  }

  /** From the beginning, or with a step of -1 from the end. */
  private follow(
    start: Node<Entry<T>> | undefined,
    buf: Buffer,
    from: number,
    to: number,
    step: 1 | -1,
    candidates: Candidates<T>,
  ): void {
    const length = to - from;
    let at = step === 1 ? from : to - 1;
    let left = length;
    for (let node = start; node !== undefined; ) {
      const { text } = node;
      left -= text.length;
      if (left < 0) return;
      for (let i = 0; i < text.length; i++, at += step) {
        if (LOWER[buf[at]] !== text.charCodeAt(i)) return;
      }
      for (const { sieve, found } of node.entries) {
        if (length < sieve.least || length > sieve.most) continue;
        if (passes(sieve, buf, from, to)) candidates.addAll(found);
      }
      if (left === 0) return;
      node = node.follower(LOWER[buf[at]]);
    }
  }

  private tryOthers(buf: Buffer, from: number, to: number, candidates: Candidates<T>): void {
    const { known, sets, asked } = this;
    let seen = 0;
    if (sets.length > 0) for (let at = from; at < to; at++) seen |= known[buf[at]];
    const length = to - from;
    for (let i = 0, at = 0; at < asked.length; i++, at += 4) {
      if (length < asked[at]) break;
      if (length > asked[at + 1]) continue;
      if ((seen & asked[at + 2]) !== asked[at + 2] || (seen & asked[at + 3]) !== 0) continue;
      const { rest, found } = this.others[i]!;
      if (passes(rest, buf, from, to)) candidates.addAll(found);
    }
  }

  private decode(subject: S): boolean {
    const value = this.field.read(subject);
    if (value === undefined) return false;
    if (this.decoded === undefined) {
      this.decoded = new Spans(1);
      this.decoded.buf = Buffer.alloc(SCRATCH);
    }
    this.decoded.to[0] = this.decoded.buf.write(String(value), 0, 'latin1');
    return true;
  }
}

function entryOf<T extends Indexed>(sieve: TextSieve): Entry<T> {
  return { sieve, rest: sieve, needed: 0, forbidden: 0, found: [] };
}

/** Whether the bytes are as the sieve says; prefix and length were seen to, and mostly the suffix. */
function passes(
  { only, some, suffix, part }: TextSieve,
  buf: Buffer,
  from: number,
  to: number,
): boolean {
  if (suffix !== '' && !endsWith(buf, to, suffix)) return false;
  if (only !== undefined && !hasOnly(buf, from, to, only)) return false;
  if (some !== undefined && !hasSome(buf, from, to, some)) return false;
  return part === '' || hasPart(buf, from, to, part);
}

function hasOnly(buf: Buffer, from: number, to: number, only: ByteSet): boolean {
  for (let at = from; at < to; at++) if (only[buf[at]] === 0) return false;
  return true;
}

function hasSome(buf: Buffer, from: number, to: number, some: ByteSet): boolean {
  for (let at = from; at < to; at++) if (some[buf[at]] === 1) return true;
  return false;
}

function endsWith(buf: Buffer, to: number, suffix: string): boolean {
  const { length } = suffix;
  for (let i = 1; i <= length; i++) {
    if (LOWER[buf[to - i]] !== suffix.charCodeAt(length - i)) return false;
  }
  return true;
}

function hasPart(buf: Buffer, from: number, to: number, part: string): boolean {
  const first = part.charCodeAt(0);
  for (let at = from; at <= to - part.length; at++) {
    if (LOWER[buf[at]] !== first) continue;
    let i = 1;
    while (i < part.length && LOWER[buf[at + i]] === part.charCodeAt(i)) i++;
    if (i === part.length) return true;
  }
  return false;
}

function isSame(a: TextSieve, b: TextSieve): boolean {
  return (
    a.suffix === b.suffix &&
    a.part === b.part &&
    a.least === b.least &&
    a.most === b.most &&
    isSameSet(a.only, b.only) &&
    isSameSet(a.some, b.some)
  );
}

function isSameSet(a: ByteSet | undefined, b: ByteSet | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  return a.every((byte, i) => byte === b[i]);
}
