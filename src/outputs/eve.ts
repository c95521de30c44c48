import type { Alert } from '../incident/alert.js';
import type { Raised } from '../incident/history.js';
import { timestamp } from './timestamp.js';

/** Severity in Suricata's counting: 1 is the gravest. */
const EVE_SEVERITY = { critical: 1, high: 1, medium: 2, low: 3, info: 4 } as const;

/** Class names as Suricata's classification.config words them, so that filters fit both. */
const EVE_CATEGORY = {
  scan: 'Detection of a Network Scan',
  survey: 'Not Suspicious Traffic',
  hygiene: 'Misc activity',
  enumeration: 'Attempted Information Leak',
  leak: 'Information Leak',
  bruteforce: 'Attempted User Privilege Gain',
  compromise: 'Successful User Privilege Gain',
  fraud: 'Misc Attack',
  'ghost-call': 'Misc Attack',
  autodialer: 'Misc activity',
  flood: 'Attempted Denial of Service',
  teardown: 'Attempted Denial of Service',
  malformed: 'Generic Protocol Command Decode',
} as const;

/**
 * An alert as one line of NDJSON in Suricata's EVE form: its own keys as its schema has them,
 * the first seven in fixed order for line-based readers, all of ours under `sipseer`.
 */
export function eveLine(alert: Alert): string {
  const text = JSON.stringify(eveEvent(alert));
  return `${text.replace(/[\u007f-\u009f\u2028\u2029]/g, escaped)}\n`;
}

/** JSON leaves these as they are; some readers of lines end one there. */
function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

/** The event as an object, for views that show a part of it. */
export function eveEvent(alert: Alert) {
  const sip = sipSummary(alert.message);
  return {
    timestamp: timestamp(alert.time),
    event_type: 'alert',
    src_ip: alert.sourceIp,
    src_port: alert.sourcePort,
    dest_ip: alert.targetIp,
    dest_port: alert.targetPort,
    proto: alert.transport,
    app_proto: 'sip',
    alert: {
      action: 'allowed',
      gid: 1,
      signature_id: alert.ruleNumber,
      rev: 1,
      signature: alert.title,
      category: EVE_CATEGORY[alert.class],
      severity: EVE_SEVERITY[alert.severity],
    },
    ...(sip === undefined ? {} : { sip }),
    sipseer: ownPart(alert),
  };
}

function ownPart(alert: Alert) {
  const tool = alert.tools[alert.tools.length - 1];
  return {
    alert_id: alert.alertId,
    state: alert.state,
    incident_id: alert.incidentId,
    actor: alert.actor,
    sources: alert.sources,
    ...(alert.handset === undefined ? {} : { handset: handsetPart(alert.handset) }),
    ...(alert.related.length === 0 ? {} : { related: alert.related }),
    stage: alert.stage,
    class: alert.class,
    rule: alert.rule,
    rules: alert.rules,
    ...(tool === undefined ? {} : { tool, tools: alert.tools }),
    severity: alert.severity,
    confidence: alert.confidence,
    confidence_reasons: alert.confidenceReasons,
    ...(alert.raised === undefined ? {} : { raised: raisedPart(alert.raised) }),
    history: alert.history.map((entry) => ({ ...entry, time: timestamp(entry.time) })),
    spoofable: alert.spoofable,
    first_seen: timestamp(alert.firstSeen),
    last_seen: timestamp(alert.lastSeen),
    count: alert.count,
    targets: alert.targets,
    accounts: { ...alert.accounts, existing: alert.accountsExisting },
    rejected_credentials: alert.rejectedCredentials,
    facts: alert.facts,
    reason: alert.reason,
    ...(alert.advice === undefined ? {} : { advice: alert.advice }),
    ...(alert.earlierAdvice.length === 0 ? {} : { earlier_advice: alert.earlierAdvice }),
    references: alert.references,
    evidence: {
      packets: alert.packets,
      ...(alert.message === undefined ? {} : { message: alert.message }),
    },
    degraded: alert.degraded,
  };
}

function handsetPart({ contact, userAgent }: NonNullable<Alert['handset']>) {
  return {
    ...(contact === undefined ? {} : { contact }),
    ...(userAgent === undefined ? {} : { user_agent: userAgent }),
  };
}

/** What rose, each from what to what, and why. */
function raisedPart({ stage, severity, confidence, tool, rule, reason }: Raised) {
  return {
    ...(stage === undefined ? {} : { stage }),
    ...(severity === undefined ? {} : { severity }),
    ...(confidence === undefined ? {} : { confidence }),
    ...(tool === undefined ? {} : { tool }),
    rule,
    reason,
  };
}

/** The part of Suricata's `sip` object that the deciding message gives. */
function sipSummary(message: unknown): { method: string; uri: string } | undefined {
  if (message === null || typeof message !== 'object') return undefined;
  const { method, uri } = message as { method?: unknown; uri?: unknown };
  return typeof method === 'string' && typeof uri === 'string' ? { method, uri } : undefined;
}
