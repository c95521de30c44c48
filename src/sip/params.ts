import type { Hasher } from '../tables/hash.js';
import {
  afterQuoted,
  BACKSLASH,
  EQUALS,
  equalsFold,
  isToken,
  LF,
  QUOTE,
  seek,
  skipLws,
  trimLws,
} from './characters.js';
import { rangeText, textOf, unquotedText } from './text.js';

/** Parameters read per list: a hostile one must end. */
export const MAX_PARAMS = 64;

/**
 * A list of parameters, `;name=value` or `name=value,`, read in place. The first question walks the
 * list and notes where its parameters are; the others only compare names. A value becomes text once:
 * several rooms ask for the same tag and branch.
 */
export class ParamList {
  private buf: Buffer = Buffer.alloc(0);
  private from = 0;
  private to = 0;
  /** Of each parameter: name and value ranges; equal ends for one without a value. */
  private readonly ranges: Int32Array;
  /** 1: the value was a quoted string; its range is the inside. */
  private readonly quotes = new Uint8Array(MAX_PARAMS);
  /** Their values as text, once asked for. */
  private readonly texts: (string | undefined)[] = [];
  /** -1: not walked yet. */
  private count = -1;
  private intact = true;
  /** No value holds a quoted-pair or a line fold: the text of each is its bytes. */
  private plain = false;
  private readonly separator: number;

  /** `ranges`: where the kernel writes them, for a list that `take` is called of. */
  constructor(separator: number, ranges: Int32Array = new Int32Array(4 * MAX_PARAMS)) {
    this.separator = separator;
    this.ranges = ranges;
  }

  /** A separator may stand before the first parameter. */
  set(buf: Buffer, from: number, to: number): void {
    this.buf = buf;
    this.from = from;
    this.to = to;
    this.count = -1;
    this.plain = false;
  }

  /** The kernel has written so many ranges; the list is well formed, and the values are plain. */
  take(buf: Buffer, count: number): void {
    this.buf = buf;
    this.count = count;
    this.intact = true;
    this.plain = true;
    for (let i = 0; i < count; i++) {
      this.quotes[i] = buf[this.ranges[4 * i + 2] - 1] === QUOTE ? 1 : 0;
      this.texts[i] = undefined;
    }
  }

  /** Whether there is a parameter of this name (lower case). */
  has(name: string): boolean {
    return this.indexOf(name) !== -1;
  }

  /** The place of the first parameter of this name (lower case), or -1. */
  indexOf(name: string): number {
    if (this.count === -1) this.note();
    for (let i = 0; i < this.count; i++) if (this.isNamed(i, name)) return i;
    return -1;
  }

  /** The range of the value at this place, quotes taken off; empty when it has none. */
  valueFrom(i: number): number {
    return this.ranges[4 * i + 2];
  }

  valueTo(i: number): number {
    return this.ranges[4 * i + 3];
  }

  isQuoted(i: number): boolean {
    return this.quotes[i] === 1;
  }

  private lastIndexOf(name: string): number {
    if (this.count === -1) this.note();
    let i = this.count - 1;
    while (i >= 0 && !this.isNamed(i, name)) i--;
    return i;
  }

  private isNamed(i: number, name: string): boolean {
    return equalsFold(this.buf, this.ranges[4 * i], this.ranges[4 * i + 1], name);
  }

  /** Walks the list. Two separators in a row give an empty name. */
  private note(): void {
    const { buf, to, separator, ranges } = this;
    let at = skipLws(buf, this.from, to);
    let count = 0;
    this.intact = true;
    while (at < to && count < MAX_PARAMS) {
      if (buf[at] === separator) at++;
      const nameFrom = skipLws(buf, at, to);
      let nameTo = nameFrom;
      while (nameTo < to && isToken(buf[nameTo])) nameTo++;
      if (nameTo === nameFrom) this.intact = false;
      ranges[4 * count] = nameFrom;
      ranges[4 * count + 1] = nameTo;
      at = this.noteValue(count, skipLws(buf, nameTo, to));
      count++;
    }
    if (at < to) this.intact = false;
    this.count = count;
  }

