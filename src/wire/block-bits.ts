/** Fragments begin at multiples of 8 bytes, and all but the last end there (RFC 791 §3.1). */
export const BLOCK_BITS = 3;
export const BLOCK = 1 << BLOCK_BITS;
/** A page of a datagram is 32 blocks, so that what is known of each is one bit of a word. */
export const PAGE_BITS = 5;
export const BLOCKS_OF_PAGE = 1 << PAGE_BITS;
const ALL = -1;

/** The page that a block is in. */
export function pageOf(block: number): number {
  return block >> PAGE_BITS;
}

/** The bit of a block in the words of its page. */
export function bitOf(block: number): number {
  return 1 << block;
}

/** Which blocks of a page lie between the blocks `first` and `last`. */
export function blocksOf(page: number, first: number, last: number): number {
  const low = pageOf(first) === page ? first % BLOCKS_OF_PAGE : 0;
  const high = pageOf(last) === page ? last % BLOCKS_OF_PAGE : BLOCKS_OF_PAGE - 1;
  return bitsFrom(low) & (ALL >>> (BLOCKS_OF_PAGE - 1 - high));
}

/** All bits from this one up; none beyond the highest. */
export function bitsFrom(low: number): number {
  return low === BLOCKS_OF_PAGE ? 0 : ALL << low;
}

/** The place of the lowest bit that is set; 32 if none is. */
export function lowestBit(word: number): number {
  return word === 0 ? BLOCKS_OF_PAGE : 31 - Math.clz32(word & -word);
}

/** The place of the highest bit that is set; -1 if none is. */
export function highestBit(word: number): number {
  return 31 - Math.clz32(word);
}

export function bitCount(word: number): number {
  let bits = word - ((word >>> 1) & 0x55555555);
  bits = (bits & 0x33333333) + ((bits >>> 2) & 0x33333333);
  return Math.imul((bits + (bits >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}
