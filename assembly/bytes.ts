import { BLANK, CLASSES, DIGIT, LWS, TOKEN } from './layout';

export const NUL: u32 = 0;
export const LF: u32 = 10;
export const CR: u32 = 13;
export const SP: u32 = 32;
export const QUOTE: u32 = 34;
export const COMMA: u32 = 44;
export const SLASH: u32 = 47;
export const COLON: u32 = 58;
export const SEMICOLON: u32 = 59;
export const LESS: u32 = 60;
export const GREATER: u32 = 62;
export const QUESTION: u32 = 63;
export const AT: u32 = 64;
export const LEFT_BRACKET: u32 = 91;
export const BACKSLASH: u32 = 92;
export const RIGHT_BRACKET: u32 = 93;

/** Number.MAX_SAFE_INTEGER: numbers stop growing here. */
const MAX_NUMBER: f64 = 9007199254740991;

export function byteAt(at: usize): u32 {
  return load<u8>(at);
}

function isOf(at: usize, classes: u32): bool {
  return (<u32>load<u8>(CLASSES + byteAt(at)) & classes) !== 0;
}

export function isToken(at: usize): bool {
  return isOf(at, TOKEN);
}

export function isDigit(at: usize): bool {
  return isOf(at, DIGIT);
}

export function isBlank(at: usize): bool {
  return isOf(at, BLANK);
}

export function skipBlanks(from: usize, to: usize): usize {
  let at = from;
  while (at < to && isBlank(at)) at++;
  return at;
}

export function trimBlanks(from: usize, to: usize): usize {
  let end = to;
  while (end > from && isBlank(end - 1)) end--;
  return end;
}

export function skipLws(from: usize, to: usize): usize {
  let at = from;
  while (at < to && isOf(at, LWS)) at++;
  return at;
}

export function trimLws(from: usize, to: usize): usize {
  let end = to;
  while (end > from && isOf(end - 1, LWS)) end--;
  return end;
}

/** The end of the word, up to a space or tab. */
export function wordEnd(from: usize, to: usize): usize {
  let at = from;
  while (at < to && !isBlank(at)) at++;
  return at;
}

/** Where the last word begins. */
export function lastWord(from: usize, to: usize): usize {
  let at = to;
  while (at > from && !isBlank(at - 1)) at--;
  return at;
}

/** Decimal digits as a number, -1 for nothing or any other byte. */
export function readNumber(from: usize, to: usize): f64 {
  if (from >= to) return -1;
  let value: f64 = 0;
  for (let at = from; at < to; at++) {
    if (!isDigit(at)) return -1;
    value = Math.min(value * 10 + <f64>(byteAt(at) - 48), MAX_NUMBER);
  }
  return value;
}

/** Fills whole vectors. Stands for memory.fill, whose call costs more than so few bytes. */
export function fill(from: usize, length: usize, byte: i8): void {
  for (let at = from; at < from + length; at += 16) v128.store(at, i8x16.splat(byte));
}
