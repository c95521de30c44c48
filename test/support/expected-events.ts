import type { Event } from './replayed-events.js';

/**
 * The columns of an event that a person can judge, as one line of JSON. `at` is in seconds since the
 * scenario began. Ids and evidence are left out: they say nothing that the scenario does not.
 */
export function expectedLine(event: Event, start: number): string {
  const own = event.sipseer;
  const at = Math.round((Date.parse(event.timestamp) / 1000 - start) * 1000) / 1000;
  return JSON.stringify({
    at,
    state: own.state,
    src_ip: event.src_ip,
    class: own.class,
    stage: own.stage,
    severity: own.severity,
    confidence: own.confidence,
    ...(own.tools === undefined ? {} : { tools: own.tools }),
    rules: own.rules,
    targets: own.targets.count,
    accounts: own.accounts.count,
    existing: own.accounts.existing,
    rejected_credentials: own.rejected_credentials,
    facts: own.facts.map(({ name, value }) => `${name}: ${value}`),
    spoofable: own.spoofable,
    reason: own.reason,
    degraded: own.degraded,
  });
}

export function expectedText(events: readonly Event[], start: number): string {
  return events.map((event) => `${expectedLine(event, start)}\n`).join('');
}
