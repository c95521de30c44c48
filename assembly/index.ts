/**
 * The kernel: one pass over the head of a SIP message that finds its lines and header fields,
 * sixteen bytes at a time. AssemblyScript, compiled to WebAssembly by the ordinary build. It gives
 * exactly what the plain index of src/sip gives; the tests hold the two against each other.
 *
 * It has no heap and its memory never grows, so the program's views of it stay good.
 */
import { fill, isDigit, readNumber, skipLws } from './bytes';
import {
  clearHeaders,
  compactCount,
  crlfLines,
  headEnd,
  headerCount,
  headerDeviations,
  lfLines,
  longCount,
  readHeaders,
} from './header-fields';
import * as layout from './layout';
import { FACTS, FACTS_LENGTH, FIRST, NUMBERS, VALUE_FROM, VALUE_TO } from './layout';
import { findName, METHOD_NAMES } from './names';
import { REQUEST, RESPONSE, recognise } from './recognise';
import * as line from './start-line';
import { areSound, isOrdinaryUri, ordinary, readValues } from './values';

export { MAX_VALUE } from './header-fields';
export {
  CHALLENGE,
  CLASSES,
  CONTACT,
  COUNTS,
  CREDENTIALS,
  FACTS,
  FILTER,
  FILTER_LENGTH,
  FIRST,
  FROM,
  IDS,
  INDEX_LENGTH,
  INDEXES,
  LINE_FROM,
  LINE_TO,
  MAX_HEADERS,
  MAX_IDS,
  MAX_INDEXES,
  MAX_PARAMS,
  MAX_POSITIONS,
  NAME_TO,
  NUMBERS,
  PARTS_LENGTH,
  POSITIONS,
  RURI,
  SCRATCH,
  SCRATCH_LENGTH,
  TO,
  VALUE_FROM,
  VALUE_TO,
  VIA,
} from './layout';
export { addName, HEADER_NAMES, MAX_NAME, METHOD_NAMES } from './names';
export { search } from './search';
export { learnClasses } from './spans';

/** Header ids that are read here. */
export const HEADER_CSEQ: i32 = 8;
export const HEADER_CONTENT_LENGTH: i32 = 10;

/**
 * Reads the message of `length` bytes at `from` into the index at `out`. All positions told are
 * those of a buffer in which the message begins at `position`.
 */
export function readMessage(from: usize, length: usize, position: usize, out: usize): void {
  const to = from + length;
  const shift = position - from;
  const kind = recognise(from, to);
  clearHeaders(out);
  fill(out + FACTS, FACTS_LENGTH, 0);
  tell(out, layout.KIND, kind);
  tellNumber(out, layout.CSEQ_NUMBER, -1);
  tellNumber(out, layout.CONTENT_LENGTH, -1);
  tell(out, layout.START_FROM, position);
  tell(out, layout.START_TO, position);
  tell(out, layout.START_NEXT, position);
  if (kind !== REQUEST && kind !== RESPONSE) return;
  line.readStartLine(from, to, kind);
  tellStartLine(out, kind, shift);
  readHeaders(line.next, to, shift, out);
  tell(out, layout.HEADER_COUNT, headerCount);
  tell(out, layout.HEAD_END, headEnd + shift);
  tell(out, layout.CRLF_LINES, crlfLines);
  tell(out, layout.LF_LINES, lfLines);
  tell(out, layout.COMPACT_COUNT, compactCount);
  tell(out, layout.LONG_COUNT, longCount);
  tell(out, layout.HEADER_DEVIATIONS, headerDeviations);
  readCSeq(out, kind, shift);
  readContentLength(out, shift);
  readValues(headerCount, shift, out);
  tell(out, layout.ORDINARY, ordinary);
  tell(out, layout.SOUND_FIELDS, <usize>areSound);
  if (kind !== REQUEST) return;
  const hasOrdinaryUri = isOrdinaryUri(line.uriFrom, line.uriTo, shift, out);
  tell(out, layout.ORDINARY_URI, <usize>hasOrdinaryUri);
}

function tell(out: usize, fact: usize, value: usize): void {
  store<u32>(out + FACTS + fact * 4, <u32>value);
}

function tellNumber(out: usize, which: usize, value: f64): void {
  store<f64>(out + NUMBERS + which * 8, value);
}

/** A request has no status and no reason, a response no method and no Request-URI. */
function tellStartLine(out: usize, kind: i32, shift: usize): void {
  tell(out, layout.START_FROM, line.lineFrom + shift);
  tell(out, layout.START_TO, line.lineTo + shift);
  tell(out, layout.START_NEXT, line.next + shift);
  if (kind === REQUEST) {
    tell(out, layout.METHOD_FROM, line.methodFrom + shift);
    tell(out, layout.METHOD_TO, line.methodTo + shift);
    tell(out, layout.URI_FROM, line.uriFrom + shift);
    tell(out, layout.URI_TO, line.uriTo + shift);
    tell(out, layout.METHOD_ID, findName(METHOD_NAMES, line.methodFrom, line.methodTo));
  } else {
    tell(out, layout.STATUS, line.status);
    tell(out, layout.REASON_FROM, line.reasonFrom + shift);
    tell(out, layout.REASON_TO, line.reasonTo + shift);
  }
  tell(out, layout.START_DEVIATIONS, line.startDeviations);
}

/** `314159 INVITE`; a response takes its method from here. */
function readCSeq(out: usize, kind: i32, shift: usize): void {
  const i = load<i16>(out + HEADER_CSEQ * 2, FIRST);
  if (i === -1) return;
  const from = <usize>load<u32>(out + i * 4, VALUE_FROM) - shift;
  const to = <usize>load<u32>(out + i * 4, VALUE_TO) - shift;
  let digits = from;
  while (digits < to && isDigit(digits)) digits++;
  tellNumber(out, layout.CSEQ_NUMBER, readNumber(from, digits));
  const methodFrom = skipLws(digits, to);
  tell(out, layout.CSEQ_METHOD_FROM, methodFrom + shift);
  tell(out, layout.CSEQ_METHOD_TO, to + shift);
  if (kind === RESPONSE) tell(out, layout.METHOD_ID, findName(METHOD_NAMES, methodFrom, to));
}

/** -2 where the first one cannot be read. */
function readContentLength(out: usize, shift: usize): void {
  const i = load<i16>(out + HEADER_CONTENT_LENGTH * 2, FIRST);
  if (i === -1) return;
  const from = <usize>load<u32>(out + i * 4, VALUE_FROM) - shift;
  const to = <usize>load<u32>(out + i * 4, VALUE_TO) - shift;
  const length = readNumber(from, to);
  tellNumber(out, layout.CONTENT_LENGTH, length === -1 ? -2 : length);
}