  /** What follows a name, and may be nothing; returns where the next parameter begins. */
  private noteValue(i: number, from: number): number {
    const { buf, to, separator } = this;
    this.quotes[i] = 0;
    this.texts[i] = undefined;
    this.noteRange(i, from, from);
    let after = from;
    if (from < to && buf[from] === EQUALS) {
      const start = skipLws(buf, from + 1, to);
      if (start < to && buf[start] === QUOTE) after = this.noteQuoted(i, start);
      else {
        after = seek(buf, separator, start, to);
        this.noteRange(i, start, trimLws(buf, start, after));
        if (this.ranges[4 * i + 3] === start) this.intact = false;
      }
    }
    const end = seek(buf, separator, after, to);
    if (end > skipLws(buf, after, end)) this.intact = false;
    return end;
  }

  private noteQuoted(i: number, quote: number): number {
    const after = afterQuoted(this.buf, quote, this.to);
    this.quotes[i] = 1;
    this.noteRange(i, quote + 1, after === -1 ? this.to : after - 1);
    if (after === -1) this.intact = false;
    return after === -1 ? this.to : after;
  }

  private noteRange(i: number, from: number, to: number): void {
    this.ranges[4 * i + 2] = from;
    this.ranges[4 * i + 3] = to;
  }

  /** The value of the named parameter, quotes taken off; '' when it has none; undefined if absent. */
  text(name: string): string | undefined {
    const i = this.indexOf(name);
    return i === -1 ? undefined : this.valueText(i);
  }

  /** The same of the last parameter of this name. */
  lastText(name: string): string | undefined {
    const i = this.lastIndexOf(name);
    return i === -1 ? undefined : this.valueText(i);
  }

  /** Adds to a hash what `text` gives, without making it; absent: nothing, and false. */
  addTo(hasher: Hasher, name: string): boolean {
    const length = this.addWordTo(hasher, name);
    if (length === -1) return false;
    hasher.addNumber(length);
    return true;
  }

  /** The same as a part of a text: gives how long it is, which is not added; -1: absent. */
  addWordTo(hasher: Hasher, name: string): number {
    const i = this.indexOf(name);
    if (i === -1) return -1;
    if (this.isPlain(i)) {
      const from = this.ranges[4 * i + 2];
      const to = this.ranges[4 * i + 3];
      hasher.addWord(this.buf, from, to);
      return to - from;
    }
    const text = this.valueText(i);
    hasher.addCharacters(text);
    return text.length;
  }

  /** Writes what `text` gives into `bytes` at `at`, at most `limit` of it; how much; -1: absent. */
  copyTo(bytes: Uint8Array, at: number, limit: number, name: string): number {
    const i = this.indexOf(name);
    if (i === -1) return -1;
    const plain = this.isPlain(i);
    const from = plain ? this.buf : Buffer.from(this.valueText(i), 'latin1');
    const first = plain ? this.ranges[4 * i + 2] : 0;
    const length = Math.min(plain ? this.ranges[4 * i + 3] - first : from.length, limit);
    for (let j = 0; j < length; j++) bytes[at + j] = from[first + j];
    return length;
  }

  /** As text, the value is its bytes: it has no quoted-pair and no line fold. */
  private isPlain(i: number): boolean {
    if (this.plain) return true;
    const from = this.ranges[4 * i + 2];
    const to = this.ranges[4 * i + 3];
    if (this.quotes[i] === 1 && seek(this.buf, BACKSLASH, from, to) < to) return false;
    return seek(this.buf, LF, from, to) === to;
  }

  private valueText(i: number): string {
    const known = this.texts[i];
    if (known !== undefined) return known;
    const text = this.readText(i, this.ranges[4 * i + 2], this.ranges[4 * i + 3]);
    this.texts[i] = text;
    return text;
  }

  private readText(i: number, from: number, to: number): string {
    if (this.plain) return rangeText(this.buf, from, to);
    return this.quotes[i] === 1 ? unquotedText(this.buf, from, to) : textOf(this.buf, from, to);
  }

  /** Whether all were read, every parameter has a name, and no value is left open. */
  allWellFormed(): boolean {
    if (this.count === -1) this.note();
    return this.intact;
  }
}
