import { type Severity, severityRank } from '../rules/signature.js';
import { isCount, isTime, type SavedEntry } from '../telemetry/saved-entry.js';

/** Incidents that may be forged and open in a minute of packet time; of grave ones, as many more. */
const A_MINUTE = 300;
const GRAVE = severityRank('high');

/**
 * A flood of forged addresses would make an incident of each. Beyond a number a minute, what nothing
 * proves opens none; what is grave has a number of its own.
 */
export class OpeningBudget {
  private minuteFrom = Number.NEGATIVE_INFINITY;
  private readonly opened = [0, 0];

  /** Takes one from the budget; false when it is used up. */
  spend(severity: Severity, time: number): boolean {
    if (Math.abs(time - this.minuteFrom) >= 60) {
      this.minuteFrom = time;
      this.opened.fill(0);
    }
    const grade = severityRank(severity) >= GRAVE ? 1 : 0;
    this.opened[grade]! += 1;
    return this.opened[grade]! <= A_MINUTE;
  }

  save(): SavedEntry {
    const { minuteFrom, opened } = this;
    return ['opened', Number.isFinite(minuteFrom) ? minuteFrom : null, ...opened];
  }

  /** Takes in what was saved; false when it is no such thing. */
  restore([, minuteFrom, light, grave]: SavedEntry): boolean {
    if (minuteFrom !== null && !isTime(minuteFrom)) return false;
    if (!isCount(light) || !isCount(grave)) return false;
    this.minuteFrom = minuteFrom ?? Number.NEGATIVE_INFINITY;
    this.opened[0] = light;
    this.opened[1] = grave;
    return true;
  }
}
