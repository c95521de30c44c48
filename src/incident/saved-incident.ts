import { actorOf } from '../rules/actor.js';
import type { ExtractedFact, Finding, ReasonPart } from '../rules/finding.js';
import { CONFIDENCES, SEVERITIES, type Signature, STAGES } from '../rules/signature.js';
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
  const { id, source, stage, severity, tools, rules, grounds, facts, lead, findings } = incident;
  const { firstSeen, lastSeen, lastAlertAt, matches, alerts } = incident;
  const leadAt = findings.indexOf(lead);
  return [
    'incident',
    id,
    source,
    [firstSeen, lastSeen, lastAlertAt],
    [matches, alerts, grounds.messages, grounds.answers],
    stage,
    severity,
    [...tools],
    [...rules],
    [...grounds.kinds],
    [...facts.values()].map(({ name, value }) => [name, value ?? null]),
    findings.map(savedFinding),
    leadAt === -1 ? savedFinding(lead) : leadAt,
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
  const [id, source, times, counts, stage, severity, tools, rules, kinds, facts] = data;
  if (!isText(id, NAME_LIMIT) || !isAddress(source)) return undefined;
  if (!isListOf(times, 3, isTime) || times.length !== 3) return undefined;
  if (!isListOf(counts, 4, isCount) || counts.length !== 4) return undefined;
  if (!isNames(tools) || !isNames(rules) || !isNames(kinds)) return undefined;
  const stageKnown = STAGES.find((name) => name === stage);
  const severityKnown = SEVERITIES.find((name) => name === severity);
  if (stageKnown === undefined || severityKnown === undefined) return undefined;
  if (!isListOf(facts, FACTS_LIMIT, isFact)) return undefined;
  const [messages = 0, answers = 0] = counts.slice(2);
  if (messages >= CONFIDENCES.length || answers >= CONFIDENCES.length) return undefined;

  const found = readFindings(data[10], data[11], source, signatureOf);
  if (found === undefined) return undefined;
  const incident = new Incident(id, found.lead);
  incident.findings.push(...found.findings);
  [incident.firstSeen, incident.lastSeen, incident.lastAlertAt] = times as [number, number, number];
  [incident.matches, incident.alerts] = counts as [number, number, number, number];
  incident.stage = stageKnown;
  incident.severity = severityKnown;
  for (const tool of tools) incident.tools.add(tool);
  for (const rule of rules) incident.rules.add(rule);
  for (const kind of kinds) incident.grounds.kinds.add(kind);
  incident.grounds.messages = messages;
  incident.grounds.answers = answers;
  for (const [name, value] of facts) {
    const fact: ExtractedFact = { name, value: value ?? undefined };
    incident.facts.set(factKey(fact), fact);
  }
  return incident;
}

function savedFinding({ finding, packet }: IncidentFinding): JsonValue {
  const { signature, time, frameNumber, sourcePort, target, targetPort, transport } = finding;
  return [
    signature.id,
    packet ?? null,
    time,
    [frameNumber, sourcePort, targetPort, transport],
    target,
    finding.reason.map((part) => (typeof part === 'string' ? part : { place: part.place })),
    finding.message?.toString('base64') ?? null,
  ];
}

/** The findings that still have a signature, and which of them explains the incident best. */
function readFindings(
  saved: JsonValue | undefined,
  savedLead: JsonValue | undefined,
  source: Address,
  signatureOf: SignatureOf,
): { findings: IncidentFinding[]; lead: IncidentFinding } | undefined {
  if (!Array.isArray(saved) || saved.length > FINDINGS_LIMIT) return undefined;
  const all = saved.map((each: JsonValue) => readFinding(each, source, signatureOf));
  const findings = all.filter((finding) => finding !== undefined);
  let lead = typeof savedLead === 'number' ? all[savedLead] : undefined;
  if (Array.isArray(savedLead)) lead = readFinding(savedLead, source, signatureOf);
  for (const finding of lead === undefined ? findings : []) {
    if (lead === undefined || leads(finding, lead)) lead = finding;
  }
  return lead && { findings, lead };
}

function readFinding(
  saved: JsonValue,
  source: Address,
  signatureOf: SignatureOf,
): IncidentFinding | undefined {
  if (!Array.isArray(saved)) return undefined;
  const [id, packet, time, numbers, target, reason, message] = saved as JsonValue[];
  if (!isText(id, NAME_LIMIT) || !isTime(time) || !isAddress(target)) return undefined;
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
