import { CR, equalsFold, FOLD, isBlank, isDigit, isLws, isToken, LF, SLASH } from './characters.js';
import { Method, methodId } from './tokens.js';

/** What a transport payload is. */
export const Kind = { NotSip: 0, Request: 1, Response: 2, Empty: 3, KeepAlive: 4 } as const;
export type Kind = (typeof Kind)[keyof typeof Kind];

/** Phones and NAT helpers ping with a few NUL bytes, most often four. */
const MAX_NUL_KEEP_ALIVE = 8;

/**
 * Says what `buf[from, to)` is by its content, whatever the port. Junk before the start line makes
 * it NotSip: RFC 3261 §7.5 lets only empty lines stand there, and hunting for a later start line
 * would let any payload that quotes SIP in.
 */
export function recognise(buf: Buffer, from: number, to: number): Kind {
  if (from >= to) return Kind.Empty;
  const start = skipLineEnds(buf, from, to);
  if (start === to) return Kind.KeepAlive;
  if (!isToken(buf[start])) return isNulPing(buf, from, to) ? Kind.KeepAlive : Kind.NotSip;
  if (isVersion(buf, start, to)) return Kind.Response;
  return isRequestLine(buf, start, to) ? Kind.Request : Kind.NotSip;
}

/** After the empty lines that may stand before a message (RFC 3261 §7.5). */
export function skipLineEnds(buf: Buffer, from: number, to: number): number {
  let at = from;
  while (at < to && (buf[at] === CR || buf[at] === LF)) at++;
  return at;
}

/**
 * After all that servers pass over in a stream before a message: empty lines, pings of NULs (which
 * may share a segment with the message behind them), and blanks.
 */
export function skipFiller(buf: Buffer, from: number, to: number): number {
  let at = from;
  while (at < to && (isLws(buf[at]) || buf[at] === 0)) at++;
  return at;
}

/** `SIP/` and a digit, in any case (RFC 3261 §7.1). */
export function isVersion(buf: Buffer, from: number, to: number): boolean {
  return (
    to - from >= 5 &&
    FOLD[buf[from]] === 115 &&
    FOLD[buf[from + 1]] === 105 &&
    FOLD[buf[from + 2]] === 112 &&
    buf[from + 3] === SLASH &&
    isDigit(buf[from + 4])
  );
}

function isNulPing(buf: Buffer, from: number, to: number): boolean {
  if (to - from > MAX_NUL_KEEP_ALIVE) return false;
  for (let at = from; at < to; at++) if (buf[at] !== 0) return false;
  return true;
}

/**
 * A method, something, and a SIP version; or, cut short, a known method alone (ZMap and
 * Shadowserver send the 7 bytes `OPTIONS`) or before a SIP or telephone URI.
 */
function isRequestLine(buf: Buffer, from: number, to: number): boolean {
  let methodTo = from;
  while (methodTo < to && isToken(buf[methodTo])) methodTo++;
  const lineTo = lineTextEnd(buf, methodTo, to);
  if (methodTo === lineTo) return methodId(buf, from, methodTo) !== Method.Other;
  if (!isBlank(buf[methodTo])) return false;
  const word = lastWord(buf, methodTo, lineTo);
  if (isVersion(buf, word, lineTo)) return true;
  if (methodId(buf, from, methodTo) === Method.Other) return false;
  return startsWithSipUri(buf, methodTo, lineTo) && !isOtherProtocol(buf, word, lineTo);
}

/** The end of the line's text, without trailing blanks. */
function lineTextEnd(buf: Buffer, from: number, to: number): number {
  let end = from;
  while (end < to && buf[end] !== LF && buf[end] !== CR) end++;
  while (end > from && isBlank(buf[end - 1])) end--;
  return end;
}

function lastWord(buf: Buffer, from: number, to: number): number {
  let at = to;
  while (at > from && !isBlank(buf[at - 1])) at--;
  return at;
}

function startsWithSipUri(buf: Buffer, from: number, to: number): boolean {
  let at = from;
  while (at < to && isBlank(buf[at])) at++;
  return (
    equalsFold(buf, at, Math.min(at + 4, to), 'sip:') ||
    equalsFold(buf, at, Math.min(at + 5, to), 'sips:') ||
    equalsFold(buf, at, Math.min(at + 4, to), 'tel:')
  );
}

/** RTSP and HTTP share method names with SIP. */
function isOtherProtocol(buf: Buffer, from: number, to: number): boolean {
  return (
    equalsFold(buf, from, Math.min(from + 5, to), 'http/') ||
    equalsFold(buf, from, Math.min(from + 5, to), 'rtsp/')
  );
}
