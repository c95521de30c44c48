import { BLOCK_BITS } from './block-bits.js';
import type { FragmentInput } from './fragment-input.js';

/** Where a fragment stands in its datagram: blocks of 8 bytes, or bytes. */
export function firstBlock(fragment: FragmentInput): number {
  return fragment.offset >> BLOCK_BITS;
}

export function lastBlock(fragment: FragmentInput): number {
  return (endOf(fragment) - 1) >> BLOCK_BITS;
}

export function endOf(fragment: FragmentInput): number {
  return fragment.offset + fragment.length;
}

/** Where the bytes end that were captured. */
export function capturedEnd(fragment: FragmentInput): number {
  return fragment.offset + Math.min(fragment.to - fragment.from, fragment.length);
}
