import {
  COLON,
  COMMA,
  equalsFold,
  isBlank,
  isLws,
  readNumber,
  seek,
  skipLws,
  trimLws,
} from './characters.js';
import { afterField, afterLine } from './framing.js';

/** What follows an HTTP head, if not a body of known length. */
export const WEBSOCKET = -2;
/** The same, unless the server refuses. */
export const WEBSOCKET_OFFERED = -3;
export const UNKNOWN = -1;

/**
 * What follows the HTTP head in `buf[from, to)`: so many bytes of body, frames of a WebSocket whose
 * subprotocol is SIP (RFC 7118 §4.1), or what cannot be known.
 */
export function afterHttpHead(buf: Buffer, from: number, to: number): number {
  const isResponse = equalsFold(buf, from, Math.min(from + 5, to), 'http/');
  let at = afterLine(buf, from, to);
  const status = isResponse ? statusOf(buf, from, at) : 0;
  let upgrades = false;
  let protocols = false;
  let speaksSip = false;
  let length = UNKNOWN;
  while (at < to) {
    const next = afterField(buf, at, to);
    const colon = seek(buf, COLON, at, next);
    const valueFrom = skipLws(buf, colon + 1, next);
    const valueTo = trimLws(buf, valueFrom, next);
    if (equalsFold(buf, at, colon, 'upgrade')) {
      upgrades ||= hasWord(buf, valueFrom, valueTo, 'websocket');
    } else if (equalsFold(buf, at, colon, 'sec-websocket-protocol')) {
      protocols = true;
      speaksSip ||= hasWord(buf, valueFrom, valueTo, 'sip');
    } else if (equalsFold(buf, at, colon, 'content-length')) {
      length = readNumber(buf, valueFrom, valueTo);
      if (length === -1) return UNKNOWN;
    } else if (equalsFold(buf, at, colon, 'transfer-encoding')) return UNKNOWN;
    at = next;
  }
  if (isResponse) {
    if (status === 101) return upgrades && (speaksSip || !protocols) ? WEBSOCKET : UNKNOWN;
    // RFC 9110 §6.4.1: these have no body; others without a length end with the connection.
    return status < 200 || status === 204 || status === 304 ? 0 : length;
  }
  if (upgrades && protocols) return speaksSip ? WEBSOCKET_OFFERED : UNKNOWN;
  return Math.max(length, 0);
}

function statusOf(buf: Buffer, from: number, to: number): number {
  let at = from;
  while (at < to && !isBlank(buf[at])) at++;
  at = skipLws(buf, at, to);
  return readNumber(buf, at, Math.min(at + 3, to));
}

/** Whether a list (RFC 9110 §5.6.1) has this word, given in lower case. */
function hasWord(buf: Buffer, from: number, to: number, word: string): boolean {
  let at = from;
  while (at < to) {
    while (at < to && (buf[at] === COMMA || isLws(buf[at]))) at++;
    const begin = at;
    while (at < to && buf[at] !== COMMA && !isLws(buf[at])) at++;
    if (equalsFold(buf, begin, at, word)) return true;
  }
  return false;
}
