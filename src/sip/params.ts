import {
  afterQuoted,
  EQUALS,
  equalsFold,
  isToken,
  QUOTE,
  seek,
  skipLws,
  trimLws,
} from './characters.js';
import { textOf, unquotedText } from './text.js';

/** Parameters read per list: a hostile one must end. */
const MAX_PARAMS = 64;

/**
 * A list of parameters, `;name=value` or `name=value,`, read in place. It is also its own cursor:
 * `next` moves it, and the name and value ranges are of the parameter it stands on. The first
 * look-up walks the list and notes where its parameters are; the others only compare names. A value
 * becomes text once: several rooms ask for the same tag and branch.
 */
export class ParamList {
  nameFrom = 0;
  nameTo = 0;
  valueFrom = 0;
  /** Equal to `valueFrom` for a parameter without a value. */
  valueTo = 0;
  /** The value was a quoted string; the range is its inside. */
  quoted = false;
  /** The parameter it stands on has a name of token bytes and an ended value. */
  wellFormed = true;
  private buf: Buffer = Buffer.alloc(0);
  private from = 0;
  private to = 0;
  private at = 0;
  private seen = 0;
  /** Of each parameter: name and value ranges, and whether the value was quoted. */
  private readonly ranges = new Int32Array(4 * MAX_PARAMS);
  private readonly quotes = new Uint8Array(MAX_PARAMS);
  /** Their values as text, once asked for. */
  private readonly texts: (string | undefined)[] = [];
  private count = -1;
  private intact = true;
  private readonly separator: number;

  constructor(separator: number) {
    this.separator = separator;
  }

  /** A separator may stand before the first parameter. */
  set(buf: Buffer, from: number, to: number): void {
    this.buf = buf;
    this.from = from;
    this.to = to;
    this.count = -1;
  }

  /** Steps to the next parameter; false at the end. Two separators in a row give an empty name. */
  private next(): boolean {
    if (this.at >= this.to || this.seen === MAX_PARAMS) return false;
    this.seen++;
    if (this.buf[this.at] === this.separator) this.at++;
    this.nameFrom = skipLws(this.buf, this.at, this.to);
    let at = this.nameFrom;
    while (at < this.to && isToken(this.buf[at])) at++;
    this.nameTo = at;
    at = skipLws(this.buf, at, this.to);
    this.valueFrom = this.valueTo = at;
    this.quoted = false;
    this.wellFormed = this.nameTo > this.nameFrom;
    if (at < this.to && this.buf[at] === EQUALS) at = this.readValue(at + 1);
    const end = seek(this.buf, this.separator, at, this.to);
    if (end > skipLws(this.buf, at, end)) this.wellFormed = false;
    this.at = end;
    return true;
  }

  /** Whether there is a parameter of this name (lower case). */
  has(name: string): boolean {
    return this.indexOf(name) !== -1;
  }

  /** The first parameter of this name, or -1. */
  private indexOf(name: string): number {
    if (this.count === -1) this.note();
    for (let i = 0; i < this.count; i++) if (this.isNamed(i, name)) return i;
    return -1;
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

  private note(): void {
    const { ranges } = this;
    let intact = true;
    this.at = skipLws(this.buf, this.from, this.to);
    this.seen = 0;
    while (this.next()) {
      const i = this.seen - 1;
      ranges[4 * i] = this.nameFrom;
      ranges[4 * i + 1] = this.nameTo;
      ranges[4 * i + 2] = this.valueFrom;
      ranges[4 * i + 3] = this.valueTo;
      this.quotes[i] = this.quoted ? 1 : 0;
      this.texts[i] = undefined;
      intact &&= this.wellFormed;
    }
    this.count = this.seen;
    this.intact = intact && this.at >= this.to;
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

  private valueText(i: number): string {
    const known = this.texts[i];
    if (known !== undefined) return known;
    const read = this.quotes[i] === 1 ? unquotedText : textOf;
    const text = read(this.buf, this.ranges[4 * i + 2], this.ranges[4 * i + 3]);
    this.texts[i] = text;
    return text;
  }

  /** Whether all were read, every parameter has a name, and no value is left open. */
  allWellFormed(): boolean {
    if (this.count === -1) this.note();
    return this.intact;
  }

  private readValue(from: number): number {
    const start = skipLws(this.buf, from, this.to);
    if (start < this.to && this.buf[start] === QUOTE) return this.readQuoted(start);
    const end = seek(this.buf, this.separator, start, this.to);
    this.valueFrom = start;
    this.valueTo = trimLws(this.buf, start, end);
    if (this.valueTo === start) this.wellFormed = false;
    return end;
  }

  private readQuoted(start: number): number {
    const after = afterQuoted(this.buf, start, this.to);
    this.quoted = true;
    this.valueFrom = start + 1;
    this.valueTo = after === -1 ? this.to : after - 1;
    if (after === -1) this.wellFormed = false;
    return after === -1 ? this.to : after;
  }
}
