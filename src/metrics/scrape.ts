import type { CaptureStatus } from '../live/capture-status.js';
import type { SignatureTally } from '../rules/engine.js';
import { CLASSES, type FindingClass } from '../rules/signature.js';
import type { Readings } from './readings.js';

/** An incident counts as active so long after the last thing that matched (packet time, seconds). */
const ACTIVE = 300;

/** Incidents of one class. */
export interface IncidentCount {
  readonly class: FindingClass;
  open: number;
  active: number;
}

/** One look at everything: what several metrics need is read once for all of them. */
export class Scrape {
  readonly readings: Readings;
  readonly captures: readonly CaptureStatus[];
  readonly tallies: readonly SignatureTally[];
  readonly incidents: readonly IncidentCount[];
  /** How long the scrape before this one took (seconds). */
  readonly lastDuration: number;

  constructor(readings: Readings, lastDuration: number) {
    this.readings = readings;
    this.captures = readings.captures();
    this.tallies = readings.sensor.engine.tallies();
    this.incidents = countIncidents(readings.sensor);
    this.lastDuration = lastDuration;
  }
}

function countIncidents({ incidents, now }: Readings['sensor']): IncidentCount[] {
  const byClass = new Map(
    CLASSES.map((name): [FindingClass, IncidentCount] => [
      name,
      { class: name, open: 0, active: 0 },
    ]),
  );
  for (const { lead, lastSeen } of incidents.all()) {
    const count = byClass.get(lead.finding.signature.class);
    if (count === undefined) continue;
    count.open++;
    if (now - lastSeen <= ACTIVE) count.active++;
  }
  return [...byClass.values()];
}
