import { Mark } from '../detect/marked-set.js';
import type { SourceProfile } from '../detect/source-profile.js';
import type { Confidence, FindingClass, Severity, Stage } from '../rules/signature.js';
import { addressText } from '../wire/address.js';
import { Transport } from '../wire/packet.js';
import { Evidence } from './evidence.js';
import { type Incident, isSpoofable } from './incident.js';
import { existingAccounts, reasonText } from './reason.js';
import { accountText, factText } from './redact.js';

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

/** The alert that an incident makes at this moment. */
export function makeAlert(
  incident: Incident,
  state: AlertState,
  time: number,
  alertId: string,
  profile: SourceProfile | undefined,
  degraded: readonly string[],
  evidence = new Evidence(),
): Alert {
  const { finding } = incident.lead;
  const { signature } = finding;
  return {
    time,
    state,
    alertId,
    incidentId: incident.id,
    sourceIp: addressText(incident.source),
    sourcePort: finding.sourcePort,
    targetIp: addressText(finding.target),
    targetPort: finding.targetPort,
    transport: finding.transport === Transport.Udp ? 'UDP' : 'TCP',
    rule: signature.id,
    ruleNumber: signature.sid,
    title: signature.title,
    references: signature.references,
    class: signature.class,
    stage: incident.stage,
    severity: incident.severity,
    confidence: incident.grounds.confidence(degraded.length > 0),
    tools: [...incident.tools],
    rules: [...incident.rules],
    spoofable: isSpoofable(profile),
    firstSeen: startOf(incident, profile),
    lastSeen: incident.lastSeen,
    count: profile === undefined ? incident.matches : profile.contacts,
    targets: {
      count: profile?.targets.size ?? 1,
      sample: profile?.targets.sample(Mark.Tried, SAMPLE).map(addressText) ?? [],
    },
    accounts: {
      count: profile?.accounts.count(Mark.Tried) ?? 0,
      sample: profile?.accounts.sample(Mark.Tried, SAMPLE).map(accountText) ?? [],
    },
    accountsExisting: profile === undefined ? [] : existingAccounts(profile).map(accountText),
    rejectedCredentials: profile?.guesses ?? 0,
    facts: [...incident.facts.values()].map(({ name, value }) => ({
      name,
      value: value === undefined ? '[redacted]' : factText(name, value),
    })),
    reason: reasonText(finding.reason, profile),
    advice: signature.alert.advice,
    packets: packetsOf(incident),
    message: messageOf(incident, evidence),
    degraded: [...degraded, ...notInspected(profile)],
  };
}

/** Weakens nothing: else a scanner could make himself doubtful with a single ClientHello. */
function notInspected(profile: SourceProfile | undefined): string[] {
  if (profile === undefined || profile.tlsConnections === 0) return [];
  return ['its TLS connections were not inspected: what is said in them is not known'];
}

/** The first contact, where it led up to the incident, and not some old and unrelated one. */
function startOf(incident: Incident, profile: SourceProfile | undefined): number {
  const contact = profile?.firstSeen ?? incident.firstSeen;
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
