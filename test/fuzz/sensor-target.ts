import type { LoadedSignatures } from '../../src/rules/load.js';
import type { Behaviours } from './behaviours.js';
import { expect } from './fault.js';
import { mutateFrames } from './mutate-frames.js';
import { type Input, type Piece, sizeOf } from './piece.js';
import type { Random } from './random.js';
import { SensorRun } from './sensor-run.js';
import type { Cost, Target } from './target.js';

/** A young sensor lives so long: what it has seen can be fed again to find what broke it. */
const EPOCH_INPUTS = 2000;
const EPOCH_BYTES = 24 * 1024 * 1024;
/** Of so many epochs, one is run again in other ways, and the alerts are compared. */
const EPOCHS_COMPARED = 16;
/** Between two inputs (seconds), from the input's own bytes: the same input, the same gap. */
const GAPS = [0, 0.01, 0.5, 0.5, 3, 3, 40, 300, 4000, 90_000];
/** Between two runs that are measured: suppressions and incidents of the one before have ended. */
const APART = 3 * 86_400;

/** Everything together: what passes, and what is said of it. */
export class SensorTarget implements Target {
  readonly name = 'sensor';
  readonly about =
    'packets in sequence through the whole sensor with the shipped signatures: nothing is thrown, counters never fall, tables keep their limits, each alert is one line of JSON without control characters, a second run gives the same alerts, with time passing in steps too, and what is saved for a restart is taken in again';
  readonly seeds: readonly Input[];
  history: Input[] = [];
  readonly worst: readonly Input[];
  cost = 0;
  private readonly signatures: LoadedSignatures;
  private young: SensorRun;
  private epochs = 0;
  private epochBytes = 0;
  /** Made when it is needed: it knows many runs of what is measured. */
  private meter: SensorRun | undefined;

  constructor(seeds: readonly Input[], signatures: LoadedSignatures, worst: readonly Input[] = []) {
    this.seeds = seeds;
    this.worst = worst;
    this.signatures = signatures;
    this.young = new SensorRun(signatures);
  }

  renewed(): SensorTarget {
    return new SensorTarget(this.seeds, this.signatures);
  }

  mutate(random: Random, input: Input, other: Input): Input {
    return mutateFrames(random, input, other);
  }

  run(input: Input, behaviours: Behaviours): void {
    if (this.history.length >= EPOCH_INPUTS || this.epochBytes > EPOCH_BYTES) this.endEpoch();
    this.history.push(input);
    this.epochBytes += sizeOf(input);
    this.cost = 0;
    this.young.feed(input, gapOf(input), () => {
      this.cost = Math.max(this.cost, this.young.spent);
      behaviours.note(this.young.behaviour);
    });
    if (this.history.length % 50 === 0) this.young.check();
  }

  /** The young sensor's story ends; now and then it is told again. */
  endEpoch(): void {
    const { history, young } = this;
    young.check();
    if (this.epochs % EPOCHS_COMPARED === 0) young.checkRestart(this.signatures);
    young.finish();
    if (this.epochs++ % EPOCHS_COMPARED === 0 && history.length > 0) this.compare(history, young);
    this.forget();
  }

  forget(): void {
    this.young = new SensorRun(this.signatures);
    this.history = [];
    this.epochBytes = 0;
  }

  measure(input: Input, runs: number): Cost {
    this.meter ??= new SensorRun(this.signatures);
    const { meter } = this;
    const least = input.map(() => Number.POSITIVE_INFINITY);
    const kinds = input.map(() => '');
    for (let run = 0; run < runs; run++) {
      // What falls due meanwhile is told before, so that it is not laid to the first frame.
      meter.frame(NOTHING, meter.now + APART);
      let i = 0;
      meter.feed(input, 1, () => {
        least[i] = Math.min(least[i]!, meter.spent);
        if (run === 0) kinds[i] = meter.kind();
        i++;
      });
    }
    let at = 0;
    for (const [i, ms] of least.entries()) if (ms > least[at]!) at = i;
    return { ms: least[at]!, at, kind: kinds[at]! };
  }

  /** Runs what was seen again, plainly and with time passing in steps: the alerts are the same. */
  private compare(history: readonly Input[], told: SensorRun): void {
    const again = new SensorRun(this.signatures);
    const ticking = new SensorRun(this.signatures);
    for (const input of history) {
      again.feed(input, gapOf(input));
      ticking.feedTicking(input, gapOf(input));
    }
    again.finish();
    ticking.finish();
    expect(
      again.digest === told.digest,
      'a second run gives the same alerts',
      () => `${told.alerts} and ${again.alerts}`,
    );
    expect(
      ticking.digest === told.digest,
      'time in steps gives the same alerts',
      () => `${told.alerts} and ${ticking.alerts}`,
    );
  }
}

/** A frame that is nothing: only its time counts. */
const NOTHING: Piece = { bytes: Buffer.alloc(0), time: 0, originalLength: 0, linkType: 1 };

export function gapOf(input: Input): number {
  const [first] = input;
  const sum = input.length * 7 + first!.bytes.length + (first!.bytes.at(-1) ?? 0);
  return GAPS[sum % GAPS.length]!;
}
