import type { Confidence, FindingClass, Severity, Stage } from '../rules/signature.js';
import { type Address, addressText } from '../wire/address.js';
import { Transport } from '../wire/packet.js';
import { type IncidentActorKind, isSingle } from './actor.js';
import type { Evidence } from './evidence.js';
import { type Handset, handsetOf } from './handset.js';
import type { HistoryEntry, Raised } from './history.js';
import type { Incident } from './incident.js';
import type { Known, Members } from './known.js';
import { reasonText } from './reason.js';
import { accountText, factText, redactText } from './redact.js';

export type AlertState = 'open' | 'update' | 'close';

/** How many of something, and the first few. */
export interface Tally {
  readonly count: number;
  readonly sample: readonly string[];
}

/** What is sent out: an incident that opened, got worse, went on, or closed. */
export interface Alert {
  /** Packet time in seconds. */
  readonly time: number;
  readonly state: AlertState;
  readonly alertId: string;
  readonly incidentId: string;
  /** Whom it is about. */
  readonly actor: { readonly kind: IncidentActorKind; readonly name: string };
  /** The addresses it is made of; for one that is told something about itself, who was told. */
  readonly sources: Tally;
  /** Of a device behind a shared address: how it calls itself. */
  readonly handset: Handset | undefined;
  /** Other open incidents that one of these sources has a part in. */
  readonly related: readonly string[];
  /** The source of the latest finding; or the host that the incident is about, where it informs. */
  readonly sourceIp: string;
  readonly sourcePort: number;
  readonly targetIp: string;
  readonly targetPort: number;
  readonly transport: 'UDP' | 'TCP';
  /** The rule that explains the incident best. */
  readonly rule: string;
  readonly ruleNumber: number;
  readonly title: string;
  readonly references: readonly string[];
  readonly class: FindingClass;
  readonly stage: Stage;
  readonly severity: Severity;
  readonly confidence: Confidence;
  /** Why it is so sure, and no surer. */
  readonly confidenceReasons: readonly string[];
  /** What the finding raised that made this alert; undefined where nothing rose. */
  readonly raised: Raised | undefined;
  /** The findings that opened and raised the incident, in order. */
  readonly history: readonly HistoryEntry[];
  readonly tools: readonly string[];
  readonly rules: readonly string[];
  readonly spoofable: boolean;
  readonly firstSeen: number;
  readonly lastSeen: number;
  /** Requests, empty datagrams and connections without a byte of the source. */
  readonly count: number;
  readonly targets: Tally;
  readonly accounts: Tally;
  readonly accountsExisting: readonly string[];
  readonly rejectedCredentials: number;
  /** Facts read from the messages; a secret one has the value `[redacted]`. */
  readonly facts: readonly { readonly name: string; readonly value: string }[];
  readonly reason: string;
  readonly advice: string | undefined;
  /** Of a critical incident: what to do about the steps that led there. */
  readonly earlierAdvice: readonly string[];
  /** `file:frame` of the packets that decided. */
  readonly packets: readonly string[];
  /** The deciding message as the `sip` package reads it, redacted. */
  readonly message: unknown;
  /** What the sensor could not see. */
  readonly degraded: readonly string[];
}

const SAMPLE = 10;
/** How long before its first finding an incident may have begun (seconds). */
const LEAD_UP = 24 * 3600;

/** What an alert tells that the incident itself does not know. */
export interface Occurrence {
  readonly state: AlertState;
  /** Packet time (seconds). */
  readonly time: number;
  readonly alertId: string;
  readonly raised: Raised | undefined;
  readonly known: Known | undefined;
  readonly degraded: readonly string[];
  readonly related: readonly string[];
}

