import { byteAt, CR, fill, isBlank, LF, skipLws, trimBlanks, trimLws } from './bytes';
import {
  FOLDED_LINES,
  HEADER_TOO_LONG,
  HEADER_WITHOUT_COLON,
  NO_END_OF_HEAD,
  TOO_MANY_HEADERS,
} from './deviations';
import {
  COUNTS,
  FIRST,
  IDS,
  LINE_FROM,
  LINE_TO,
  MAX_HEADERS,
  MAX_IDS,
  NAME_TO,
  VALUE_FROM,
  VALUE_TO,
} from './layout';
import { colonIn, lineFeed, odd, resetOdd } from './lines';
import { findName, HAS_COMPACT, HEADER_NAMES } from './names';

/** The header fields (RFC 3261 §7.3), with the rules of src/sip/header-index.ts. */
export const MAX_VALUE: usize = 8192;

export let headerCount: i32 = 0;
export let headEnd: usize = 0;
export let crlfLines: i32 = 0;
export let lfLines: i32 = 0;
export let compactCount: i32 = 0;
export let longCount: i32 = 0;
export let headerDeviations: u32 = 0;

/** Makes `out` the index of a message without header fields. */
export function clearHeaders(out: usize): void {
  fill(out + FIRST, MAX_IDS * 2, -1);
  fill(out + COUNTS, MAX_IDS * 2, 0);
  headerCount = crlfLines = lfLines = compactCount = longCount = 0;
  headerDeviations = 0;
}

/** `shift`: what must be added to an address to get a position of the message's buffer. */
export function readHeaders(from: usize, to: usize, shift: usize, out: usize): void {
  resetOdd();
  let at = from;
  headEnd = to;
  while (at < to) {
    const byte = byteAt(at);
    const isLfAlone = byte === LF;
    if (isLfAlone || (byte === CR && at + 1 < to && byteAt(at + 1) === LF)) {
      headEnd = afterLine(at, isLfAlone ? at : at + 1, to);
      break;
    }
    if (headerCount === MAX_HEADERS) {
      headerDeviations |= TOO_MANY_HEADERS;
      break;
    }
    at = readField(at, to, shift, out);
  }
  if (at >= to) headerDeviations |= NO_END_OF_HEAD;
  headerDeviations |= odd;
}

function readField(from: usize, to: usize, shift: usize, out: usize): usize {
  const colon = colonIn(from, to);
  let feed = lineFeed(colon === 0 ? from : colon, to, true);
  let next = afterLine(from, feed, to);
  while (next < to && isBlank(next)) {
    headerDeviations |= FOLDED_LINES;
    feed = lineFeed(next, to, true);
    next = afterLine(next, feed, to);
  }
  const lineTo = feed > from && feed < to && byteAt(feed - 1) === CR ? feed - 1 : feed;
  if (colon === 0) headerDeviations |= HEADER_WITHOUT_COLON;
  else add(from, colon, lineTo, shift, out);
  return next;
}

function add(from: usize, colon: usize, lineTo: usize, shift: usize, out: usize): void {
  const id = findName(HEADER_NAMES, from, trimBlanks(from, colon));
  const nameTo = trimLws(from, colon);
  const valueFrom = skipLws(colon + 1, lineTo);
  let valueTo = trimLws(valueFrom, lineTo);
  if (valueTo - valueFrom > MAX_VALUE) {
    headerDeviations |= HEADER_TOO_LONG;
    valueTo = valueFrom + MAX_VALUE;
  }
  store<u8>(out + headerCount, <u8>id, IDS);
  const entry = out + headerCount * 4;
  store<u32>(entry, <u32>(from + shift), LINE_FROM);
  store<u32>(entry, <u32>(nameTo + shift), NAME_TO);
  store<u32>(entry, <u32>(valueFrom + shift), VALUE_FROM);
  store<u32>(entry, <u32>(valueTo + shift), VALUE_TO);
  store<u32>(entry, <u32>(lineTo + shift), LINE_TO);
  const byId = out + id * 2;
  const count = load<u16>(byId, COUNTS);
  if (count === 0) store<i16>(byId, <i16>headerCount, FIRST);
  store<u16>(byId, count + 1, COUNTS);
  headerCount++;
  // Added without a question: what a field's name is comes unexpected, and a wrong guess costs more.
  const hasCompact = <i32>load<u8>(HAS_COMPACT + id);
  const isCompact = hasCompact & <i32>(nameTo - from === 1);
  compactCount += isCompact;
  longCount += hasCompact - isCompact;
}

/** Counts the line's end and returns where the next line begins. */
function afterLine(from: usize, feed: usize, to: usize): usize {
  if (feed >= to) return to;
  if (feed > from && byteAt(feed - 1) === CR) crlfLines++;
  else lfLines++;
  return feed + 1;
}
