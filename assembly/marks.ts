/** The first byte of some few, sixteen bytes at a time. Control bytes are among them everywhere. */
import {
  AT,
  BACKSLASH,
  byteAt,
  COMMA,
  GREATER,
  LESS,
  QUESTION,
  QUOTE,
  SEMICOLON,
  SP,
} from './bytes';

function equal(bytes: v128, byte: u32): v128 {
  return i8x16.eq(bytes, i8x16.splat(<i8>byte));
}

function blank(bytes: v128): v128 {
  return i8x16.le_u(bytes, i8x16.splat(<i8>SP));
}

/** Where an unquoted value of a parameter ends: at ';', or at what no ordinary one holds. */
export function paramValueEnd(from: usize, to: usize): usize {
  for (let at = from; at < to; at += 16) {
    const bytes = v128.load(at);
    const ends = v128.or(equal(bytes, SEMICOLON), equal(bytes, COMMA));
    const odd = v128.or(equal(bytes, QUOTE), blank(bytes));
    const marks = i8x16.bitmask(v128.or(ends, odd));
    if (marks !== 0) return min(at + ctz(marks), to);
  }
  return to;
}

/** The first '@' before `uriEnd`, which is found as well. */
export let firstAt: usize = 0;

/** Where a URI ends: at '>', or at what no ordinary one holds. `firstAt`: its '@', or 0. */
export function uriEnd(from: usize, to: usize): usize {
  firstAt = 0;
  for (let at = from; at < to; at += 16) {
    const bytes = v128.load(at);
    const brackets = v128.or(equal(bytes, GREATER), equal(bytes, LESS));
    const odd = v128.or(equal(bytes, QUOTE), blank(bytes));
    const ends = v128.or(equal(bytes, COMMA), equal(bytes, QUESTION));
    const marks = i8x16.bitmask(v128.or(v128.or(brackets, odd), ends));
    const ats = i8x16.bitmask(equal(bytes, AT));
    if (ats !== 0 && firstAt === 0) firstAt = at + ctz(ats);
    if (marks === 0) continue;
    return inside(min(at + ctz(marks), to));
  }
  return inside(to);
}

function inside(end: usize): usize {
  if (firstAt >= end) firstAt = 0;
  return end;
}

/** The '<' before which an unquoted display name stands, or 0 when another form begins. */
export function bracketAfter(from: usize, to: usize): usize {
  for (let at = from; at < to; at += 16) {
    const bytes = v128.load(at);
    const ends = v128.or(equal(bytes, SEMICOLON), equal(bytes, COMMA));
    const marks = i8x16.bitmask(v128.or(v128.or(equal(bytes, LESS), equal(bytes, QUOTE)), ends));
    if (marks === 0) continue;
    const mark = at + ctz(marks);
    return mark < to && byteAt(mark) === LESS ? mark : 0;
  }
  return 0;
}

/** The quote that ends a quoted string on one line, without quoted pairs, inside which is `from`; or 0. */
export function quoteAfter(from: usize, to: usize): usize {
  for (let at = from; at < to; at += 16) {
    const bytes = v128.load(at);
    const control = i8x16.lt_u(bytes, i8x16.splat(<i8>SP));
    const odd = v128.or(control, equal(bytes, BACKSLASH));
    const marks = i8x16.bitmask(v128.or(equal(bytes, QUOTE), odd));
    if (marks === 0) continue;
    const mark = at + ctz(marks);
    return mark < to && byteAt(mark) === QUOTE ? mark : 0;
  }
  return 0;
}
