import type { ValuePlace } from '../kernel/index-place.js';
import { NameAddrPart, NO_PARTS } from '../kernel/parts.js';
import type { Hasher } from '../tables/hash.js';
import {
  afterQuoted,
  COMMA,
  GREATER,
  LESS,
  QUESTION,
  QUOTE,
  SEMICOLON,
  STAR,
  seek,
  skipLws,
  trimLws,
} from './characters.js';
import { ParamList } from './params.js';
import { textOf, unquotedText } from './text.js';
import { UriView } from './uri.js';

/**
 * One value of From, To, Contact and their like (RFC 3261 §20.10): `"Name" <uri>;params` or
 * `uri;params`. Without brackets the parameters belong to the header, not to the URI.
 */
export class NameAddrView {
  readonly uri = new UriView();
  hasBrackets = false;
  /** `Contact: *`. */
  isStar = false;
  /** Grammatical as far as we look: quotes and brackets closed, a URI, named parameters. */
  valid = false;
  from = 0;
  /** The end of this value: a comma, or the end of the header. */
  to = 0;
  private buf: Buffer = Buffer.alloc(0);
  /** The display name without its quotes. */
  displayFrom = 0;
  displayTo = 0;
  displayQuoted = false;
  readonly params: ParamList;

  private readonly parts: Int32Array;

  /** `place`: where the kernel writes, for a view that `take` is called of. */
  constructor(place?: ValuePlace) {
    this.params = new ParamList(SEMICOLON, place?.params);
    this.parts = place?.parts ?? NO_PARTS;
  }

  /** Reads the first value of `buf[from, to)`; in a list header a comma ends it. */
  set(buf: Buffer, from: number, to: number, list: boolean): void {
    this.clear(buf, skipLws(buf, from, to), to);
    if (this.from === to) {
      this.uri.setNone();
      return;
    }
    const afterUri = this.readUri(this.readDisplay(list), list);
    this.readParams(afterUri, list);
  }

  /** The kernel has read `buf[from, to)`, which is one value with brackets and all valid. */
  take(buf: Buffer, from: number, to: number): void {
    const { parts } = this;
    this.buf = buf;
    this.from = from;
    this.to = to;
    this.hasBrackets = this.valid = true;
    this.isStar = false;
    this.displayFrom = parts[NameAddrPart.DisplayFrom];
    this.displayTo = parts[NameAddrPart.DisplayTo];
    this.displayQuoted = parts[NameAddrPart.DisplayQuoted] === 1;
    this.uri.take(buf, parts);
    this.params.take(buf, parts[NameAddrPart.ParamCount]);
  }

  display(): string | undefined {
    if (this.displayFrom === this.displayTo) return undefined;
    const read = this.displayQuoted ? unquotedText : textOf;
    return read(this.buf, this.displayFrom, this.displayTo);
  }

  tag(): string | undefined {
    return this.params.text('tag');
  }

  get hasTag(): boolean {
    return this.params.has('tag');
  }

  /** Adds the tag to a hash, as `addText` would; without one, nothing, and false. */
  addTag(hasher: Hasher): boolean {
    return this.params.addTo(hasher, 'tag');
  }

  /** A header parameter, `name` in lower case; '' when it has no value. */
  param(name: string): string | undefined {
    return this.params.text(name);
  }

  raw(): string | undefined {
    const { rawTo } = this;
    return this.from < rawTo ? textOf(this.buf, this.from, rawTo) : undefined;
  }

  /** Where that text ends. */
  get rawTo(): number {
    return trimLws(this.buf, this.from, this.to);
  }

  private clear(buf: Buffer, from: number, to: number): void {
    this.buf = buf;
    this.from = from;
    this.to = to;
    this.hasBrackets = this.isStar = this.valid = this.displayQuoted = false;
    this.displayFrom = this.displayTo = 0;
    this.params.set(buf, 0, 0);
  }

