import { createHash } from 'node:crypto';
import type { SourceProfile, SourceTable } from '../detect/sources.js';
import type { Actor } from '../rules/actor.js';
import type { Finding } from '../rules/finding.js';
import { severityRank } from '../rules/signature.js';
import { BoundedMap } from '../tables/bounded-map.js';
import type { Counters } from '../telemetry/counters.js';
import { isCount, isTime, type SavedEntry } from '../telemetry/saved-entry.js';
import type { TableStatus } from '../telemetry/table-status.js';
import type { Address } from '../wire/address.js';
import { type Alert, type AlertState, makeAlert } from './alert.js';
import { Evidence } from './evidence.js';
import { Incident } from './incident.js';
import { readIncident, type SignatureOf, savedIncident } from './saved-incident.js';

export type AlertSink = (alert: Alert) => void;

/** What the sensor itself could not see; asked when an alert of this packet time is made. */
export type Visibility = (profile: SourceProfile | undefined, time: number) => readonly string[];

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
  private readonly evidence = new Evidence();

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
    const { key } = finding.actor;
    if (!this.open.has(key) && this.isOverBudget(finding)) {
      this.counters.alertsWithheld++;
      return false;
    }
    const packet =
      finding.frameNumber === 0 ? undefined : `${this.captureName}:${finding.frameNumber}`;
    const entry = { finding, packet };
    let incident = this.open.get(key);
    const isNew = incident === undefined;
    if (incident === undefined) {
      incident = new Incident(incidentId(finding), entry);
      this.open.set(key, incident);
    }
    const rose = incident.add(entry);
    if (isNew) this.alert(incident, 'open', finding.time);
    else if (rose) this.alert(incident, 'update', finding.time);
    else this.heartbeat(incident, finding.time);
    return true;
  }

  /**
   * Something matched again that was already said: the incident goes on. False: none is open, or not
   * one that tells of this signature, and nothing was done.
   */
  repeated(actor: Actor, _: Address, time: number, signatureId: string | undefined): boolean {
    const incident = this.open.get(actor.key);
    if (incident === undefined) return false;
    if (signatureId !== undefined && !incident.rules.has(signatureId)) return false;
    incident.lastSeen = Math.max(incident.lastSeen, time);
    incident.matches++;
    this.heartbeat(incident, time);
    return true;
  }

  /** When the incident that has been quiet longest closes; infinite: none is open. */
  closesAt(): number {
    const oldest = this.open.oldestEntry();
    return oldest === undefined ? Number.POSITIVE_INFINITY : oldest.value.lastSeen + QUIET;
  }

  /** Lets packet time pass: incidents that have been quiet long enough close. */
  advance(now: number): void {
    for (let at = this.closesAt(); at <= now; at = this.closesAt()) {
      this.close(this.open.oldestEntry()!.value, at);
    }
  }

  /** The clock was set back: what was seen last, was seen now. */
  setBack(now: number): void {
    for (const incident of this.open.values()) {
      incident.lastSeen = Math.min(incident.lastSeen, now);
      incident.lastAlertAt = Math.min(incident.lastAlertAt, now);
    }
  }

  /** Those that are open, the one that was quiet longest first. */
  all(): Iterable<Incident> {
    return this.open.values();
  }

  /** What an alert about it would say now, under the id of the last one: a view, nothing is told. */
  alertOf(incident: Incident): Alert {
    const { lastSeen, alerts } = incident;
    const profile = this.sources.find(incident.source);
    const missing = this.visibility(profile, lastSeen);
    const id = alertId(incident, alerts);
    return makeAlert(incident, 'update', lastSeen, id, profile, missing, this.evidence);
  }

  tables(): TableStatus[] {
    return [this.open.status('incidents')];
  }

  /** What outlasts a restart, in order of use; it may take its time. */
  *save(): Generator<SavedEntry> {
    const { minuteFrom, openedInMinute } = this;
    yield ['opened', Number.isFinite(minuteFrom) ? minuteFrom : null, openedInMinute];
    for (const [, incident] of this.open.walk()) yield savedIncident(incident);
  }

  /** Takes in an entry that was saved; false when it cannot be used, or there is no room. */
  restore(entry: SavedEntry, signatureOf: SignatureOf): boolean {
    if (entry[0] === 'opened') return this.restoreOpened(entry);
    const incident = readIncident(entry, signatureOf);
    if (incident === undefined || this.open.size >= LIMIT) return false;
    this.open.set(incident.actor.key, incident);
    return true;
  }

  /** Tells the sources of open incidents that they are accused: after all entries are taken in. */
  accuseSources(): void {
    for (const { source, severity } of this.open.values()) {
      const profile = this.sources.find(source);
      if (profile !== undefined) this.sources.accuse(profile, severityRank(severity));
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
    if (Math.abs(time - this.minuteFrom) >= 60) {
      this.minuteFrom = time;
      this.openedInMinute = 0;
    }
    this.openedInMinute++;
    return this.openedInMinute > OPENED_A_MINUTE;
  }

  private close(incident: Incident, time: number): void {
    this.open.delete(incident.actor.key);
    this.alert(incident, 'close', time);
  }

  private heartbeat(incident: Incident, time: number): void {
    if (time - incident.lastAlertAt >= HEARTBEAT) this.alert(incident, 'update', time);
  }

  private alert(incident: Incident, state: AlertState, time: number): void {
    incident.lastAlertAt = time;
    incident.alerts++;
    this.counters.alerts++;
    this.counters.alertsBySeverity[severityRank(incident.severity)]! += 1;
    const profile = this.sources.find(incident.source);
    const suspicion = state === 'close' ? -1 : severityRank(incident.severity);
    if (profile !== undefined) this.sources.accuse(profile, suspicion);
    const id = alertId(incident, incident.alerts);
    const missing = this.visibility(profile, time);
    this.sink(makeAlert(incident, state, time, id, profile, missing, this.evidence));
  }

  private restoreOpened([, minuteFrom, openedInMinute]: SavedEntry): boolean {
    if (minuteFrom !== null && !isTime(minuteFrom)) return false;
    if (!isCount(openedInMinute)) return false;
    this.minuteFrom = minuteFrom ?? Number.NEGATIVE_INFINITY;
    this.openedInMinute = openedInMinute;
    return true;
  }
}

/** The same capture gives the same id, and so does the live wire that it was taken from. */
function incidentId(finding: Finding): string {
  const time = Math.round(finding.time * 1e6);
  return digest(`${finding.actor.name}/${time}/${finding.signature.id}`);
}

/** Alerts of one incident are numbered. */
function alertId(incident: Incident, number: number): string {
  return digest(`${incident.id}/${number}`);
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}
