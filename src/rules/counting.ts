import { BoundedMap } from '../tables/bounded-map.js';
import { hashText } from '../tables/hash.js';
import type { Counters } from '../telemetry/counters.js';
import { isListOf, isTime, type SavedEntry } from '../telemetry/saved-entry.js';
import type { TableStatus } from '../telemetry/table-status.js';
import type { CountClause, SequenceClause, Window } from './signature.js';

/** What a count reached when it fired. */
export interface Reached {
  readonly window: Window;
  readonly count: number;
}

/** Times, or values with the time each was last seen, in order of time. */
interface Tally {
  times: number[];
  /** Only where different values are counted: hash of the value at the same place. */
  values: number[] | undefined;
}

/**
 * The one counting engine: how many, how many different ones, and in what order, per signature
 * and group, each within windows of packet time. Exact and sliding; it keeps per group no more
 * than the highest `at_least` of its windows, since more would change no answer.
 */
export class CountingEngine {
  private readonly tallies: BoundedMap<string, Tally>;
  private readonly chains: BoundedMap<string, number[]>;

  /** `limit` groups of each sort; a flood of new groups evicts those idle longest, and is counted. */
  constructor(counters: Counters, limit = 100_000) {
    const evicted = () => {
      counters.countersEvicted++;
    };
    this.tallies = new BoundedMap(limit, evicted);
    this.chains = new BoundedMap(limit, evicted);
  }

  /** Counts one occurrence; returns the shortest window that is now full, if any. */
  count(group: string, time: number, windows: readonly Window[]): Reached | undefined {
    const tally = this.tally(group, false);
    if (tally.times.length === keep(windows)) tally.times.shift();
    tally.times.push(time);
    return reached(tally.times, time, windows);
  }

  /** Counts a value once however often it comes; its time is the last. */
  distinct(
    group: string,
    value: string | number,
    time: number,
    windows: readonly Window[],
  ): Reached | undefined {
    const tally = this.tally(group, true);
    const { times } = tally;
    const values = tally.values!;
    const hash = typeof value === 'number' ? value : hashText(value);
    const known = values.lastIndexOf(hash);
    const drop = known !== -1 ? known : values.length === keep(windows) ? 0 : -1;
    if (drop !== -1) {
      times.splice(drop, 1);
      values.splice(drop, 1);
    }
    times.push(time);
    values.push(hash);
    return reached(times, time, windows);
  }

  /**
   * One subject that matches the steps in `matched` (indexes, any order). True when the last step
   * is reached within the window by a chain of different subjects in order.
   */
  sequence(
    group: string,
    steps: number,
    matched: readonly boolean[],
    time: number,
    within: number,
  ): boolean {
    let starts = this.chains.get(group);
    if (starts === undefined) {
      starts = new Array<number>(steps).fill(Number.NEGATIVE_INFINITY);
      this.chains.set(group, starts);
    }
    let done = false;
    // From the last step down, so that one subject never serves as two steps of one chain.
    for (let step = steps - 1; step >= 0; step--) {
      if (!matched[step]) continue;
      const start = step === 0 ? time : starts[step - 1]!;
      if (time - start > within || start > time) continue;
      starts[step] = start;
      if (step === steps - 1) done = true;
    }
    return done;
  }

  /** Forgets the groups that are not to be kept. */
  keepOnly(isKept: (group: string) => boolean): void {
    for (const table of [this.tallies, this.chains]) {
      for (const group of table.keys()) if (!isKept(group)) table.delete(group);
    }
  }

  tables(): TableStatus[] {
    return [this.tallies.status('counts'), this.chains.status('sequences')];
  }

  /** What outlasts a restart, in order of use; it may take its time. */
  *save(): Generator<SavedEntry> {
    for (const [group, { times, values }] of this.tallies.walk()) {
      yield ['count', group, [...times], values === undefined ? null : [...values]];
    }
    for (const [group, starts] of this.chains.walk()) {
      yield ['sequence', group, starts.map((start) => (Number.isFinite(start) ? start : null))];
    }
  }

  /** Takes in a count that was saved; false when the clause does not count like that. */
  restoreCount(group: string, [, , times, values]: SavedEntry, clause: CountClause): boolean {
    const most = keep(clause.windows);
    if (!isListOf(times, most, isTime)) return false;
    if (clause.distinct === undefined) {
      if (values !== null) return false;
      this.tallies.set(group, { times, values: undefined });
      return true;
    }
    if (!isListOf(values, most, isValue) || values.length !== times.length) return false;
    this.tallies.set(group, { times, values });
    return true;
  }

  /** Takes in a sequence that was saved; false when the clause has other steps. */
  restoreSequence(group: string, [, , starts]: SavedEntry, { steps }: SequenceClause): boolean {
    if (!isListOf(starts, steps.length, isStart) || starts.length !== steps.length) return false;
    const times = starts.map((start) => start ?? Number.NEGATIVE_INFINITY);
    this.chains.set(group, times);
    return true;
  }

  private tally(group: string, withValues: boolean): Tally {
    let tally = this.tallies.get(group);
    if (tally === undefined) {
      tally = { times: [], values: withValues ? [] : undefined };
      this.tallies.set(group, tally);
    }
    return tally;
  }
}

function keep(windows: readonly Window[]): number {
  let most = 0;
  for (const window of windows) if (window.atLeast > most) most = window.atLeast;
  return most;
}

function isStart(value: unknown): value is number | null {
  return value === null || isTime(value);
}

/** A counted number, or the hash of a counted text. */
function isValue(value: unknown): value is number {
  return Number.isFinite(value);
}

/**
 * The window is full when its n-th newest entry is young enough. One from a time that is yet to
 * come, since the clock was set back, fills none.
 */
function reached(
  times: readonly number[],
  now: number,
  windows: readonly Window[],
): Reached | undefined {
  let shortest: Window | undefined;
  for (const window of windows) {
    const nth = times[times.length - window.atLeast];
    if (nth === undefined || nth > now || now - nth > window.within) continue;
    if (shortest === undefined || window.within < shortest.within) shortest = window;
  }
  return shortest && { window: shortest, count: shortest.atLeast };
}
