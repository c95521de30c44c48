import { BoundedMap } from '../detect/bounded-map.js';
import { hashText } from '../detect/hash.js';
import type { Counters } from '../telemetry/counters.js';
import type { Window } from './signature.js';

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
      if (time - start > within) continue;
      starts[step] = start;
      if (step === steps - 1) done = true;
    }
    return done;
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

/** The window is full when its n-th newest entry is young enough. */
function reached(
  times: readonly number[],
  now: number,
  windows: readonly Window[],
): Reached | undefined {
  let shortest: Window | undefined;
  for (const window of windows) {
    const nth = times[times.length - window.atLeast];
    if (nth === undefined || now - nth > window.within) continue;
    if (shortest === undefined || window.within < shortest.within) shortest = window;
  }
  return shortest && { window: shortest, count: shortest.atLeast };
}
