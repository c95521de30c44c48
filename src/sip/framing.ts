import { CR, isBlank, isDigit, isToken, LF, SLASH, seek, skipLws, trimLws } from './characters.js';
import { isVersion, Kind, recognise } from './recognise.js';
import { METHOD_NAMES, Method, methodId } from './tokens.js';

const IN_LINE = 0;
const LINE_BEGIN = 1;
const LINE_BEGIN_CR = 2;

/**
 * Finds the empty line that ends a head, in a head that comes in any number of pieces: it keeps
 * where it stands in the line, so that no byte is looked at twice.
 */
export class HeadScan {
  /** Whole lines since the beginning. */
  lines = 0;
  private place: number = LINE_BEGIN;

  /** The start line has been read. */
  begin(): void {
    this.lines = 0;
    this.place = LINE_BEGIN;
  }

  /** After the empty line, or -1 when it is not in `buf[from, to)`. */
  end(buf: Buffer, from: number, to: number): number {
    let { place, lines } = this;
    for (let at = from; at < to; at++) {
      const byte = buf[at];
      if (byte === LF) {
        if (place !== IN_LINE) return at + 1;
        place = LINE_BEGIN;
        lines++;
      } else if (place !== IN_LINE) {
        place = byte === CR && place === LINE_BEGIN ? LINE_BEGIN_CR : IN_LINE;
      }
    }
    this.place = place;
    this.lines = lines;
    return -1;
  }
}

/**
 * Whether a line, with or without its end, begins a message beyond doubt: the full forms of RFC
 * 3261 §7.1 and §7.2. For a place where no message must begin. `mayBeRest`: the line may lack its
 * own beginning, and what may be the rest of a known method is none.
 */
export function isStartLine(buf: Buffer, from: number, to: number, mayBeRest: boolean): boolean {
  const end = trimLws(buf, from, to);
  if (isVersion(buf, from, end)) return hasStatus(buf, from, end);
  let methodTo = from;
  while (methodTo < end && isToken(buf[methodTo])) methodTo++;
  if (methodTo === from || methodTo === end || !isBlank(buf[methodTo])) return false;
  let version = end;
  while (!isBlank(buf[version - 1])) version--;
  if (!isVersion(buf, version, end) || skipLws(buf, methodTo, end) === version) return false;
  return !mayBeRest || !isRestOfMethod(buf, from, methodTo);
}

/** Such as the STER of a REGISTER. */
function isRestOfMethod(buf: Buffer, from: number, to: number): boolean {
  if (methodId(buf, from, to) !== Method.Other) return false;
  const rest = buf.toString('latin1', from, Math.min(to, from + 16)).toUpperCase();
  return METHOD_NAMES.some((name) => name.endsWith(rest));
}

/** Whether a line may begin a message where one must begin: whatever a datagram may begin with. */
export function mayBeStartLine(buf: Buffer, from: number, to: number): boolean {
  const kind = recognise(buf, from, to);
  return kind === Kind.Request || kind === Kind.Response;
}

/** A method is no longer: so much of a line shows that it is no start line. */
export const MAX_METHOD = 64;

/** Whether a line, of which more than MAX_METHOD bytes are here, begins with a word and a blank. */
export function hasMethod(buf: Buffer, from: number): boolean {
  let at = from;
  while (at < from + MAX_METHOD && (isToken(buf[at]) || buf[at] === SLASH)) at++;
  return at > from && isBlank(buf[at]);
}

/** Whether these bytes begin like a message: with a version, or with a known method and a blank. */
export function beginsLikeMessage(buf: Buffer, from: number, to: number): boolean {
  if (isVersion(buf, from, to)) return true;
  let at = from;
  while (at < to && isToken(buf[at])) at++;
  return at < to && isBlank(buf[at]) && methodId(buf, from, at) !== Method.Other;
}

/** Three digits after the version. */
function hasStatus(buf: Buffer, from: number, to: number): boolean {
  let at = from;
  while (at < to && !isBlank(buf[at])) at++;
  at = skipLws(buf, at, to);
  if (to - at < 3 || (to - at > 3 && !isBlank(buf[at + 3]))) return false;
  return isDigit(buf[at]) && isDigit(buf[at + 1]) && isDigit(buf[at + 2]);
}

/** Where the next line begins, or `to`. */
export function afterLine(buf: Buffer, from: number, to: number): number {
  return Math.min(seek(buf, LF, from, to) + 1, to);
}

/** The same, with the lines that a header field is folded over (RFC 3261 §7.3.1). */
export function afterField(buf: Buffer, from: number, to: number): number {
  let next = afterLine(buf, from, to);
  while (next < to && isBlank(buf[next])) next = afterLine(buf, next, to);
  return next;
}
