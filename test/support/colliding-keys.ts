/** How V8 hashes a whole number of 32 bits as the key of a Map: without a seed. */
function hashInV8(key: number): number {
  let x = (~key + (key << 15)) >>> 0;
  x ^= x >>> 12;
  x = (x + (x << 2)) >>> 0;
  x ^= x >>> 4;
  x = Math.imul(x, 2057) >>> 0;
  x ^= x >>> 16;
  return x & 0x3fffffff;
}

/** So many IPv4 addresses, from 11.0.0.0 on, that share a bucket of any Map up to 32,768 buckets. */
export function colliding(count: number): number[] {
  const mask = 0x7fff;
  const first = 0x0b000000;
  const wanted = hashInV8(first) & mask;
  const found: number[] = [];
  for (let key = first; found.length < count; key++) {
    if ((hashInV8(key) & mask) === wanted) found.push(key);
  }
  return found;
}
