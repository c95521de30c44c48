import { createHash } from 'node:crypto';
import { BoundedMap } from '../detect/bounded-map.js';
import type { SourceProfile, SourceTable } from '../detect/sources.js';
import type { Finding } from '../rules/finding.js';
import type { Counters } from '../telemetry/counters.js';
import { type Address, addressText } from '../wire/address.js';
import { type Alert, type AlertState, makeAlert } from './alert.js';
import { Incident } from './incident.js';

export type AlertSink = (alert: Alert) => void;

/** What the sensor itself could not see; asked when an alert is made. */
export type Visibility = (profile: SourceProfile | undefined) => readonly string[];

const LIMIT = 10_000;
/** Incidents that sources without proof of their address may open in a minute of packet time. */
const OPENED_A_MINUTE = 300;
/**
 * Packet time without anything matched after which an incident closes (seconds). Scanners come
 * back to a place several times a day: who returns within one is the same incident.
 */
const QUIET = 24 * 3600;
/** An incident that goes on is told again after this (seconds). */
const HEARTBEAT = 3600;

/** Joins findings into incidents, one for each source, and says when something changed. */
export class IncidentTracker {
  /** Where the current packets come from: names them in the evidence. */
  captureName = '';
  private minuteFrom = Number.NEGATIVE_INFINITY;
  private openedInMinute = 0;
  private readonly open: BoundedMap<Address, Incident>;
  private readonly sources: SourceTable;
  private readonly counters: Counters;
  private readonly visibility: Visibility;
  private readonly sink: AlertSink;

  constructor(sources: SourceTable, counters: Counters, visibility: Visibility, sink: AlertSink) {
    this.sources = sources;
    this.counters = counters;
    this.visibility = visibility;
    this.sink = sink;
    this.open = new BoundedMap(LIMIT, (_, incident) => {
      counters.incidentsEvicted++;
      this.alert(incident, 'close', incident.lastSeen);
    });
  }

  /** False when too many new sources were told lately: the finding is not kept. */
  finding(finding: Finding): boolean {
    if (!this.open.has(finding.source) && this.isOverBudget(finding)) {
      this.counters.alertsWithheld++;
      return false;
    }
    const packet =
      finding.frameNumber === 0 ? undefined : `${this.captureName}:${finding.frameNumber}`;
    const entry = { finding, packet };
    let incident = this.open.get(finding.source);
    const isNew = incident === undefined;
    if (incident === undefined) {
      incident = new Incident(incidentId(finding), entry);
      this.open.set(finding.source, incident);
    }
    const rose = incident.add(entry);
    if (isNew) this.alert(incident, 'open', finding.time);
    else if (rose) this.alert(incident, 'update', finding.time);
    else this.heartbeat(incident, finding.time);
    return true;
  }

  /** Something matched again that was already said: the incident goes on. */
  repeated(source: Address, time: number): void {
    const incident = this.open.get(source);
    if (incident === undefined) return;
    incident.lastSeen = Math.max(incident.lastSeen, time);
    incident.matches++;
    this.heartbeat(incident, time);
  }

  /** Lets packet time pass: incidents that have been quiet long enough close. */
  advance(now: number): void {
    let oldest = this.open.oldestEntry()?.value;
    while (oldest !== undefined && now - oldest.lastSeen >= QUIET) {
      this.close(oldest, oldest.lastSeen + QUIET);
      oldest = this.open.oldestEntry()?.value;
    }
  }

  /** The input has ended: all incidents close with their last numbers. */
  finish(now: number): void {
    for (const incident of [...this.open.values()]) {
      this.close(incident, Math.max(now, incident.lastSeen));
    }
  }

  /**
   * A flood of forged addresses would make an incident of each. Beyond a number a minute, a source
   * that has not shown that it receives our packets opens none.
   */
  private isOverBudget({ source, time }: Finding): boolean {
    if (this.sources.find(source)?.returnPath === true) return false;
    if (time - this.minuteFrom >= 60) {
      this.minuteFrom = time;
      this.openedInMinute = 0;
    }
    this.openedInMinute++;
    return this.openedInMinute > OPENED_A_MINUTE;
  }

  private close(incident: Incident, time: number): void {
    this.open.delete(incident.source);
    this.alert(incident, 'close', time);
  }

  private heartbeat(incident: Incident, time: number): void {
    if (time - incident.lastAlertAt >= HEARTBEAT) this.alert(incident, 'update', time);
  }

  private alert(incident: Incident, state: AlertState, time: number): void {
    incident.lastAlertAt = time;
    incident.alerts++;
    this.counters.alerts++;
    const profile = this.sources.find(incident.source);
    if (profile !== undefined) this.sources.accuse(profile, state !== 'close');
    const alertId = digest(`${incident.id}/${incident.alerts}`);
    this.sink(makeAlert(incident, state, time, alertId, profile, this.visibility(profile)));
  }
}

/** The same capture gives the same id, and so does the live wire that it was taken from. */
function incidentId(finding: Finding): string {
  const time = Math.round(finding.time * 1e6);
  return digest(`${addressText(finding.source)}/${time}/${finding.signature.id}`);
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}
