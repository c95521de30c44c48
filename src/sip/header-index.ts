import { Fact } from '../kernel/facts.js';
import { BACKSLASH, COLON, CR, isBlank, LF, skipLws, trimLws } from './characters.js';
import { Deviation } from './deviations.js';
import { HeaderOrders } from './header-orders.js';
import { rangeText } from './text.js';
import { HEADERS, type Header, headerId } from './tokens.js';

/** Header fields kept per message; the torture messages need 45. */
export const MAX_HEADERS = 256;
/** A longer value is cut here and flagged, so that no look at a value costs more than this. */
export const MAX_VALUE = 8192;

/** One for the process: what it keeps changes no result. */
const ORDERS = new HeaderOrders(HEADERS.map((row) => row.code));
const HAS_COMPACT = Uint8Array.from(HEADERS, (row) => (row.compact === '' ? 0 : 1));

/** Where header fields stand, one entry per field. */
export interface HeaderArrays {
  readonly ids: Uint8Array;
  /** The line begins with its name; `nameTo` is before blanks and colon. */
  readonly lineFrom: Uint32Array;
  readonly nameTo: Uint32Array;
  /** Trimmed; folds may be inside. */
  readonly valueFrom: Uint32Array;
  readonly valueTo: Uint32Array;
  /** The end of the last line of the field, without its line end. */
  readonly lineTo: Uint32Array;
  /** By header id: the first entry, or -1; and how many. */
  readonly first: Int16Array;
  readonly counts: Uint16Array;
}

/** Which header field is where, in fixed arrays: its own, or those that the kernel fills. */
export class HeaderIndex implements HeaderArrays {
  length = 0;
  readonly ids: Uint8Array;
  readonly lineFrom: Uint32Array;
  readonly nameTo: Uint32Array;
  readonly valueFrom: Uint32Array;
  readonly valueTo: Uint32Array;
  readonly lineTo: Uint32Array;
  readonly first: Int16Array;
  readonly counts: Uint16Array;
  /** Where the body begins: after the empty line, or the end of what was given. */
  end = 0;
  /** Lines that end in CR LF, and in LF alone. */
  crlfLines = 0;
  lfLines = 0;
  compactCount = 0;
  longCount = 0;
  deviations = 0;

  constructor(arrays: HeaderArrays = ownArrays()) {
    this.ids = arrays.ids;
    this.lineFrom = arrays.lineFrom;
    this.nameTo = arrays.nameTo;
    this.valueFrom = arrays.valueFrom;
    this.valueTo = arrays.valueTo;
    this.lineTo = arrays.lineTo;
    this.first = arrays.first;
    this.counts = arrays.counts;
    this.first.fill(-1);
  }

  /** The arrays were filled by the kernel; `facts` says the rest. */
  take(facts: Int32Array): void {
    this.length = facts[Fact.HeaderCount];
    this.end = facts[Fact.HeadEnd];
    this.crlfLines = facts[Fact.CrlfLines];
    this.lfLines = facts[Fact.LfLines];
    this.compactCount = facts[Fact.CompactCount];
    this.longCount = facts[Fact.LongCount];
    this.deviations = facts[Fact.HeaderDeviations];
  }

  clear(): void {
    for (let i = 0; i < this.length; i++) {
      this.first[this.ids[i]] = -1;
      this.counts[this.ids[i]] = 0;
    }
    this.length = 0;
    this.end = 0;
    this.crlfLines = this.lfLines = 0;
    this.compactCount = this.longCount = 0;
    this.deviations = 0;
  }

  /** The value of the first field of this id; 0/0 when there is none. */
  firstFrom(id: Header): number {
    const i = this.first[id];
    return i === -1 ? 0 : this.valueFrom[i];
  }

  firstTo(id: Header): number {
    const i = this.first[id];
    return i === -1 ? 0 : this.valueTo[i];
  }

  /** The codes of the fields as they stand, joined by one space. */
  order(): string {
    return ORDERS.of(this.ids, this.length);
  }

  /** The names as written, joined by one space. */
  names(buf: Buffer): string {
    let names = '';
    for (let i = 0; i < this.length; i++) {
      const name = rangeText(buf, this.lineFrom[i], this.nameTo[i]);
      names += i === 0 ? name : ` ${name}`;
    }
    return names;
  }

