import { actorOf } from '../rules/actor.js';
import type { ExtractedFact, Finding, ReasonPart } from '../rules/finding.js';
import {
  CONFIDENCES,
  type Confidence,
  SEVERITIES,
  type Severity,
  type Signature,
  STAGES,
  type Stage,
} from '../rules/signature.js';
import { INCIDENT_PLACES } from '../rules/template.js';
import {
  isCount,
  isListOf,
  isText,
  isTime,
  type JsonValue,
  type SavedEntry,
} from '../telemetry/saved-entry.js';
import { type Address, isAddress } from '../wire/address.js';
import { Transport } from '../wire/packet.js';
import { NO_PROOF } from '../wire/proof.js';
import { handsetActor, type IncidentActor, siteActor } from './actor.js';
import type { FollowUp } from './follow-ups.js';
import type { Best } from './grounds.js';
import { readHistory, savedHistory } from './history.js';
import {
  FACTS_LIMIT,
  FINDINGS_LIMIT,
  factKey,
  Incident,
  type IncidentFinding,
  leads,
} from './incident.js';

/** The signature of an id, if it still exists. */
export type SignatureOf = (id: string) => Signature | undefined;

/** Limits of what is read back: generous, since what is saved was bounded when it was made. */
const NAME_LIMIT = 1024;
const NAMES_LIMIT = 1024;
const REASON_LIMIT = 4096;
const REASON_PARTS = 256;
const MESSAGE_LIMIT = 4096;

/** What is kept of an incident over a restart: all that later alerts need of it. */
export function savedIncident(incident: Incident): SavedEntry {
  const { id, actor, source, sources, stage, severity, tools, rules, grounds } = incident;
  const { facts, lead, findings, history, followUp, toldConfidence } = incident;
  const { firstSeen, lastSeen, lastAlertAt, matches, alerts } = incident;
  const leadAt = findings.indexOf(lead);
  return [
    'incident',
    id,
    savedActor(actor, lead.finding),
    source,
    sources.save(),
    [firstSeen, lastSeen, lastAlertAt],
    [matches, alerts],
    [incident.isProved, stage, severity, toldConfidence],
    [[...tools], [...rules], [...grounds.kinds]],
    [savedBest(grounds.messages), savedBest(grounds.answers)],
    [...facts.values()].map(({ name, value }) => [name, value ?? null]),
    savedHistory(history),
    followUp === undefined ? null : [followUp.at, ...Object.values(followUp.told)],
    findings.map(savedFinding),
    leadAt === -1 ? savedFinding(lead) : leadAt,
    savedFinding({ finding: incident.latest, packet: undefined }),
  ];
}

/**
 * The incident of an entry; undefined where anything is not as `savedIncident` writes it, and where
 * none of its findings has a signature any more.
 */
export function readIncident(
  [, ...data]: SavedEntry,
  signatureOf: SignatureOf,
): Incident | undefined {
  const [id, actorData, source, sources, times, counts, state, names, best, facts] = data;
  const [historyData, followUpData, findingsData, leadData, latestData] = data.slice(10);
  if (!isText(id, NAME_LIMIT) || !isAddress(source)) return undefined;
  if (!isListOf(times, 3, isTime) || times.length !== 3) return undefined;
  if (!isListOf(counts, 2, isCount) || counts.length !== 2) return undefined;
  if (!isListOf(names, 3, isNames) || names.length !== 3) return undefined;
  if (!isListOf(best, 2, isBest) || best.length !== 2) return undefined;
  if (!isListOf(facts, FACTS_LIMIT, isFact)) return undefined;
  const known = readState(state);
  const history = readHistory(historyData);
  const followUp = followUpData === null ? 'none' : readFollowUp(followUpData);
  if (known === undefined || history === undefined || followUp === undefined) return undefined;

  const found = readFindings(findingsData, leadData, signatureOf);
  const actor = found && readActor(actorData, source, found.lead.finding);
  if (found === undefined || actor === undefined) return undefined;
  const incident = new Incident(id, actor, found.lead);
  if (!incident.sources.restore(sources)) return undefined;
  incident.source = source;
  incident.findings.push(...found.findings);
  const latest = latestData === undefined ? undefined : readFinding(latestData, signatureOf);
  incident.latest = latest?.finding ?? found.lead.finding;
  [incident.firstSeen, incident.lastSeen, incident.lastAlertAt] = times as [number, number, number];
  [incident.matches, incident.alerts] = counts as [number, number];
  incident.stage = known.stage;
  incident.severity = known.severity;
  incident.toldConfidence = known.confidence;
  if (known.proved) incident.prove();
  const [tools, rules, kinds] = names as [string[], string[], string[]];
  for (const tool of tools) incident.tools.add(tool);
  for (const rule of rules) incident.rules.add(rule);
  for (const kind of kinds) incident.grounds.kinds.add(kind);
  const [messages, answers] = best as [[number, string], [number, string]];
  [incident.grounds.messages.rank, incident.grounds.messages.rule] = messages;
  [incident.grounds.answers.rank, incident.grounds.answers.rule] = answers;
  for (const [name, value] of facts) {
    const fact: ExtractedFact = { name, value: value ?? undefined };
    incident.facts.set(factKey(fact), fact);
  }
  incident.history.push(...history);
  if (followUp !== 'none') incident.followUp = followUp;
  return incident;
}

/** What tells actors of one kind apart, beyond the source and target of the leading finding. */
function savedActor(
  { kind, key, name }: IncidentActor,
  { target, sourcePort }: Finding,
): JsonValue {
  if (kind === 'group') return [kind, key, name];
  if (kind === 'target') return [kind, target];
  return kind === 'handset' ? [kind, sourcePort] : [kind];
}

