import type { SourceProfile } from '../detect/sources/source-profile.js';
import type { Actor } from '../rules/actor.js';
import type { Finding } from '../rules/finding.js';
import type { Occasion } from '../rules/make-finding.js';
import { severityRank } from '../rules/signature.js';
import type { Counters } from '../telemetry/counters.js';
import type { SavedEntry } from '../telemetry/saved-entry.js';
import type { TableStatus } from '../telemetry/table-status.js';
import type { Address } from '../wire/address.js';
import { Accusations, type AccusedSources, isOfMany } from './accusations.js';
import { handsetActor, type IncidentActor, isSingle, siteActor } from './actor.js';
import { type Alert, type AlertState, makeAlert } from './alert.js';
import { IncidentsBySource } from './by-source.js';
import { Evidence } from './evidence.js';
import { FollowUps, hasGrown, type ToldNumbers } from './follow-ups.js';
import { type Raised, remember } from './history.js';
import { alertId, incidentId } from './ids.js';
import { type Before, Incident, type IncidentFinding } from './incident.js';
import { IncidentTable } from './incident-table.js';
import { type Known, knownOf } from './known.js';
import { OpeningBudget } from './opening-budget.js';
import { reasonText } from './reason.js';
import { readIncident, type SignatureOf, savedIncident } from './saved-incident.js';

export type AlertSink = (alert: Alert) => void;

/** What the sensor itself could not see; asked when an alert of this packet time is made. */
export type Visibility = (profile: SourceProfile | undefined, time: number) => readonly string[];

/** What incidents ask of the sources, and tell them. */
export interface Sources extends AccusedSources {
  /** The one device behind an address that several share; undefined: it is no such address. */
  handset?(address: Address, port: number): SourceProfile | undefined;
  /** Whoever sends from this address and port receives what is sent there. */
  isProved?(address: Address, port: number): boolean;
}

/**
 * Packet time without anything matched after which an incident closes (seconds). Scanners come
 * back to a place several times a day: who returns within one is the same incident.
 */
const QUIET = 24 * 3600;
/** An incident that goes on is told again after this (seconds). */
const HEARTBEAT = 3600;
/** Devices behind one address that have an incident each; the others share one. */
const HANDSETS_OF_A_SITE = 8;
/** Other incidents that an alert names. */
const RELATED = 8;

/** Its message says that it belongs to a survey; behaviour would not. */
function isNamedSurvey({ signature }: Finding): boolean {
  return signature.class === 'survey' && signature.kind !== 'behaviours';
}

/** Joins findings into incidents, one for each actor, and says when something changed. */
export class IncidentTracker {
  /** Where the current packets come from: names them in the evidence. */
  captureName = '';
  /** Nothing is due before (packet time, seconds); it may be that nothing is due then either. */
  private quietUntil = Number.POSITIVE_INFINITY;
  private readonly open: IncidentTable;
  private readonly bySource = new IncidentsBySource();
  private readonly followUps = new FollowUps();
  private readonly budget = new OpeningBudget();
  private readonly sources: Sources;
  private readonly accusations: Accusations;
  private readonly counters: Counters;
  private readonly visibility: Visibility;
  private readonly sink: AlertSink;
  private readonly evidence = new Evidence();

  constructor(sources: Sources, counters: Counters, visibility: Visibility, sink: AlertSink) {
    this.sources = sources;
    this.accusations = new Accusations(sources, this.bySource);
    this.counters = counters;
    this.visibility = visibility;
    this.sink = sink;
    this.open = new IncidentTable((incident) => {
      counters.incidentsEvicted++;
      this.closed(incident, incident.lastSeen);
    });
  }

  /** False when too many new sources were told lately: the finding is not kept. */
  finding(finding: Finding): boolean {
    const { frameNumber } = finding;
    if (isNamedSurvey(finding)) this.accusations.surveys(finding.source);
    const packet = frameNumber === 0 ? undefined : `${this.captureName}:${frameNumber}`;
    const entry = { finding, packet };
    const actor = this.actorOf(finding.actor, finding);
    const known = this.open.find(actor.key);
    if (known === undefined) return this.begin(actor, entry);
    const before = known.add(entry);
    this.matched(known, finding);
    if (before === undefined) this.heartbeat(known, finding.time);
    else this.rose(known, finding, before);
    return true;
  }

  /**
   * Something matched again that was already said: the incident goes on. False: none is open, or not
   * one that tells of this signature, and nothing was done.
   */
  repeated(actor: Actor, occasion: Occasion, signatureId: string | undefined): boolean {
    const incident = this.open.find(this.actorOf(actor, occasion).key);
    if (incident === undefined) return false;
    if (signatureId !== undefined && !incident.rules.has(signatureId)) return false;
    incident.goesOn(occasion);
    this.matched(incident, occasion);
    this.heartbeat(incident, occasion.time);
    return true;
  }

  /**
   * Nothing closes and nothing is to be told again before (packet time, seconds); infinite: nothing
   * ever will. It may turn out that nothing does then either.
   */
  dueAt(): number {
    return this.quietUntil;
  }

