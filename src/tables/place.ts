import { SECRET_WORDS } from '../telemetry/secret.js';

const WORD = 0x1_0000_0000;
const [MASK, FIRST, SECOND] = SECRET_WORDS;
/** Odd, so that multiplying by them loses nothing. */
const FIRST_FACTOR = FIRST | 1;
const SECOND_FACTOR = SECOND | 1;

/**
 * What stands for a key in a Map: one for each, so it changes no result. V8 seeds its hashes of
 * strings, but not those of numbers: who may choose numbers, such as the addresses he forges, could
 * choose thousands that share a bucket, and each look-up would walk through them all.
 */
export function placeOf<K>(key: K): K | number {
  if (typeof key !== 'number') return key;
  if (key >>> 0 === key) return spread(key) >>> 0;
  if (!Number.isSafeInteger(key) || key < 0) return key; // these, no key below becomes
  const high = Math.floor(key / WORD);
  return high * WORD + (spread(key ^ spread(high)) >>> 0);
}

/** Spreads 32 bits in a way that nobody can foresee, and that can be undone: none become equal. */
function spread(word: number): number {
  let bits = Math.imul(word ^ MASK, FIRST_FACTOR);
  bits = Math.imul(bits ^ (bits >>> 15), SECOND_FACTOR);
  return bits ^ (bits >>> 16);
}
