import type { Input } from './piece.js';
import type { Random } from './random.js';
import type { Cost, Target } from './target.js';

/** Kept of each target. */
const KEPT = 10;
/** Runs that a cost is the least of: to be looked at, to be believed, to be told. */
const GLANCE = 2;
const BELIEVED = 5;
const TOLD = 20;
/** Of a long sequence, fewer: it has many packets that are alike. */
const LONG = 300;
const RUNS_OF_LONG = 3;
/** So much dearer than what it was made of, and an input is worth another look. */
const STEP = 1.03;

export interface SlowInput {
  readonly cost: Cost;
  readonly input: Input;
}

/** The slowest inputs of a target, one of each kind, and the search for slower ones. */
export class Slowest {
  private readonly target: Target;
  private kept: SlowInput[] = [];

  constructor(target: Target) {
    this.target = target;
  }

  /** From the slowest down. */
  get all(): readonly SlowInput[] {
    return this.kept;
  }

  /** An input that took long once: believed after some more runs. */
  consider(input: Input, once: number): void {
    if (once <= this.threshold()) return;
    const glance = this.measure(input, GLANCE);
    if (glance.ms <= this.threshold()) return;
    this.keep(input, this.measure(input, BELIEVED));
  }

  /** One step uphill: changes one of the slowest, and keeps what became slower. */
  climb(random: Random, other: Input): void {
    if (this.kept.length === 0) return;
    const { input, cost } = random.pick(this.kept);
    const changed = this.target.mutate(random, input, random.chance(0.5) ? other : input);
    const glance = this.measure(changed, GLANCE);
    if (glance.ms <= this.threshold() || glance.ms <= cost.ms * STEP) return;
    this.keep(changed, this.measure(changed, BELIEVED));
  }

  /** Measures what is kept once more, when the program is as warm as it gets. */
  settle(): readonly SlowInput[] {
    const again = this.kept.map(({ input, cost }) => {
      const { ms, at } = this.measure(input, TOLD);
      return { input, cost: { ms: Math.min(ms, cost.ms), at, kind: cost.kind } };
    });
    this.kept = again.sort((a, b) => b.cost.ms - a.cost.ms);
    return this.kept;
  }

  private measure(input: Input, runs: number): Cost {
    return this.target.measure(input, input.length > LONG ? Math.min(runs, RUNS_OF_LONG) : runs);
  }

  private threshold(): number {
    return this.kept.length < KEPT ? 0 : this.kept.at(-1)!.cost.ms;
  }

  private keep(input: Input, cost: Cost): void {
    const known = this.kept.find((one) => one.cost.kind === cost.kind);
    if (known !== undefined && known.cost.ms >= cost.ms) return;
    // Only the dear piece and those before it matter.
    const slow = { input: input.slice(0, cost.at + 1), cost };
    const others = this.kept.filter((one) => one !== known);
    this.kept = [...others, slow].sort((a, b) => b.cost.ms - a.cost.ms).slice(0, KEPT);
  }
}
