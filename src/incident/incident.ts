import type { SourceProfile } from '../detect/source-profile.js';
import type { Actor } from '../rules/actor.js';
import type { ExtractedFact, Finding } from '../rules/finding.js';
import { type Severity, type Stage, severityRank, stageRank } from '../rules/signature.js';
import type { Address } from '../wire/address.js';
import { Grounds } from './grounds.js';

/** A finding in an incident, and where the packet that decided it can be looked up. */
export interface IncidentFinding {
  readonly finding: Finding;
  /** `file:frame number`; undefined when a time-out decided. */
  readonly packet: string | undefined;
}

/** Findings that one incident keeps whole; later ones still raise it and are counted. */
export const FINDINGS_LIMIT = 32;
export const FACTS_LIMIT = 16;

/** All findings about one source, in order, with what they amount to so far. */
export class Incident {
  readonly id: string;
  readonly actor: Actor;
  /** Its source; of many, the one that the first finding was about. */
  readonly source: Address;
  firstSeen: number;
  /** Packet time of the last thing that a signature matched. */
  lastSeen: number;
  /** Things that signatures matched since the start, said or not. */
  matches = 0;
  stage: Stage = 'recon';
  severity: Severity = 'info';
  /** The finding that explains the incident best. */
  lead: IncidentFinding;
  readonly findings: IncidentFinding[] = [];
  readonly tools = new Set<string>();
  readonly rules = new Set<string>();
  readonly facts = new Map<string, ExtractedFact>();
  /** Alerts sent so far, and packet time of the last. */
  alerts = 0;
  lastAlertAt = Number.NEGATIVE_INFINITY;
  /** What its confidence rests on. */
  readonly grounds = new Grounds();

  constructor(id: string, first: IncidentFinding) {
    this.id = id;
    this.actor = first.finding.actor;
    this.source = first.finding.source;
    this.firstSeen = first.finding.time;
    this.lastSeen = first.finding.time;
    this.lead = first;
  }

  /** Adds a finding; true when stage, severity or the known tools rose by it. */
  add(entry: IncidentFinding): boolean {
    const { finding } = entry;
    const { signature } = finding;
    this.lastSeen = Math.max(this.lastSeen, finding.time);
    this.matches++;
    if (this.findings.length < FINDINGS_LIMIT) this.findings.push(this.lightened(entry));
    this.rules.add(signature.id);
    this.learnFacts(finding);
    this.grounds.add(signature);
    if (this.findings.length > 1 && leads(entry, this.lead)) this.lead = entry;
    let rose = false;
    if (stageRank(signature.stage) > stageRank(this.stage)) {
      this.stage = signature.stage;
      rose = true;
    }
    if (severityRank(signature.severity) > severityRank(this.severity)) {
      this.severity = signature.severity;
      rose = true;
    }
    if (signature.tool !== undefined && !this.tools.has(signature.tool)) {
      this.tools.add(signature.tool);
      rose = true;
    }
    return rose;
  }

  /** Only the lead's message and the first are ever shown; they are most of what a finding weighs. */
  private lightened(entry: IncidentFinding): IncidentFinding {
    if (this.findings.every(({ finding }) => finding.message === undefined)) return entry;
    return { packet: entry.packet, finding: { ...entry.finding, message: undefined } };
  }

  private learnFacts(finding: Finding): void {
    for (const fact of finding.facts) {
      if (this.facts.size < FACTS_LIMIT) this.facts.set(factKey(fact), fact);
    }
  }
}

/** Facts of one key are one. */
export function factKey({ name, value }: ExtractedFact): string {
  return `${name}\u001f${value ?? ''}`;
}

/** UDP without proof of the return path may come from anyone who forges the address. */
export function isSpoofable(profile: SourceProfile | undefined): boolean {
  return profile?.returnPath !== true;
}

/** Whether `candidate` explains an incident better: graver, then further on, then by behaviour. */
export function leads(candidate: IncidentFinding, lead: IncidentFinding): boolean {
  const a = candidate.finding.signature;
  const b = lead.finding.signature;
  const bySeverity = severityRank(a.severity) - severityRank(b.severity);
  if (bySeverity !== 0) return bySeverity > 0;
  const byStage = stageRank(a.stage) - stageRank(b.stage);
  if (byStage !== 0) return byStage > 0;
  return a.kind === 'behaviours' && b.kind !== 'behaviours';
}