/** The alert that an incident makes at this moment. */
export function makeAlert(incident: Incident, occurrence: Occurrence, evidence: Evidence): Alert {
  const { known, degraded, ...occasion } = occurrence;
  const { finding } = incident.lead;
  const { signature } = finding;
  const { actor, grounds } = incident;
  const weak = degraded.length > 0;
  return {
    ...occasion,
    incidentId: incident.id,
    actor: { kind: actor.kind, name: redactText(actor.name) },
    sources: {
      count: incident.sources.count,
      sample: incident.sources.sample(SAMPLE).map(addressText),
    },
    handset: actor.kind === 'handset' ? handsetOf(incident, evidence) : undefined,
    ...placesOf(incident),
    rule: signature.id,
    ruleNumber: signature.sid,
    title: signature.title,
    references: signature.references,
    class: signature.class,
    stage: incident.stage,
    severity: incident.severity,
    confidence: grounds.confidence(weak),
    confidenceReasons: grounds.reasons(weak),
    history: [...incident.history],
    tools: [...incident.tools],
    rules: [...incident.rules],
    spoofable: !incident.isProved,
    firstSeen: startOf(incident, known),
    lastSeen: incident.lastSeen,
    count: known?.contacts ?? incident.matches,
    targets: known === undefined ? { count: 1, sample: [] } : tally(known.targets, addressText),
    accounts: known === undefined ? { count: 0, sample: [] } : tally(known.accounts, accountText),
    accountsExisting: known === undefined ? [] : known.existing.map(accountText),
    rejectedCredentials: known?.guesses ?? 0,
    facts: [...incident.facts.values()].map(({ name, value }) => ({
      name,
      value: value === undefined ? '[redacted]' : factText(name, value),
    })),
    reason: reasonText(finding.reason, incident, known),
    advice: signature.alert.advice,
    earlierAdvice: earlierAdvice(incident),
    packets: packetsOf(incident),
    message: messageOf(incident, evidence),
    degraded: [...degraded, ...notInspected(known)],
  };
}

function tally<K>({ count, first }: Members<K>, text: (member: K) => string): Tally {
  return { count, sample: first.slice(0, SAMPLE).map(text) };
}

/**
 * From where to where. One that only informs a host about itself comes from there: nobody else is
 * named as if he had done something.
 */
function placesOf(
  incident: Incident,
): Pick<Alert, 'sourceIp' | 'sourcePort' | 'targetIp' | 'targetPort' | 'transport'> {
  const { actor, lead, latest } = incident;
  const { source, sourcePort, target, targetPort } = isSingle(actor) ? lead.finding : latest;
  const from: [Address, number] = [isSingle(actor) ? incident.source : source, sourcePort];
  const to: [Address, number] = [target, targetPort];
  const informs = actor.kind === 'target' && incident.severity === 'info';
  const [[sourceIp, fromPort], [targetIp, toPort]] = informs ? [to, from] : [from, to];
  return {
    sourceIp: addressText(sourceIp),
    sourcePort: fromPort,
    targetIp: addressText(targetIp),
    targetPort: toPort,
    transport: lead.finding.transport === Transport.Udp ? 'UDP' : 'TCP',
  };
}

/** Advice that is given once more, of so many steps. */
const EARLIER = 3;

/** What to do about the steps that led to what is critical now. */
function earlierAdvice({ severity, lead, findings, history }: Incident): string[] {
  if (severity !== 'critical') return [];
  const steps = new Set(history.map(({ rule }) => rule));
  const advice = new Set<string>();
  for (const { finding } of findings) {
    const { id, alert } = finding.signature;
    if (alert.advice !== undefined && steps.has(id)) advice.add(alert.advice.trim());
  }
  advice.delete(lead.finding.signature.alert.advice?.trim() ?? '');
  return [...advice].slice(0, EARLIER);
}

/** Weakens nothing: else a scanner could make himself doubtful with a single ClientHello. */
function notInspected(known: Known | undefined): string[] {
  if (known === undefined || known.tlsConnections === 0) return [];
  return ['its TLS connections were not inspected: what is said in them is not known'];
}

/** The first contact, where it led up to the incident, and not some old and unrelated one. */
function startOf(incident: Incident, known: Known | undefined): number {
  const contact = known?.firstSeen ?? incident.firstSeen;
  return incident.firstSeen - contact < LEAD_UP ? contact : incident.firstSeen;
}

function packetsOf({ findings }: Incident): string[] {
  const packets = new Set(findings.flatMap(({ packet }) => packet ?? []));
  return [...packets].slice(0, SAMPLE);
}

/** The message of the leading finding; where a reply decided, that of the first with a message. */
function messageOf({ lead, findings }: Incident, evidence: Evidence): unknown {
  const bytes = [lead, ...findings].find(({ finding }) => finding.message)?.finding.message;
  return bytes && evidence.of(bytes);
}