  /** Lets packet time pass: tells what is due, each at its time. */
  advance(now: number): void {
    while (this.quietUntil <= now) {
      this.quietUntil = this.nextDue();
      if (this.quietUntil > now) return;
      if (this.followUps.dueAt() === this.quietUntil) this.lookAgain(this.quietUntil);
      else this.close(this.open.quietest()!, this.quietUntil);
    }
  }

  /** The clock was set back: what was seen last, was seen now. */
  setBack(now: number): void {
    for (const incident of this.open.all()) {
      incident.lastSeen = Math.min(incident.lastSeen, now);
      incident.lastAlertAt = Math.min(incident.lastAlertAt, now);
    }
    this.followUps.setBack(now);
    this.quietUntil = this.nextDue();
  }

  /** Those that are open, in no order that means anything. */
  all(): Iterable<Incident> {
    return this.open.all();
  }

  /** The open incidents that this address has a part in. */
  of(source: Address): readonly Incident[] {
    return this.bySource.of(source);
  }

  /** What an alert about it would say now, under the id of the last one: a view, nothing is told. */
  alertOf(incident: Incident): Alert {
    return this.made(incident, 'update', incident.lastSeen, undefined, this.knownOf(incident));
  }

  tables(): TableStatus[] {
    return this.open.tables();
  }

  /** What outlasts a restart, in order of use; it may take its time. */
  *save(): Generator<SavedEntry> {
    yield this.budget.save();
    for (const incident of this.open.walk()) yield savedIncident(incident);
  }

  /** Takes in an entry that was saved; false when it cannot be used, or there is no room. */
  restore(entry: SavedEntry, signatureOf: SignatureOf): boolean {
    if (entry[0] === 'opened') return this.budget.restore(entry);
    const incident = readIncident(entry, signatureOf);
    if (incident === undefined || this.open.find(incident.actor.key) !== undefined) return false;
    // What is full already tells of something: nothing closes for what is only remembered.
    if (this.open.isFull(incident) || !this.open.add(incident)) return false;
    for (const source of incident.sources.all()) this.joined(incident, source);
    this.due(closingTime(incident));
    return true;
  }

  /** All entries are taken in: what waits, waits again, and sources know that they are accused. */
  restored(): void {
    this.followUps.restore(this.open.all());
    this.due(this.followUps.dueAt());
    for (const incident of this.open.all()) this.accusations.renew(incident);
  }

  /** The input has ended: all incidents close with their last numbers. */
  finish(now: number): void {
    const incidents = [...this.open.walk()].sort((a, b) => a.lastSeen - b.lastSeen);
    for (const incident of incidents) this.close(incident, Math.max(now, incident.lastSeen));
  }

  /**
   * Where many devices share an address, what one of them does is about that one. Where they are too
   * many, since a device may change its port with each request, it is about one of them all.
   */
  private actorOf(
    actor: Actor,
    { source, sourcePort }: Pick<Occasion, 'source' | 'sourcePort'>,
  ): IncidentActor {
    if (actor.kind !== 'source') return actor;
    if (this.sources.handset?.(source, sourcePort) === undefined) return actor;
    const own = handsetActor(source, sourcePort);
    if (this.open.find(own.key) !== undefined) return own;
    const others = this.bySource.of(source).filter((other) => other.actor.kind === 'handset');
    return others.length < HANDSETS_OF_A_SITE ? own : siteActor(source);
  }

  private begin(actor: IncidentActor, entry: IncidentFinding): boolean {
    const { finding } = entry;
    const { time, signature } = finding;
    const incident = new Incident(incidentId(actor, finding), actor, entry);
    incident.add(entry);
    // Proof of what else came from there proves no evidence, but shows that it is no flood of forgeries.
    const isReal = incident.isProved || this.sources.isProved?.(finding.source, finding.sourcePort);
    const mayOpen = isReal === true || this.budget.spend(signature.severity, time);
    if (!mayOpen || !this.open.add(incident)) {
      this.counters.alertsWithheld++;
      return false;
    }
    this.joined(incident, finding.source);
    this.note(incident, finding, this.knownOf(incident));
    this.due(closingTime(incident));
    this.tellNews(incident, 'open', time, undefined);
    return true;
  }

  /** Something of it came just now. */
  private matched(incident: Incident, { source }: Pick<Occasion, 'source'>): void {
    this.open.touch(incident);
    if (incident.isProved !== incident.accusedAsProved) this.accusations.renew(incident);
    if (!isSingle(incident.actor)) this.joined(incident, source);
  }

  /** Who only asked a server that is told something about itself has no part in that. */
  private joined(incident: Incident, source: Address): void {
    const { actor, severity, sources } = incident;
    if (actor.kind === 'target' && severity === 'info') return;
    if (sources.has(source)) this.bySource.join(incident, source);
  }

