import { COLON, CR, LF, readNumber, seek, skipLws, trimLws } from './characters.js';
import { afterField, afterLine } from './framing.js';
import { Header, headerId } from './tokens.js';

/** Reads a head that is here in one piece, as most are: one pass tells all that the framer asks. */
export class WholeHead {
  /**
   * The Content-Length (RFC 3261 §20.14): 0 when it is missing, as in the streams of old devices;
   * -1 when it cannot be read, or when there are several that differ.
   */
  bodyLength = 0;

  /**
   * Reads the header fields in `buf[from, to)`, which begin behind the start line. Gives what
   * `HeadScan` gives: where the head ends, behind its empty line, or -1.
   */
  read(buf: Buffer, from: number, to: number): number {
    let length = -1;
    let isReadable = true;
    let end = -1;
    let at = from;
    while (at < to && end === -1) {
      end = afterEmptyLine(buf, at, to);
      const next = afterField(buf, at, to);
      if (mayBeContentLength(buf, at)) {
        const colon = seek(buf, COLON, at, next);
        if (colon < next && headerId(buf, at, colon) === Header.ContentLength) {
          const valueFrom = skipLws(buf, colon + 1, next);
          const value = readNumber(buf, valueFrom, trimLws(buf, valueFrom, next));
          if (value === -1 || (length !== -1 && value !== length)) isReadable = false;
          length = value;
        }
      }
      at = next;
    }
    this.bodyLength = isReadable ? Math.max(length, 0) : -1;
    return end;
  }
}

/** The Content-Length that a whole head gives, start line included; see `WholeHead`. */
export function bodyLength(buf: Buffer, from: number, to: number): number {
  const head = new WholeHead();
  head.read(buf, afterLine(buf, from, to), to);
  return head.bodyLength;
}

/** Behind the empty line that begins here, or -1. */
function afterEmptyLine(buf: Buffer, at: number, to: number): number {
  if (buf[at] === LF) return at + 1;
  return buf[at] === CR && at + 1 < to && buf[at + 1] === LF ? at + 2 : -1;
}

/** An `l`, or a `c` with an `l` where Content-Length has it: spares the other lines the look-up. */
function mayBeContentLength(buf: Buffer, at: number): boolean {
  const folded = buf[at] | 32;
  return folded === 108 || (folded === 99 && (buf[at + 8] | 32) === 108);
}
