import { CLASSES, DIGIT, HOST, TOKEN } from './layout';

/**
 * Where runs of bytes of one class end, found sixteen bytes at a time: a loop over single bytes ends
 * where the processor did not expect it, and that costs more than the run. A class is a table of
 * which upper halves a byte may have, by its lower half.
 */
const TOKENS: usize = memory.data(16, 16);
const HOSTS: usize = memory.data(16, 16);
const DIGITS: usize = memory.data(16, 16);

/** Makes the tables from CLASSES. No class has bytes from 128 on. */
export function learnClasses(): void {
  learn(TOKENS, TOKEN);
  learn(HOSTS, HOST);
  learn(DIGITS, DIGIT);
}

function learn(table: usize, bit: u32): void {
  for (let byte: usize = 0; byte < 128; byte++) {
    if ((load<u8>(CLASSES + byte) & <u8>bit) === 0) continue;
    const at = table + (byte & 15);
    store<u8>(at, load<u8>(at) | (1 << (<u8>byte >> 4)));
  }
}

function endOf(table: usize, from: usize, to: usize): usize {
  const lower = v128.load(table);
  const upper = i8x16(1, 2, 4, 8, 16, 32, 64, -128, 0, 0, 0, 0, 0, 0, 0, 0);
  for (let at = from; at < to; at += 16) {
    const bytes = v128.load(at);
    const byLower = i8x16.swizzle(lower, v128.and(bytes, i8x16.splat(15)));
    const byUpper = i8x16.swizzle(upper, i8x16.shr_u(bytes, 4));
    const others = i8x16.eq(v128.and(byLower, byUpper), i8x16.splat(0));
    const marks = i8x16.bitmask(others);
    if (marks !== 0) return min(at + ctz(marks), to);
  }
  return to;
}

export function tokenEnd(from: usize, to: usize): usize {
  return endOf(TOKENS, from, to);
}

/** The end of a host name or an IPv4 address. */
export function hostEnd(from: usize, to: usize): usize {
  return endOf(HOSTS, from, to);
}

export function digitsEnd(from: usize, to: usize): usize {
  return endOf(DIGITS, from, to);
}