function readActor(
  saved: JsonValue | undefined,
  source: Address,
  { signature }: Finding,
): IncidentActor | undefined {
  if (!Array.isArray(saved)) return undefined;
  const [kind, data, name] = saved as JsonValue[];
  switch (kind) {
    case 'source':
    case 'network':
      return actorOf(kind, signature.id, source, source, []);
    case 'target':
      return isAddress(data) ? actorOf(kind, signature.id, source, data, []) : undefined;
    case 'group':
      if (!isText(data, NAME_LIMIT) || !isText(name, NAME_LIMIT)) return undefined;
      return { kind, key: data, name };
    case 'handset':
      return isCount(data) && data <= 0xffff ? handsetActor(source, data) : undefined;
    case 'site':
      return siteActor(source);
    default:
      return undefined;
  }
}

interface SavedState {
  readonly proved: boolean;
  readonly stage: Stage;
  readonly severity: Severity;
  readonly confidence: Confidence;
}

function readState(saved: JsonValue | undefined): SavedState | undefined {
  if (!Array.isArray(saved)) return undefined;
  const [proved, ...names] = saved as JsonValue[];
  const stage = STAGES.find((name) => name === names[0]);
  const severity = SEVERITIES.find((name) => name === names[1]);
  const confidence = CONFIDENCES.find((name) => name === names[2]);
  if (typeof proved !== 'boolean' || stage === undefined) return undefined;
  if (severity === undefined || confidence === undefined) return undefined;
  return { proved, stage, severity, confidence };
}

function savedBest({ rank, rule }: Best): JsonValue {
  return [rank, rule];
}

function isBest(value: unknown): value is [number, string] {
  if (!Array.isArray(value) || !isCount(value[0]) || !isText(value[1], NAME_LIMIT)) return false;
  return value[0] < CONFIDENCES.length;
}

function readFollowUp(saved: JsonValue | undefined): FollowUp | undefined {
  if (!isListOf(saved, 6, isTime) || saved.length !== 6) return undefined;
  const [at, ...numbers] = saved as [number, ...number[]];
  if (!isListOf(numbers, 5, isCount)) return undefined;
  const [count, targets, accounts, guesses, sources] = numbers as [
    number,
    number,
    number,
    number,
    number,
  ];
  return { at, told: { count, targets, accounts, guesses, sources } };
}

function savedFinding({ finding, packet }: IncidentFinding): JsonValue {
  const { signature, time, frameNumber, sourcePort, targetPort, transport } = finding;
  return [
    signature.id,
    packet ?? null,
    time,
    [frameNumber, sourcePort, targetPort, transport],
    finding.source,
    finding.target,
    finding.reason.map((part) => (typeof part === 'string' ? part : { place: part.place })),
    finding.message?.toString('base64') ?? null,
  ];
}

/** The findings that still have a signature, and which of them explains the incident best. */
function readFindings(
  saved: JsonValue | undefined,
  savedLead: JsonValue | undefined,
  signatureOf: SignatureOf,
): { findings: IncidentFinding[]; lead: IncidentFinding } | undefined {
  if (!Array.isArray(saved) || saved.length > FINDINGS_LIMIT) return undefined;
  const all = saved.map((each: JsonValue) => readFinding(each, signatureOf));
  const findings = all.filter((finding) => finding !== undefined);
  let lead = typeof savedLead === 'number' ? all[savedLead] : undefined;
  if (Array.isArray(savedLead)) lead = readFinding(savedLead, signatureOf);
  for (const finding of lead === undefined ? findings : []) {
    if (lead === undefined || leads(finding, lead)) lead = finding;
  }
  return lead && { findings, lead };
}

function readFinding(saved: JsonValue, signatureOf: SignatureOf): IncidentFinding | undefined {
  if (!Array.isArray(saved)) return undefined;
  const [id, packet, time, numbers, source, target, reason, message] = saved as JsonValue[];
  if (!isText(id, NAME_LIMIT) || !isTime(time)) return undefined;
  if (!isAddress(source) || !isAddress(target)) return undefined;
  if (!isListOf(numbers, 4, isCount) || !isListOf(reason, REASON_PARTS, isPart)) return undefined;
  const [frameNumber = 0, sourcePort = 0, targetPort = 0, protocol] = numbers;
  const transport = Object.values(Transport).find((known) => known === protocol);
  if (transport === undefined || (packet !== null && !isText(packet, REASON_LIMIT))) {
    return undefined;
  }
  if (message !== null && !isText(message, 2 * MESSAGE_LIMIT)) return undefined;
  const signature = signatureOf(id);
  if (signature === undefined) return undefined;
  const finding: Finding = {
    signature,
    actor: actorOf('source', id, source, target, []),
    time,
    frameNumber,
    source,
    sourcePort,
    target,
    targetPort,
    transport,
    proof: NO_PROOF,
    reason,
    facts: [],
    matched: [],
    reached: undefined,
    message: message === null ? undefined : bytesOf(message),
  };
  return { finding, packet: packet ?? undefined };
}

function bytesOf(base64: string): Buffer {
  return Buffer.from(base64, 'base64').subarray(0, MESSAGE_LIMIT);
}

function isNames(value: unknown): value is string[] {
  return isListOf(value, NAMES_LIMIT, (name) => isText(name, NAME_LIMIT));
}

function isFact(value: unknown): value is [string, string | null] {
  if (!Array.isArray(value) || !isText(value[0], NAME_LIMIT)) return false;
  return value[1] === null || isText(value[1], NAME_LIMIT);
}

function isPart(value: unknown): value is ReasonPart {
  if (typeof value !== 'object' || value === null) return isText(value, REASON_LIMIT);
  const place: unknown = 'place' in value ? value.place : undefined;
  return typeof place === 'string' && Object.hasOwn(INCIDENT_PLACES, place);
}