  /** Finds what stands before '<', and returns where the URI or its bracket begins. */
  private readDisplay(list: boolean): number {
    this.valid = true;
    if (this.buf[this.from] === QUOTE) {
      const after = afterQuoted(this.buf, this.from, this.to);
      if (after !== -1) return this.readQuotedDisplay(after);
      this.valid = false;
    }
    const bracket = this.findBracket(list);
    if (bracket === -1) return this.from;
    this.hasBrackets = true;
    const quote = this.buf[this.from] === QUOTE ? 1 : 0;
    this.displayFrom = this.from + quote;
    this.displayTo = Math.max(trimLws(this.buf, this.from, bracket), this.displayFrom);
    return bracket;
  }

  private readQuotedDisplay(after: number): number {
    this.displayFrom = this.from + 1;
    this.displayTo = after - 1;
    this.displayQuoted = true;
    const bracket = skipLws(this.buf, after, this.to);
    this.hasBrackets = bracket < this.to && this.buf[bracket] === LESS;
    if (!this.hasBrackets) this.valid = false;
    return bracket;
  }

  /** The '<' of this value, or -1; a ';' before it means that it is not one of ours. */
  private findBracket(list: boolean): number {
    const { buf, from, to } = this;
    for (let at = from; at < to; at++) {
      const byte = buf[at];
      if (byte > LESS) continue;
      if (byte === LESS) return at;
      if (byte === SEMICOLON || (byte === COMMA && list)) return -1;
      if (byte === COMMA) this.valid = false;
      if (byte === QUOTE && at > from) this.valid = false;
    }
    return -1;
  }

  private readUri(at: number, list: boolean): number {
    return this.hasBrackets ? this.readBracketed(at) : this.readBare(at, list);
  }

  private readBracketed(bracket: number): number {
    const { buf, uri } = this;
    const end = seek(buf, GREATER, bracket + 1, this.to);
    if (end === this.to) this.valid = false;
    const from = skipLws(buf, bracket + 1, end);
    const to = trimLws(buf, from, end);
    // RFC 3261 §25.1 allows no white space inside the brackets (RFC 4475 §3.1.2.14).
    if (from !== bracket + 1 || to !== end) this.valid = false;
    uri.set(buf, from, to);
    if (!uri.valid) this.valid = false;
    return Math.min(end + 1, this.to);
  }

  /** RFC 3261 §20.10: a bare URI has no '?', and a ';' or ',' ends it. */
  private readBare(from: number, list: boolean): number {
    const { buf, uri } = this;
    let end = from;
    let question = false;
    while (end < this.to && buf[end] !== SEMICOLON) {
      const byte = buf[end];
      if (byte === COMMA && list) break;
      if (byte === COMMA) this.valid = false;
      if (byte === QUESTION) question = true;
      end++;
    }
    const to = trimLws(buf, from, end);
    uri.set(buf, from, to);
    this.isStar = to - from === 1 && buf[from] === STAR;
    if (question || !(uri.valid || this.isStar)) this.valid = false;
    return end;
  }

  private readParams(from: number, list: boolean): void {
    const end = list ? valueEnd(this.buf, from, this.to) : this.to;
    this.to = end;
    const start = skipLws(this.buf, from, end);
    if (start === end) return;
    if (this.buf[start] !== SEMICOLON) {
      this.valid = false;
      return;
    }
    this.params.set(this.buf, start, end);
    if (!this.params.allWellFormed()) this.valid = false;
  }
}

/** The comma that ends a value, or `to`; commas in quoted strings do not count. */
export function valueEnd(buf: Buffer, from: number, to: number): number {
  let at = from;
  while (at < to) {
    const byte = buf[at];
    if (byte === COMMA) return at;
    if (byte !== QUOTE) at++;
    else {
      at = afterQuoted(buf, at, to);
      if (at === -1) return to;
    }
  }
  return at;
}
