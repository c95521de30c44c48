import { BoundedMap } from '../tables/bounded-map.js';
import type { Counters } from '../telemetry/counters.js';
import { isTime, type SavedEntry } from '../telemetry/saved-entry.js';
import type { TableStatus } from '../telemetry/table-status.js';

const LIMIT = 100_000;
/** Room for rounding where times are compared (seconds). */
const SLACK = 1;

/** What was said lately, and is not to be said again. */
export class Suppression {
  /** Packet time until which a finding of a signature and group is not said again. */
  private readonly until: BoundedMap<string, number>;

  constructor(counters: Counters) {
    this.until = new BoundedMap(LIMIT, () => {
      counters.suppressionsEvicted++;
    });
  }

  /** Whether it was said less than `length` seconds ago; longer ago only a clock set back can be. */
  holds(key: string, time: number, length: number): boolean {
    const until = this.until.get(key);
    return until !== undefined && time < until && until - time <= length + SLACK;
  }

  begin(key: string, until: number): void {
    this.until.set(key, until);
  }

  keepOnly(isKept: (key: string) => boolean): void {
    for (const key of this.until.keys()) if (!isKept(key)) this.until.delete(key);
  }

  table(): TableStatus {
    return this.until.status('suppressions');
  }

  /** What outlasts a restart, in order of use; it may take its time. */
  *save(): Generator<SavedEntry> {
    for (const [key, until] of this.until.walk()) yield ['suppressed', key, until];
  }

  restore(key: string, [, , until]: SavedEntry): boolean {
    if (!isTime(until)) return false;
    this.until.set(key, until);
    return true;
  }
}
