import type { TableStatus } from '../telemetry/table-status.js';
import { finish, mixedKey } from './mix.js';

/** Bits for each entry of a full generation. */
const BITS = 20;
/** A block is one cache line, so that a look-up costs one miss: 16 words of 32 bits. */
const BLOCK_WORDS = 16;
const BLOCK_BITS = BLOCK_WORDS * 32;
/** Nine bits name one of the 512 of a block; three of them come out of each hash word. */
const NAME_BITS = 9;
const NAME_MASK = BLOCK_BITS - 1;
/** The last eighth of a generation clears the one before, so that no single step is long. */
const CLEARING = 8;
/** Seeds of the hash that names the block, and of the one that names the bits in it. */
const SEED = 0x0f111e5;
const OTHER = 0x5bd1e995;

/**
 * Whether a key was seen before: a blocked Bloom filter (Putze et al. 2007) in two generations.
 * Each takes `capacity` keys; then the older one is dropped and begins anew. So at least the last
 * 7/8 of `capacity` keys are known for sure, at most 2 × `capacity` are, and the memory never
 * changes: 2 × 20 bits a key. A key that never came passes for known once in 1,500 times at worst.
 *
 * The seed is fixed, since what is let in by mistake may change what is said. Who foresees the
 * hashes gains nothing: he can make keys of his own pass for known, which a second packet from each
 * does too; and he cannot make a key that came pass for new.
 */
export class SeenFilter {
  private readonly capacity: number;
  private readonly seed: number;
  private readonly blocks: number;
  private current: Uint32Array;
  private previous: Uint32Array;
  private entries = 0;
  private previousEntries = 0;
  /** Words of `previous` that are empty already. */
  private cleared = 0;
  private readonly clearFrom: number;
  private readonly clearStep: number;
  /** Keys dropped with their generation since the start. */
  private dropped = 0;

  constructor(capacity: number, seed = SEED) {
    this.capacity = capacity;
    this.seed = seed;
    this.blocks = Math.ceil((capacity * BITS) / BLOCK_BITS);
    const words = this.blocks * BLOCK_WORDS;
    this.current = new Uint32Array(words);
    this.previous = new Uint32Array(words);
    const turns = Math.floor(capacity / CLEARING);
    this.clearFrom = capacity - turns;
    this.clearStep = Math.ceil(words / turns);
  }

  has(key: number | string): boolean {
    const at = this.blockOf(key);
    const hash = mixedKey(key, this.seed ^ OTHER);
    return holds(this.current, at, hash) || holds(this.previous, at, hash);
  }

  /** Notes a key; one that is known in the newer generation already takes no more room. */
  add(key: number | string): void {
    const at = this.blockOf(key);
    const hash = mixedKey(key, this.seed ^ OTHER);
    if (holds(this.current, at, hash)) return;
    mark(this.current, at, hash);
    this.entries++;
    if (this.entries > this.clearFrom) this.clearSome();
    if (this.entries >= this.capacity) this.turn();
  }

  status(table: string): TableStatus {
    const entries = this.entries + this.previousEntries;
    return { table, entries, limit: 2 * this.capacity, evicted: this.dropped };
  }

  private blockOf(key: number | string): number {
    const hash = mixedKey(key, this.seed);
    return Math.floor((hash / 0x1_0000_0000) * this.blocks) * BLOCK_WORDS;
  }

  private clearSome(): void {
    const to = Math.min(this.previous.length, this.cleared + this.clearStep);
    this.previous.fill(0, this.cleared, to);
    this.cleared = to;
  }

  private turn(): void {
    this.previous.fill(0, this.cleared);
    const empty = this.previous;
    this.previous = this.current;
    this.current = empty;
    this.dropped += this.previousEntries;
    this.previousEntries = this.entries;
    this.entries = 0;
    this.cleared = 0;
  }
}

/** Nine bits of a block, out of three words that follow from the hash. */
function holds(words: Uint32Array, at: number, hash: number): boolean {
  let bits = hash;
  for (let word = 0; word < 3; word++) {
    bits = finish(bits + 0x9e3779b9);
    for (let shift = 0; shift < 3 * NAME_BITS; shift += NAME_BITS) {
      const bit = (bits >>> shift) & NAME_MASK;
      if (((words[at + (bit >>> 5)]! >>> (bit & 31)) & 1) === 0) return false;
    }
  }
  return true;
}

function mark(words: Uint32Array, at: number, hash: number): void {
  let bits = hash;
  for (let word = 0; word < 3; word++) {
    bits = finish(bits + 0x9e3779b9);
    for (let shift = 0; shift < 3 * NAME_BITS; shift += NAME_BITS) {
      const bit = (bits >>> shift) & NAME_MASK;
      words[at + (bit >>> 5)]! |= 1 << (bit & 31);
    }
  }
}
