import type { ExtractedFact, Finding } from '../rules/finding.js';
import type { Occasion } from '../rules/make-finding.js';
import {
  type Confidence,
  type Severity,
  type Stage,
  severityRank,
  stageRank,
} from '../rules/signature.js';
import type { Address } from '../wire/address.js';
import { NO_PROOF, type Proof } from '../wire/proof.js';
import { type IncidentActor, isSingle } from './actor.js';
import type { FollowUp } from './follow-ups.js';
import { Grounds } from './grounds.js';
import type { HistoryEntry } from './history.js';
import { IncidentSources } from './incident-sources.js';

/** A finding in an incident, and where the packet that decided it can be looked up. */
export interface IncidentFinding {
  readonly finding: Finding;
  /** `file:frame number`; undefined when a time-out decided. */
  readonly packet: string | undefined;
}

/** Findings that one incident keeps whole; later ones still raise it and are counted. */
export const FINDINGS_LIMIT = 32;
export const FACTS_LIMIT = 16;
/** Proofs that may still be given and are waited for: the latest. */
const PROOFS_LIMIT = 16;

/** What an incident was before a finding raised it. */
export interface Before {
  readonly stage: Stage;
  readonly severity: Severity;
  readonly tool: string | undefined;
}

/** All findings about one actor, in order, with what they amount to so far. */
export class Incident {
  readonly id: string;
  readonly actor: IncidentActor;
  /** Its source; of many, the one that the last finding was about. */
  source: Address;
  readonly sources = new IncidentSources();
  firstSeen: number;
  /** Packet time of the last thing that a signature matched. */
  lastSeen: number;
  /** Things that signatures matched since the start, said or not. */
  matches = 0;
  stage: Stage = 'recon';
  severity: Severity = 'info';
  /** Some of it came from who receives what is sent to that address; see `isProved`. */
  private proved = false;
  private readonly proofs: Readonly<Proof>[] = [];
  /** Whether it was proved when its sources were last told how suspicious they are. */
  accusedAsProved = false;
  /** The finding that explains the incident best. */
  lead: IncidentFinding;
  /** The last one, which `findings` may have had no room for; without its message. */
  latest: Finding;
  readonly findings: IncidentFinding[] = [];
  readonly tools = new Set<string>();
  readonly rules = new Set<string>();
  readonly facts = new Map<string, ExtractedFact>();
  readonly history: HistoryEntry[] = [];
  /** Alerts sent so far, packet time of the last, and how sure it was. */
  alerts = 0;
  lastAlertAt = Number.NEGATIVE_INFINITY;
  toldConfidence: Confidence = 'low';
  /** What is to be told once more if its numbers have grown by then. */
  followUp: FollowUp | undefined = undefined;
  /** What its confidence rests on. */
  readonly grounds = new Grounds();

  constructor(id: string, actor: IncidentActor, first: IncidentFinding) {
    this.id = id;
    this.actor = actor;
    this.source = first.finding.source;
    this.firstSeen = first.finding.time;
    this.lastSeen = first.finding.time;
    this.lead = first;
    this.latest = first.finding;
  }

  /** Adds a finding; gives what was before when stage, severity or the known tools rose by it. */
  add(entry: IncidentFinding): Before | undefined {
    const { finding } = entry;
    const { signature } = finding;
    const { stage, severity } = this;
    const tool =
      signature.tool !== undefined && !this.tools.has(signature.tool) ? signature.tool : undefined;
    this.goesOn(finding);
    this.source = finding.source;
    this.latest = finding.message === undefined ? finding : { ...finding, message: undefined };
    if (finding.reached !== undefined && countsSources(finding)) {
      this.sources.knowAtLeast(finding.reached.count);
    }
    if (this.findings.length < FINDINGS_LIMIT) this.findings.push(this.lightened(entry));
    this.rules.add(signature.id);
    this.learnFacts(finding);
    this.grounds.add(signature);
    if (this.findings.length > 1 && leads(entry, this.lead)) this.lead = entry;
    if (tool !== undefined) this.tools.add(tool);
    if (stageRank(signature.stage) > stageRank(stage)) this.stage = signature.stage;
    if (severityRank(signature.severity) > severityRank(severity)) {
      this.severity = signature.severity;
    }
    const rose = this.stage !== stage || this.severity !== severity || tool !== undefined;
    return rose ? { stage, severity, tool } : undefined;
  }

  /** Something matched, said or not. */
  goesOn({ source, time, proof }: Pick<Occasion, 'source' | 'time' | 'proof'>): void {
    this.lastSeen = Math.max(this.lastSeen, time);
    this.matches++;
    if (!isSingle(this.actor) || this.matches === 1) this.sources.add(source);
    if (this.proved || proof === NO_PROOF) return;
    if (this.proofs.length === PROOFS_LIMIT) this.proofs.shift();
    this.proofs.push(proof);
  }

  /**
   * Some of it came from who receives what is sent to that address; else the address may be forged.
   * What others prove from the same address does not count: one forged datagram must not make a
   * telephone a proven attacker.
   */
  get isProved(): boolean {
    if (!this.proved && this.proofs.some(({ given }) => given)) this.prove();
    return this.proved;
  }

  prove(): void {
    this.proved = true;
    this.proofs.length = 0;
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

function countsSources({ signature }: Finding): boolean {
  return signature.count?.distinct?.startsWith('source.ip') === true;
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
