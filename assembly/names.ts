/**
 * Names of up to 32 bytes in a table with open addressing: folded, and compared as two vectors.
 * Longer names are none that is known. The program adds the names, from its own tables.
 */
const SLOTS: usize = 512;
const MAX_ROWS: usize = 128;
export const MAX_NAME: usize = 32;

/** In a table: for each slot a row, from 1, or 0; by row the length, the id and the bytes. */
const LENGTHS: usize = SLOTS;
const ROW_IDS: usize = LENGTHS + MAX_ROWS;
const ROWS: usize = ROW_IDS + MAX_ROWS;
const TABLE_LENGTH: usize = ROWS + MAX_ROWS * MAX_NAME;

export const HEADER_NAMES: usize = memory.data(TABLE_LENGTH as i32, 16);
export const METHOD_NAMES: usize = memory.data(TABLE_LENGTH as i32, 16);
/** 1 for each header id that has a compact form. */
export const HAS_COMPACT: usize = memory.data(128);

/** 32 times 0xff, then 32 times 0: read at 32 - n it keeps n bytes. */
const KEEP: usize = memory.data(64);
memory.fill(KEEP, 0xff, 32);

let low: v128 = i8x16.splat(0);
let high: v128 = i8x16.splat(0);

/** A-Z as a-z, sixteen bytes at once. */
function fold(bytes: v128): v128 {
  const capital = i8x16.lt_u(i8x16.sub(bytes, i8x16.splat(65)), i8x16.splat(26));
  return v128.or(bytes, v128.and(capital, i8x16.splat(32)));
}

/** One to eight bytes, folded, the first one lowest. */
export function foldedWord(from: usize, length: usize): u64 {
  const word = <u64>i64x2.extract_lane(fold(v128.load(from)), 0);
  return word & (<u64>-1 >> (64 - <u64>length * 8));
}

/** Reads the name into `low` and `high`, folded, with zeros behind it, and gives its slot. */
function takeName(from: usize, length: usize): usize {
  low = v128.and(fold(v128.load(from)), v128.load(KEEP + 32 - length));
  // Of a short name nothing is kept here; to ask whether it is one would cost more.
  high = v128.and(fold(v128.load(from + 16)), v128.load(KEEP + 48 - length));
  const words =
    i64x2.extract_lane(low, 0) * 0x9e3779b97f4a7c15 +
    i64x2.extract_lane(low, 1) * 0xc2b2ae3d27d4eb4f +
    i64x2.extract_lane(high, 0) +
    <i64>length;
  return <usize>((<u64>words * 0x9e3779b97f4a7c15) >> 55);
}

export function addName(table: usize, from: usize, length: usize, id: u32): void {
  let slot = takeName(from, length);
  while (load<u8>(table + slot) !== 0) slot = (slot + 1) & (SLOTS - 1);
  let row: usize = 1;
  while (load<u8>(table + LENGTHS + row) !== 0) row++;
  store<u8>(table + slot, <u8>row);
  store<u8>(table + LENGTHS + row, <u8>length);
  store<u8>(table + ROW_IDS + row, <u8>id);
  v128.store(table + ROWS + row * MAX_NAME, low);
  v128.store(table + ROWS + row * MAX_NAME, high, 16);
  if (table === HEADER_NAMES && length === 1) store<u8>(HAS_COMPACT + id, 1);
}

/** The id of the name in [from, to), or 0. */
export function findName(table: usize, from: usize, to: usize): u32 {
  const length = to - from;
  if (length - 1 >= MAX_NAME) return 0;
  let slot = takeName(from, length);
  let row = <usize>load<u8>(table + slot);
  while (row !== 0) {
    if (load<u8>(table + LENGTHS + row) === <u8>length) {
      const bytes = table + ROWS + row * MAX_NAME;
      const differs = v128.or(
        v128.xor(low, v128.load(bytes)),
        v128.xor(high, v128.load(bytes, 16)),
      );
      if (!v128.any_true(differs)) return load<u8>(table + ROW_IDS + row);
    }
    slot = (slot + 1) & (SLOTS - 1);
    row = <usize>load<u8>(table + slot);
  }
  return 0;
}
