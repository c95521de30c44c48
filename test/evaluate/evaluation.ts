import type { Alert } from '../../src/incident/alert.js';
import { type Family, VARIATION_NAMES, type VariationName } from './family.js';
import { isRightStage, type Verdict } from './judge.js';
import { type Rules, runFamily } from './run-family.js';

/** One run that is to be made. */
export interface PlannedRun {
  readonly family: Family;
  readonly variation: VariationName;
  readonly seed: number;
}

/** Share of the variations in which an attack must be found. */
export const RECALL_GOAL = 0.95;

/** Those that change nothing of what an innocent does, but how it is seen. */
const OF_INNOCENTS: ReadonlySet<VariationName> = new Set(['plain', 'tcp', 'one-way', 'lossy']);

/** Every family in every variation that makes sense for it, with each seed. */
export function plan(
  families: readonly Family[],
  seeds: readonly number[],
  variations: readonly VariationName[] = VARIATION_NAMES,
): PlannedRun[] {
  return families.flatMap((family) =>
    variations
      .filter((variation) => makesSense(family, variation))
      .flatMap((variation) => seeds.map((seed) => ({ family, variation, seed }))),
  );
}

function makesSense({ kind, without }: Family, variation: VariationName): boolean {
  if (kind === 'innocent' && !OF_INNOCENTS.has(variation)) return false;
  return without?.[variation] === undefined;
}

/** Who wants to know how it goes. */
export interface Watchers {
  /** So many runs are done. */
  readonly onProgress?: (done: number) => void;
  readonly onRun?: (run: PlannedRun) => void;
  readonly onAlert?: (alert: Alert) => void;
}

/** Makes the runs one after the other. */
export function evaluate(
  rules: Rules,
  runs: readonly PlannedRun[],
  { onProgress, onRun, onAlert }: Watchers = {},
): Evaluation {
  const verdicts: Verdict[] = [];
  for (const run of runs) {
    onRun?.(run);
    verdicts.push(runFamily(rules, run.family, run.variation, run.seed, onAlert));
    onProgress?.(verdicts.length);
  }
  return new Evaluation(verdicts);
}

/** All verdicts, and what they amount to. */
export class Evaluation {
  readonly verdicts: readonly Verdict[];

  constructor(verdicts: readonly Verdict[]) {
    this.verdicts = verdicts;
  }

  attacks(): Verdict[] {
    return this.verdicts.filter(({ family }) => family.kind === 'attack');
  }

  innocents(): Verdict[] {
    return this.verdicts.filter(({ family }) => family.kind === 'innocent');
  }

  misses(): Verdict[] {
    return this.attacks().filter(({ detected }) => !detected);
  }

  wrongStages(): Verdict[] {
    return this.attacks().filter((verdict) => isRightStage(verdict) === false);
  }

  /** Runs in which somebody innocent was accused of medium or more; of attacks: the wrong source. */
  falseAlarms(): Verdict[] {
    return this.verdicts.filter(({ accused }) => accused.length > 0);
  }

  /** What is asked of the product and not kept, a sentence each; none: all is well. */
  broken(): string[] {
    const broken: string[] = [];
    const plain = this.misses().filter(({ variation }) => variation === 'plain');
    if (plain.length > 0) broken.push(`${plain.length} plain runs of attacks were missed`);
    const share = recall(this.attacks().filter(({ variation }) => variation !== 'plain'));
    if (share !== undefined && share < RECALL_GOAL) {
      broken.push(`recall over the variations is below ${RECALL_GOAL * 100} %`);
    }
    const alarms = this.falseAlarms().length;
    if (alarms > 0) broken.push(`somebody innocent was accused in ${alarms} runs`);
    return broken;
  }
}

/** Share of the runs in which the attack was found; undefined: there are none. */
export function recall(verdicts: readonly Verdict[]): number | undefined {
  if (verdicts.length === 0) return undefined;
  return verdicts.filter(({ detected }) => detected).length / verdicts.length;
}

/** The middle of the packet counts until detection; undefined: nothing was detected. */
export function medianPackets(verdicts: readonly Verdict[]): number | undefined {
  const counts = verdicts.flatMap(({ packets }) => packets ?? []).sort((a, b) => a - b);
  return counts[Math.floor((counts.length - 1) / 2)];
}
