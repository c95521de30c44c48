import { SourceTable } from '../../src/detect/sources/sources.js';
import type { Alert } from '../../src/incident/alert.js';
import { IncidentTracker } from '../../src/incident/tracker.js';
import { actorOf } from '../../src/rules/actor.js';
import type { Finding } from '../../src/rules/finding.js';
import type { Signature } from '../../src/rules/signature.js';
import { Counters } from '../../src/telemetry/counters.js';
import { parseAddress } from '../../src/wire/address.js';
import { Transport } from '../../src/wire/packet.js';
import { signatureOf } from './signature-texts.js';

/** A finding of a signature that differs from an ordinary one in `signature` and `more`. */
export function findingOf(
  signature: Partial<Signature> = {},
  more: Partial<Omit<Finding, 'signature'>> = {},
): Finding {
  const finding = {
    signature: { ...signatureOf(), ...signature },
    time: 0,
    frameNumber: 1,
    source: parseAddress('198.51.100.7')!,
    sourcePort: 5060,
    target: parseAddress('203.0.113.5')!,
    targetPort: 5060,
    transport: Transport.Udp,
    proof: { given: false },
    reason: ['it was seen'],
    facts: [],
    matched: ['one'],
    reached: undefined,
    message: undefined,
    ...more,
  };
  const { source, target } = finding;
  return {
    actor: actorOf(finding.signature.actor, finding.signature.id, source, target, []),
    ...finding,
  };
}

/** A tracker with its sources, counters and the alerts that it gave. */
export class TrackerRun {
  readonly counters = new Counters();
  readonly sources = new SourceTable(this.counters);
  readonly alerts: Alert[] = [];
  degraded: string[] = [];
  readonly tracker = new IncidentTracker(
    this.sources,
    this.counters,
    () => this.degraded,
    (alert) => this.alerts.push(alert),
  );

  states(): string[] {
    return this.alerts.map(({ state, time }) => `${state} ${time}`);
  }
}
