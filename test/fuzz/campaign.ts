import { AgedSensorTarget } from './aged-sensor-target.js';
import { type Failure, Fuzzer } from './fuzzer.js';
import { type HeapSample, heapInUse } from './heap.js';
import type { SlowInput } from './slowest.js';
import type { Target } from './target.js';
import { SHARES, type TargetName } from './targets.js';

export interface CampaignOptions {
  readonly seed: number;
  /** Ends after so many mutated packets, or so many seconds, whichever is first. */
  readonly packets: number;
  readonly seconds: number;
  /** One input in so many goes towards slower ones; 0: costs are not looked at. */
  readonly climbEvery: number;
  readonly onProgress?: (campaign: Campaign) => void;
}

/** One failure of each target is enough to look at. */
const MOST_FAILURES = 1;
const HEAP_SAMPLES = 40;
/** Inputs between two looks at the clock. */
const TURN = 64;

/** All targets, each fed its share, until enough packets were made. */
export class Campaign {
  readonly fuzzers: readonly Fuzzer[];
  readonly failures: Failure[] = [];
  readonly heap: HeapSample[] = [];
  /** Since the beginning. */
  seconds = 0;
  private readonly options: CampaignOptions;
  private readonly begun = performance.now();
  private nextSample = 0;

  constructor(targets: readonly Target[], options: CampaignOptions) {
    this.options = options;
    this.fuzzers = targets.map((target) => new Fuzzer(target, options));
  }

  get mutated(): number {
    return this.fuzzers.reduce((sum, { mutated }) => sum + mutated, 0);
  }

  get fed(): number {
    return this.fuzzers.reduce((sum, { fed }) => sum + fed, 0);
  }

  /** How long processors were busy with it, and with all that came before. */
  get processorSeconds(): number {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1e6;
  }

  /** How much of what was asked for is done, from 0 to 1. */
  get done(): number {
    const { packets, seconds } = this.options;
    return Math.min(1, Math.max(this.mutated / packets, this.seconds / seconds));
  }

  run(): void {
    for (const fuzzer of this.fuzzers) this.note(fuzzer.begin());
    this.readClock();
    while (this.done < 1) {
      const fuzzer = this.mostBehind();
      if (fuzzer === undefined) return;
      for (let left = TURN; left > 0 && this.mutated < this.options.packets; left--) {
        const failure = fuzzer.step();
        this.note(failure);
        if (failure !== undefined) break;
      }
      this.readClock();
      if (this.done >= this.nextSample) this.sampleHeap();
      this.options.onProgress?.(this);
    }
  }

  private readClock(): void {
    this.seconds = (performance.now() - this.begun) / 1000;
  }

  /** The slowest inputs of each target, measured once more. */
  slowest(): [target: string, slowest: readonly SlowInput[]][] {
    return this.fuzzers.map(({ target, slowest }) => [target.name, slowest.settle()]);
  }

  /** The one that has had the least of its share; none is left when all have failed. */
  private mostBehind(): Fuzzer | undefined {
    let behind: Fuzzer | undefined;
    let least = Number.POSITIVE_INFINITY;
    for (const fuzzer of this.fuzzers) {
      if (this.hasFailed(fuzzer)) continue;
      const had = fuzzer.mutated / SHARES[fuzzer.target.name as TargetName];
      if (had < least) {
        behind = fuzzer;
        least = had;
      }
    }
    return behind;
  }

  private hasFailed({ target }: Fuzzer): boolean {
    return (
      this.failures.filter((failure) => failure.target === target.name).length >= MOST_FAILURES
    );
  }

  private note(failure: Failure | undefined): void {
    if (failure !== undefined) this.failures.push(failure);
  }

  private sampleHeap(): void {
    this.nextSample = this.done + 1 / HEAP_SAMPLES;
    let kept = 0;
    let entries = 0;
    for (const { target, corpus } of this.fuzzers) {
      target.forget();
      kept += corpus.bytes;
      if (target instanceof AgedSensorTarget) entries = target.entries;
    }
    // What the fuzzer itself keeps to begin with is not the sensor's.
    this.heap.push({ packets: this.mutated, bytes: heapInUse() - kept, entries });
  }
}
