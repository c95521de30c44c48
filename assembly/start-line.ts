import { byteAt, CR, lastWord, readNumber, SP, skipBlanks, trimBlanks, wordEnd } from './bytes';
import {
  BAD_STATUS,
  BAD_VERSION,
  LEADING_BLANK_LINES,
  LF_LINE_ENDS,
  NO_VERSION,
  START_LINE_SPACES,
} from './deviations';
import { lineFeed, odd, resetOdd } from './lines';
import { foldedWord } from './names';
import { isVersion, RESPONSE, skipLineEnds } from './recognise';
import { tokenEnd } from './spans';

/** The first line (RFC 3261 §7.1, §7.2), with the rules of src/sip/start-line.ts. */
export let lineFrom: usize = 0;
export let lineTo: usize = 0;
export let next: usize = 0;
export let methodFrom: usize = 0;
export let methodTo: usize = 0;
export let uriFrom: usize = 0;
export let uriTo: usize = 0;
export let status: i32 = 0;
export let reasonFrom: usize = 0;
export let reasonTo: usize = 0;
export let startDeviations: u32 = 0;

/** `sip/2.0` */
const VERSION: u64 = 0x302e322f706973;

export function readStartLine(from: usize, to: usize, kind: i32): void {
  lineFrom = skipLineEnds(from, to);
  startDeviations = lineFrom > from ? LEADING_BLANK_LINES : 0;
  findEnd(to);
  if (kind === RESPONSE) readStatusLine();
  else readRequestLine();
}

function findEnd(to: usize): void {
  resetOdd();
  const feed = lineFeed(lineFrom, to, false);
  startDeviations |= odd;
  next = min(feed + 1, to);
  const crlf = feed > lineFrom && byteAt(feed - 1) === CR;
  if (feed < to && !crlf) startDeviations |= LF_LINE_ENDS;
  lineTo = crlf ? feed - 1 : feed;
}

function readStatusLine(): void {
  const versionTo = wordEnd(lineFrom, lineTo);
  checkVersion(lineFrom, versionTo);
  const statusFrom = skipBlanks(versionTo, lineTo);
  const statusTo = wordEnd(statusFrom, lineTo);
  status = statusTo - statusFrom === 3 ? <i32>readNumber(statusFrom, statusTo) : -1;
  if (status < 100 || status > 699) {
    status = 0;
    startDeviations |= BAD_STATUS;
  }
  if (!isOneSpace(versionTo, statusFrom) || statusTo === lineTo) {
    startDeviations |= START_LINE_SPACES;
  }
  reasonFrom = min(statusTo + 1, lineTo);
  reasonTo = lineTo;
}

function readRequestLine(): void {
  const end = trimBlanks(lineFrom, lineTo);
  methodFrom = lineFrom;
  methodTo = tokenEnd(lineFrom, end);
  uriFrom = min(skipBlanks(methodTo, lineTo), end);
  const word = lastWord(uriFrom, end);
  const version = isVersion(word, end) ? word : end;
  uriTo = trimBlanks(uriFrom, version);
  if (version === end) startDeviations |= NO_VERSION;
  else checkVersion(version, end);
  const apart = isOneSpace(methodTo, uriFrom) && (version === end || isOneSpace(uriTo, version));
  if ((uriFrom < end && !apart) || end !== lineTo) startDeviations |= START_LINE_SPACES;
}

function checkVersion(from: usize, to: usize): void {
  if (to - from !== 7 || foldedWord(from, 7) !== VERSION) startDeviations |= BAD_VERSION;
}

function isOneSpace(from: usize, to: usize): bool {
  return to === from + 1 && byteAt(from) === SP;
}