  private rose(incident: Incident, finding: Finding, before: Before): void {
    const known = this.knownOf(incident);
    const reason = this.note(incident, finding, known);
    const { stage, severity } = incident;
    this.tellNews(incident, 'update', finding.time, {
      stage: before.stage === stage ? undefined : { from: before.stage, to: stage },
      severity: before.severity === severity ? undefined : { from: before.severity, to: severity },
      confidence: undefined,
      tool: before.tool,
      rule: finding.signature.id,
      reason,
    });
  }

  /** Puts a finding that opened or raised an incident into its history; gives its sentence. */
  private note(incident: Incident, finding: Finding, known: Known | undefined): string {
    const { stage, severity, history } = incident;
    const reason = reasonText(finding.reason, incident, known);
    remember(history, { time: finding.time, rule: finding.signature.id, stage, severity, reason });
    return reason;
  }

  /** Tells that it opened or rose, and looks at its numbers again later. */
  private tellNews(
    incident: Incident,
    state: 'open' | 'update',
    time: number,
    raised: Raised | undefined,
  ): void {
    this.tell(incident, state, time, raised);
    if (incident.severity === 'info') return;
    this.followUps.putOff(incident, time, numbersOf(incident, this.knownOf(incident)));
    this.due(this.followUps.dueAt());
  }

  private lookAgain(time: number): void {
    const waited = this.followUps.take();
    if (waited === undefined) return;
    const { incident, told } = waited;
    if (this.isToldElsewhere(incident)) return;
    const now = numbersOf(incident, this.knownOf(incident));
    if (hasGrown(told, now)) this.tell(incident, 'update', time, undefined);
  }

  private heartbeat(incident: Incident, time: number): void {
    if (time - incident.lastAlertAt < HEARTBEAT || this.isToldElsewhere(incident)) return;
    this.tell(incident, 'update', time, undefined);
  }

  /** An incident of many that it belongs to, and that is as grave, already tells that it goes on. */
  private isToldElsewhere(incident: Incident): boolean {
    if (!isSingle(incident.actor)) return false;
    return this.bySource
      .of(incident.source)
      .some(
        ({ actor, severity }) =>
          isOfMany(actor) && severityRank(severity) >= severityRank(incident.severity),
      );
  }

  private close(incident: Incident, time: number): void {
    this.open.delete(incident);
    this.closed(incident, time);
  }

  /** It is no longer among those that are open. */
  private closed(incident: Incident, time: number): void {
    this.followUps.drop(incident);
    this.tell(incident, 'close', time, undefined);
    this.bySource.forget(incident);
    this.accusations.renew(incident);
  }

  private tell(
    incident: Incident,
    state: AlertState,
    time: number,
    raised: Raised | undefined,
  ): void {
    incident.lastAlertAt = time;
    incident.alerts++;
    this.counters.alerts++;
    this.counters.alertsBySeverity[severityRank(incident.severity)]! += 1;
    this.accusations.renew(incident);
    const alert = this.made(incident, state, time, raised, this.knownOf(incident));
    incident.toldConfidence = alert.confidence;
    this.sink(alert);
  }

  private made(
    incident: Incident,
    state: AlertState,
    time: number,
    raised: Raised | undefined,
    known: Known | undefined,
  ): Alert {
    const degraded = this.visibility(this.profilesOf(incident)[0], time);
    const related = this.bySource.related(incident, RELATED).map(({ id }) => id);
    const from = incident.toldConfidence;
    const to = incident.grounds.confidence(degraded.length > 0);
    const confidence = from === to ? undefined : { from, to };
    const occurrence = {
      state,
      time,
      alertId: alertId(incident.id, incident.alerts),
      raised: raised && { ...raised, confidence },
      known,
      degraded,
      related,
    };
    return makeAlert(incident, occurrence, this.evidence);
  }

  private knownOf(incident: Incident): Known | undefined {
    return knownOf(this.profilesOf(incident));
  }

  private profilesOf({ actor, source, sources, latest }: Incident): SourceProfile[] {
    if (actor.kind === 'handset' || actor.kind === 'site') {
      const handset = this.sources.handset?.(source, latest.sourcePort);
      if (handset !== undefined) return [handset];
    }
    if (isSingle(actor)) return [this.sources.find(source) ?? []].flat();
    return [...sources.all()].flatMap((address) => this.sources.find(address) ?? []);
  }

  /** Exactly when the next incident closes or is looked at again. */
  private nextDue(): number {
    const quietest = this.open.quietest();
    const closesAt = quietest === undefined ? Number.POSITIVE_INFINITY : closingTime(quietest);
    return Math.min(closesAt, this.followUps.dueAt());
  }

  private due(time: number): void {
    this.quietUntil = Math.min(this.quietUntil, time);
  }
}

function closingTime({ lastSeen }: Incident): number {
  return lastSeen + QUIET;
}

function numbersOf({ matches, sources }: Incident, known: Known | undefined): ToldNumbers {
  return {
    count: known?.contacts ?? matches,
    targets: known?.targets.count ?? 1,
    accounts: known?.accounts.count ?? 0,
    guesses: known?.guesses ?? 0,
    sources: sources.count,
  };
}
