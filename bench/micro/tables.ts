/** What the tables cost: look-ups, churn of a full map, and memory an entry. */
import { BoundedMap } from '../../src/tables/bounded-map.js';
import { hashText } from '../../src/tables/hash.js';
import { TieredMap } from '../../src/tables/tiered-map.js';
import { measure } from './measure.js';

const SIZES = [100, 10_000, 65_536];

/** Visits 0 to `count` - 1 in an order that no cache foresees; `count` below 2 ** 17. */
function scattered(turn: number, count: number): number {
  return (Math.imul(turn, 0x9e3779b1) >>> 15) % count;
}

const kinds: [string, (i: number) => number | string][] = [
  ['hashes', (i) => hashText(`call ${i}`)],
  ['IPv4', (i) => (0xc0000000 + Math.imul(i, 251)) >>> 0],
  ['texts', (i) => `account ${i}`],
];

for (const [kind, keyOf] of kinds) {
  for (const size of SIZES) {
    const keys = Array.from({ length: 4 * size }, (_, i) => keyOf(i));
    const map = new BoundedMap<number | string, object>(size);
    const value = {};
    for (let i = 0; i < size; i++) map.set(keys[i]!, value);
    const name = (what: string) => `${what}, ${size} ${kind}`;
    measure(name('get'), (turn) => (map.get(keys[scattered(turn, size)]!) === value ? 1 : 0));
    measure(name('peek'), (turn) => (map.peek(keys[scattered(turn, size)]!) === value ? 1 : 0));
    measure(name('peek in vain'), (turn) =>
      map.peek(keys[size + scattered(turn, size)]!) === value ? 1 : 0,
    );
    measure(name('set known'), (turn) => {
      map.set(keys[scattered(turn, size)]!, value);
      return 0;
    });
    measure(name('delete and set'), (turn) => {
      const key = keys[scattered(turn, size)]!;
      const was = map.delete(key);
      map.set(key, value);
      return was ? 1 : 0;
    });
    let next = size;
    measure(name('set new, evict'), () => {
      map.set(keys[next]!, value);
      next = next + 1 === keys.length ? 0 : next + 1;
      return map.evicted;
    });
  }
}

const tiers = new TieredMap<number | string, object>([32_768, 50_000, 50_000]);
const addresses = Array.from({ length: 100_000 }, (_, i) => (0xc0000000 + 251 * i) >>> 0);
for (const [i, address] of addresses.entries()) tiers.set(address, {}, i % 3);
measure('get of a tiered map, 65536 IPv4', (turn) =>
  tiers.get(addresses[scattered(turn, 65_536)]!) === undefined ? 0 : 1,
);
