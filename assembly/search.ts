import {
  FILTER,
  MAX_POSITIONS,
  PAIR_SLOT_BITS,
  PAIR_SLOTS,
  POSITIONS,
  SINGLES,
  WORD_SLOT_BITS,
  WORD_SLOTS,
} from './layout';

/** Of Fibonacci hashing; as in src/kernel/pair-filter.ts. */
const FACTOR: u32 = 0x9e3779b1;
/** Makes letters small. Other bytes that become the same do no harm. */
const SMALL: u32 = 0x20202020;

/**
 * Where pairs of neighbouring bytes may stand that a filter looks for: sixteen places at a time, by
 * four tables of what the halves of both bytes may be (as Hyperscan's Teddy does), and then by hashes
 * of the pair and of the four bytes that begin with it. It tells of each pair that is there, and of
 * few that are not.
 *
 * Returns how many were written to POSITIONS, counted from `from`; -1: there are too many. The first
 * byte of a pair lies below `length`; the three bytes behind the last one are read as well.
 */
export function search(from: usize, length: usize): i32 {
  const firstLow = v128.load(FILTER);
  const firstHigh = v128.load(FILTER, 16);
  const secondLow = v128.load(FILTER, 32);
  const secondHigh = v128.load(FILTER, 48);
  const half = i8x16.splat(15);
  let found = 0;
  for (let at: usize = 0; at < length; at += 16) {
    const first = v128.load(from + at);
    const second = v128.load(from + at, 1);
    const byFirst = v128.and(
      i8x16.swizzle(firstLow, v128.and(first, half)),
      i8x16.swizzle(firstHigh, i8x16.shr_u(first, 4)),
    );
    const bySecond = v128.and(
      i8x16.swizzle(secondLow, v128.and(second, half)),
      i8x16.swizzle(secondHigh, i8x16.shr_u(second, 4)),
    );
    const both = v128.and(byFirst, bySecond);
    if (!v128.any_true(both)) continue;
    let marks = i8x16.bitmask(i8x16.ne(both, i8x16.splat(0)));
    while (marks !== 0) {
      const mark = at + ctz(marks);
      marks &= marks - 1;
      if (mark >= length) break;
      if (!isWanted(load<u32>(from + mark))) continue;
      if (found === MAX_POSITIONS) return -1;
      store<u16>(POSITIONS + found * 2, <u16>mark);
      found++;
    }
  }
  return found;
}

/** Whether the filter has the word, the pair that it begins with, or its first byte. */
function isWanted(word: u32): bool {
  const small = word | SMALL;
  return (
    hasSlot(WORD_SLOTS, (small * FACTOR) >> (32 - WORD_SLOT_BITS)) ||
    hasSlot(PAIR_SLOTS, ((small & 0xffff) * FACTOR) >> (32 - PAIR_SLOT_BITS)) ||
    hasSlot(SINGLES, word & 0xff)
  );
}

function hasSlot(slots: usize, slot: u32): bool {
  return ((load<u8>(FILTER + slots + (slot >> 3)) >> (slot & 7)) & 1) !== 0;
}