  /** Reads header fields from `from` up to the empty line, in one pass over the bytes. */
  read(buf: Buffer, from: number, to: number): void {
    this.clear();
    let at = from;
    while (at < to) {
      const first = buf[at];
      if (first === LF || (first === CR && at + 1 < to && buf[at + 1] === LF)) {
        this.end = this.afterLine(buf, at, first === LF ? at : at + 1, to);
        return;
      }
      if (this.length === MAX_HEADERS) {
        this.deviations |= Deviation.TooManyHeaders;
        break;
      }
      at = this.readField(buf, at, to);
    }
    if (at >= to) this.deviations |= Deviation.NoEndOfHead;
    this.end = to;
  }

  /** One field with its folds (RFC 3261 §7.3.1); returns where the next line begins. */
  private readField(buf: Buffer, from: number, to: number): number {
    const colon = colonIn(buf, from, to);
    let feed = this.lineFeed(buf, colon === -1 ? from : colon, to);
    let next = this.afterLine(buf, from, feed, to);
    while (next < to && isBlank(buf[next])) {
      this.deviations |= Deviation.FoldedLines;
      feed = this.lineFeed(buf, next, to);
      next = this.afterLine(buf, next, feed, to);
    }
    const lineTo = feed > from && feed < to && buf[feed - 1] === CR ? feed - 1 : feed;
    if (colon === -1) this.deviations |= Deviation.HeaderWithoutColon;
    else this.add(buf, from, colon, lineTo);
    return next;
  }

  private add(buf: Buffer, from: number, colon: number, lineTo: number): void {
    const id = headerId(buf, from, colon);
    const i = this.length++;
    const nameTo = trimLws(buf, from, colon);
    this.ids[i] = id;
    this.lineFrom[i] = from;
    this.nameTo[i] = nameTo;
    this.lineTo[i] = lineTo;
    const valueFrom = skipLws(buf, colon + 1, lineTo);
    this.valueFrom[i] = valueFrom;
    this.valueTo[i] = this.cut(valueFrom, trimLws(buf, valueFrom, lineTo));
    if (this.counts[id]++ === 0) this.first[id] = i;
    if (HAS_COMPACT[id] === 1) {
      if (nameTo - from === 1) this.compactCount++;
      else this.longCount++;
    }
  }

  private cut(from: number, to: number): number {
    if (to - from <= MAX_VALUE) return to;
    this.deviations |= Deviation.HeaderTooLong;
    return from + MAX_VALUE;
  }

  /** The LF that ends the line at `from`, or `to`. */
  private lineFeed(buf: Buffer, from: number, to: number): number {
    let at = from;
    for (;;) {
      while (at < to && buf[at] > CR) at++;
      if (at >= to || buf[at] === LF) return Math.min(at, to);
      if (buf[at] === CR && at + 1 < to && buf[at + 1] === LF) return at + 1;
      this.noteOddByte(buf, at, to);
      at++;
    }
  }

  private noteOddByte(buf: Buffer, at: number, to: number): void {
    if (buf[at] === CR && at + 1 < to) this.deviations |= Deviation.BareCr;
    // A quoted pair may hold NUL (RFC 4475 §3.1.1.2).
    if (buf[at] === 0 && buf[at - 1] !== BACKSLASH) this.deviations |= Deviation.NulByte;
  }

  /** Counts the line's end and returns where the next line begins. */
  private afterLine(buf: Buffer, from: number, feed: number, to: number): number {
    if (feed >= to) return to;
    if (feed > from && buf[feed - 1] === CR) this.crlfLines++;
    else this.lfLines++;
    return feed + 1;
  }
}

function ownArrays(): HeaderArrays {
  return {
    ids: new Uint8Array(MAX_HEADERS),
    lineFrom: new Uint32Array(MAX_HEADERS),
    nameTo: new Uint32Array(MAX_HEADERS),
    valueFrom: new Uint32Array(MAX_HEADERS),
    valueTo: new Uint32Array(MAX_HEADERS),
    lineTo: new Uint32Array(MAX_HEADERS),
    first: new Int16Array(HEADERS.length),
    counts: new Uint16Array(HEADERS.length),
  };
}

/** The colon of the line at `from`, or -1. */
function colonIn(buf: Buffer, from: number, to: number): number {
  for (let at = from; at < to; at++) {
    const byte = buf[at];
    if (byte === COLON) return at;
    if (byte === LF) return -1;
  }
  return -1;
}
