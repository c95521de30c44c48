/**
 * The one way to time a function here: warm it up, run it in many short rounds, and tell the least
 * and the median of a call. Other work on the machine only ever adds time, so the least is what the
 * function costs, and a median far above it says that the machine was busy.
 */
import { getHeapStatistics } from 'node:v8';

/** Called with 0, 1, 2, ...; what it returns is summed up, so no work can be left out as unused. */
type Work = (turn: number) => number;

export interface Options {
  /** Calls of one round; without it as many as last some milliseconds. */
  readonly times?: number;
  readonly rounds?: number;
  /** How many things one call handles: the times told are of one of them. */
  readonly per?: number;
  /** Makes a fresh state for each round, not timed. Give `times` with it. */
  readonly before?: () => void;
}

export interface Timing {
  /** Nanoseconds. */
  readonly least: number;
  readonly median: number;
  /** Bytes allocated on the JavaScript heap; NaN when a garbage collection hid it. */
  readonly bytes: number;
}

const ROUNDS = 31;
const ROUND_NS = 8e6;
const WARM_UP_NS = 150e6;

/** Exported so that what the functions return counts as used. */
export let sum = 0;

/** Nanoseconds of so many calls. */
function run(work: Work, times: number): number {
  let total = 0;
  const began = process.hrtime.bigint();
  for (let turn = 0; turn < times; turn++) total = (total + work(turn)) | 0;
  const ended = process.hrtime.bigint();
  sum ^= total;
  return Number(ended - began);
}

// A loop that has met several functions calls each of them the same way. Without this the first one
// measured would be inlined into the loop, and what does not change moved out of it.
for (const work of [(i: number) => i, (i: number) => i + 1, (i: number) => -i, () => 4, () => 5]) {
  run(work, 2_000);
}

/** As many calls as fill one round, found by doubling; this is the warm-up as well. */
function timesOf(work: Work): number {
  let times = 1;
  for (let spent = 0; ; ) {
    const ns = run(work, times);
    spent += ns;
    if (ns < ROUND_NS) times = Math.min(times * 2, 1 << 24);
    else if (spent >= WARM_UP_NS) return Math.max(1, Math.round((times * ROUND_NS) / ns));
    if (times === 1 << 24 && spent >= WARM_UP_NS) return times;
  }
}

function warmUp(work: Work, times: number, before: () => void): void {
  for (let spent = 0; spent < WARM_UP_NS; ) {
    before();
    spent += run(work, times);
  }
}

/** How much the heap grows by so many calls. */
function growth(work: Work, times: number): number {
  const before = getHeapStatistics().used_heap_size;
  run(work, times);
  return getHeapStatistics().used_heap_size - before;
}

const nothing = () => 0;

/** Bytes a call: few calls at a time, so that a collection seldom comes between. */
function bytesOf(work: Work, times: number, before: () => void): number {
  const few = Math.min(times, 100);
  const samples = Array.from({ length: 15 }, () => {
    before();
    return (growth(work, few) - growth(nothing, few)) / few;
  });
  const median = medianOf(samples);
  return median < -1 ? Number.NaN : Math.max(0, median);
}

export function medianOf(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1]!;
}

export function timing(work: Work, options: Options = {}): Timing {
  const { rounds = ROUNDS, per = 1, before = () => {} } = options;
  if (options.before && options.times === undefined) throw new Error('`before` needs `times`');
  const times = options.times ?? timesOf(work);
  if (options.times !== undefined) warmUp(work, times, before);
  const rates = Array.from({ length: rounds }, () => {
    before();
    return run(work, times) / times / per;
  });
  const bytes = bytesOf(work, times, before) / per;
  return { least: Math.min(...rates), median: medianOf(rates), bytes };
}

function ns(value: number): string {
  return value.toFixed(value < 10 ? 1 : 0).padStart(9);
}

/** Times a function and prints one line of it. */
export function measure(name: string, work: Work, options: Options = {}): Timing {
  const found = timing(work, options);
  const bytes = Number.isNaN(found.bytes) ? '?' : found.bytes.toFixed(0);
  console.log(
    `${name.padEnd(46)} ${ns(found.least)} ns ${ns(found.median)} median ${bytes.padStart(7)} B`,
  );
  return found;
}
