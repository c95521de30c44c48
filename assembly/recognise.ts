import {
  byteAt,
  CR,
  isBlank,
  isDigit,
  isToken,
  LF,
  lastWord,
  SLASH,
  skipBlanks,
  trimBlanks,
} from './bytes';
import { lineTextEnd } from './lines';
import { findName, foldedWord, METHOD_NAMES } from './names';
import { tokenEnd } from './spans';

/** What a payload is: `Kind` of src/sip/recognise.ts, whose rules these are. */
export const NOT_SIP: i32 = 0;
export const REQUEST: i32 = 1;
export const RESPONSE: i32 = 2;
export const EMPTY: i32 = 3;
export const KEEP_ALIVE: i32 = 4;

const MAX_NUL_KEEP_ALIVE: usize = 8;

/** Words in lower case, as `foldedWord` gives them. */
const SIP: u64 = 0x706973;
const SIP_COLON: u64 = 0x3a706973;
const SIPS_COLON: u64 = 0x3a73706973;
const TEL_COLON: u64 = 0x3a6c6574;
const HTTP_SLASH: u64 = 0x2f70747468;
const RTSP_SLASH: u64 = 0x2f70737472;

export function recognise(from: usize, to: usize): i32 {
  if (from >= to) return EMPTY;
  const start = skipLineEnds(from, to);
  if (start === to) return KEEP_ALIVE;
  if (!isToken(start)) return isNulPing(from, to) ? KEEP_ALIVE : NOT_SIP;
  if (isVersion(start, to)) return RESPONSE;
  return isRequestLine(start, to) ? REQUEST : NOT_SIP;
}

export function skipLineEnds(from: usize, to: usize): usize {
  let at = from;
  while (at < to && (byteAt(at) === CR || byteAt(at) === LF)) at++;
  return at;
}

export function isVersion(from: usize, to: usize): bool {
  return (
    to >= from + 5 && foldedWord(from, 3) === SIP && byteAt(from + 3) === SLASH && isDigit(from + 4)
  );
}

function isNulPing(from: usize, to: usize): bool {
  if (to - from > MAX_NUL_KEEP_ALIVE) return false;
  for (let at = from; at < to; at++) if (byteAt(at) !== 0) return false;
  return true;
}

function isRequestLine(from: usize, to: usize): bool {
  const methodTo = tokenEnd(from, to);
  const lineTo = trimBlanks(methodTo, lineTextEnd(methodTo, to));
  if (methodTo === lineTo) return findName(METHOD_NAMES, from, methodTo) !== 0;
  if (!isBlank(methodTo)) return false;
  const word = lastWord(methodTo, lineTo);
  if (isVersion(word, lineTo)) return true;
  if (findName(METHOD_NAMES, from, methodTo) === 0) return false;
  return startsWithSipUri(methodTo, lineTo) && !isOtherProtocol(word, lineTo);
}

function startsWithSipUri(from: usize, to: usize): bool {
  const at = skipBlanks(from, to);
  const left = to - at;
  if (left >= 4) {
    const scheme = foldedWord(at, 4);
    if (scheme === SIP_COLON || scheme === TEL_COLON) return true;
  }
  return left >= 5 && foldedWord(at, 5) === SIPS_COLON;
}

function isOtherProtocol(from: usize, to: usize): bool {
  if (to - from < 5) return false;
  const protocol = foldedWord(from, 5);
  return protocol === HTTP_SLASH || protocol === RTSP_SLASH;
}
