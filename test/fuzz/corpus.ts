import { type Input, sizeOf } from './piece.js';
import type { Random } from './random.js';

/** Inputs found on the way, at most, and what they take together (bytes). */
const MOST_FOUND = 3000;
const MOST_BYTES = 24 * 1024 * 1024;
/** What a piece takes besides its bytes. */
const PIECE = 400;
/** Larger ones are taken less often: they are slow, and a change to them is more likely to miss. */
const LARGE = 16 * 1024;

/** What mutations begin with: the seeds, which stay, and inputs that showed something new. */
export class Corpus {
  private readonly seeds: readonly Input[];
  private readonly found: Input[] = [];
  private bytesFound = 0;

  constructor(seeds: readonly Input[]) {
    if (seeds.length === 0) throw new Error('there is no seed to begin with');
    this.seeds = seeds;
  }

  get size(): number {
    return this.found.length;
  }

  /** Memory for what was found, roughly (bytes). */
  get bytes(): number {
    return this.bytesFound;
  }

  add(random: Random, input: Input): void {
    const size = weightOf(input);
    while (this.found.length >= MOST_FOUND || this.bytesFound + size > MOST_BYTES) {
      if (this.found.length === 0) return;
      // Any of them may go, so that none stays for being old.
      const at = random.below(this.found.length);
      this.bytesFound -= weightOf(this.found[at]!);
      this.found[at] = this.found.at(-1)!;
      this.found.pop();
    }
    this.found.push(input.map((piece) => ({ ...piece, bytes: ownCopy(piece.bytes) })));
    this.bytesFound += size;
  }

  /** Lately found ones more often: what is new there is still to be varied. */
  pick(random: Random): Input {
    for (let tries = 0; ; tries++) {
      const input = this.pickAny(random);
      if (tries === 3 || sizeOf(input) <= LARGE || random.chance(0.1)) return input;
    }
  }

  private pickAny(random: Random): Input {
    const { found, seeds } = this;
    if (found.length === 0 || random.chance(0.35)) return random.pick(seeds);
    if (random.chance(0.5)) return random.pick(found);
    return found[found.length - 1 - random.below(Math.min(found.length, 100))]!;
  }
}

function weightOf(input: Input): number {
  return sizeOf(input) + PIECE * input.length;
}

/** Bytes that hold no larger buffer in memory, as a slice does. */
function ownCopy(bytes: Buffer): Buffer {
  const copy = Buffer.allocUnsafeSlow(bytes.length);
  bytes.copy(copy);
  return copy;
}
