import type { Evidence } from './evidence.js';
import type { Incident } from './incident.js';
import { redactText } from './redact.js';

/** How a device behind a shared address calls itself, as far as its messages were seen. */
export interface Handset {
  readonly contact: string | undefined;
  readonly userAgent: string | undefined;
}

interface Headers {
  readonly contact?: unknown;
  readonly 'user-agent'?: unknown;
}

/** What the messages of an incident tell of the device that sent them. */
export function handsetOf({ lead, findings }: Incident, evidence: Evidence): Handset {
  let contact: string | undefined;
  let userAgent: string | undefined;
  for (const { finding } of [lead, ...findings]) {
    const message = finding.message && evidence.of(finding.message);
    if (typeof message !== 'object' || message === null || !('headers' in message)) continue;
    const { contact: contacts, 'user-agent': agent } = message.headers as Headers;
    contact ??= uriOf(contacts);
    if (typeof agent === 'string') userAgent ??= redactText(agent);
  }
  return { contact, userAgent };
}

function uriOf(contacts: unknown): string | undefined {
  const first: unknown = Array.isArray(contacts) ? contacts[0] : undefined;
  if (typeof first !== 'object' || first === null || !('uri' in first)) return undefined;
  return typeof first.uri === 'string' ? redactText(first.uri) : undefined;
}
