import type { Counters } from '../telemetry/counters.js';
import { isTime, type SavedEntry } from '../telemetry/saved-entry.js';
import type { TableStatus } from '../telemetry/table-status.js';
import { GroupKey } from './group-key.js';
import { GroupTable } from './group-table.js';

const LIMIT = 100_000;
/** Room for rounding where times are compared (seconds). */
const SLACK = 1;

/** What was said lately, and is not to be said again. */
export class Suppression {
  /** Packet time until which a finding of a signature and group is not said again. */
  private readonly until: GroupTable<number>;
  /** For groups that are known by their text. */
  private readonly key = new GroupKey();

  constructor(counters: Counters) {
    this.until = new GroupTable([LIMIT], () => {
      counters.suppressionsEvicted++;
    });
  }

  /** Whether it was said less than `length` seconds ago; longer ago only a clock set back can be. */
  holds(key: GroupKey, time: number, length: number): boolean {
    const known = this.until.find(key);
    if (known === undefined) return false;
    this.until.use(known);
    const until = known.value;
    return time < until && until - time <= length + SLACK;
  }

  begin(key: GroupKey, until: number): void {
    this.until.set(key, until, 0);
  }

  keepOnly(isKept: (key: string) => boolean): void {
    for (const group of this.until.all(0)) if (!isKept(group.text)) this.until.delete(group);
  }

  table(): TableStatus {
    return this.until.status(0, 'suppressions');
  }

  /** What outlasts a restart, in order of use; it may take its time. */
  *save(): Generator<SavedEntry> {
    for (const { text, value } of this.until.walk(0, this.key)) yield ['suppressed', text, value];
  }

  restore(text: string, [, , until]: SavedEntry): boolean {
    if (!isTime(until)) return false;
    this.until.set(this.key.setText(text), until, 0);
    return true;
  }
}
