import { SECRET_WORDS } from '../telemetry/secret.js';

const WORD = 0x1_0000_0000;
const [MASK, FIRST, SECOND] = SECRET_WORDS;
/** Odd, so that multiplying by them loses nothing. */
const FIRST_FACTOR = FIRST | 1;
const SECOND_FACTOR = SECOND | 1;

/**
 * 32 bits (signed) that say where a table keeps a whole number. Nobody can foresee them: who may
 * choose numbers, such as the addresses he forges, could otherwise choose thousands that share a
 * bucket, and each look-up would walk through them all.
 */
export function placeOf(key: number): number {
  if (key >>> 0 === key) return spread(key);
  return spread(key ^ spread(Math.floor(key / WORD)));
}

/** Spreads 32 bits in a way that nobody can foresee, and that can be undone: none become equal. */
function spread(word: number): number {
  let bits = Math.imul(word ^ MASK, FIRST_FACTOR);
  bits = Math.imul(bits ^ (bits >>> 15), SECOND_FACTOR);
  return bits ^ (bits >>> 16);
}
