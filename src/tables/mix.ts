/**
 * Hashes for sketches: 32 well spread bits of a key under a seed. What a sketch says may be shown,
 * and a replay must give the same bytes again, so the seeds of sketches are fixed. Who can foresee
 * the hashes may spoil the numbers that are said of himself: each sketch says what that can do.
 */
export function mixedKey(key: number | string, seed: number): number {
  return typeof key === 'number' ? mixedNumber(key, seed) : mixedText(key, seed);
}

/** Of a number up to 53 bits. */
function mixedNumber(key: number, seed: number): number {
  const low = key >>> 0;
  const high = (key - low) / 0x1_0000_0000;
  return finish(finish(low ^ seed) ^ finish(high + seed));
}

function mixedText(text: string, seed: number): number {
  let bits = seed ^ text.length;
  for (let i = 0; i < text.length; i++) bits = Math.imul(bits ^ text.charCodeAt(i), 0x01000193);
  return finish(bits ^ seed);
}

/** The finaliser of MurmurHash3: each bit of the input changes half of those of the result. */
export function finish(word: number): number {
  let bits = word ^ (word >>> 16);
  bits = Math.imul(bits, 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return (bits ^ (bits >>> 16)) >>> 0;
}
