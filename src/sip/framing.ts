import { COLON, CR, isBlank, LF, readNumber, seek, skipLws, trimLws } from './characters.js';
import { skipLineEnds } from './recognise.js';
import { Header, headerId } from './tokens.js';

/**
 * Where the message that begins at `from` ends, by its Content-Length (RFC 3261 §18.3), or -1 while
 * it is incomplete. Empty lines before it (keep-alives, RFC 5626 §3.5.1) are counted in; when there
 * is nothing else, they are all. A stream whose Content-Length is missing is read as if it were 0,
 * and one whose Content-Length cannot be read has lost its framing: the message takes the rest.
 */
export function nextMessageEnd(buf: Buffer, from: number, to: number): number {
  const start = skipLineEnds(buf, from, to);
  if (start === to) return from < to ? to : -1;
  let length = 0;
  let at = afterLine(buf, start, to);
  while (at < to) {
    if (buf[at] === LF) return bodyEnd(at + 1, length, to);
    if (buf[at] === CR && at + 1 < to && buf[at + 1] === LF) return bodyEnd(at + 2, length, to);
    const next = afterField(buf, at, to);
    if (mayBeContentLength(buf[at])) length = contentLength(buf, at, next, length);
    at = next;
  }
  return -1;
}

function bodyEnd(bodyFrom: number, length: number, to: number): number {
  if (length < 0) return to;
  return bodyFrom + length <= to ? bodyFrom + length : -1;
}

function afterLine(buf: Buffer, from: number, to: number): number {
  return Math.min(seek(buf, LF, from, to) + 1, to);
}

function afterField(buf: Buffer, from: number, to: number): number {
  let next = afterLine(buf, from, to);
  while (next < to && isBlank(buf[next])) next = afterLine(buf, next, to);
  return next;
}

/** 'C', 'c', 'L' or 'l': spares the other lines the look-up. */
function mayBeContentLength(byte: number): boolean {
  const folded = byte | 32;
  return folded === 99 || folded === 108;
}

/** The length this field gives, -1 if it cannot be read, or `otherwise` for any other field. */
function contentLength(buf: Buffer, from: number, to: number, otherwise: number): number {
  const colon = seek(buf, COLON, from, to);
  if (colon === to || headerId(buf, from, colon) !== Header.ContentLength) return otherwise;
  const valueFrom = skipLws(buf, colon + 1, to);
  return readNumber(buf, valueFrom, trimLws(buf, valueFrom, to));
}
