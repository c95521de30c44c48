import { signatureFolders } from '../../../src/cli/signature-folders.js';
import type { Alert } from '../../../src/incident/alert.js';
import { eveLine } from '../../../src/outputs/eve.js';
import { loadSignatures } from '../../../src/rules/load.js';
import { DEFAULT_PORTS } from '../../../src/sensor/default-ports.js';
import { Sensor } from '../../../src/sensor.js';
import { Counters } from '../../../src/telemetry/counters.js';
import { type CapturedFrame, feed } from '../capture-frames.js';

/** What a sensor makes of a capture, as far as it must not depend on how that is wrapped. */
export interface Seen {
  readonly requests: number;
  readonly responses: number;
  readonly emptyDatagrams: number;
  /** Each alert as printed, without the numbers of the frames. */
  readonly alerts: readonly string[];
}

const signatures = loadSignatures(signatureFolders());

/** Packet time (seconds) between two captures. Incidents end in it; much else is remembered. */
export const APART = 2 * 24 * 3600;

/** What one sensor sees in captures that are so far apart in packet time, one `Seen` for each. */
export function seenIn(
  captures: readonly (readonly CapturedFrame[])[],
  ports: ReadonlySet<number> | undefined,
): Seen[] {
  const counters = new Counters();
  let alerts: string[] = [];
  const sensor = new Sensor({
    signatures,
    counters,
    ports,
    onAlert: (alert) => alerts.push(withoutFrames(alert)),
  });
  sensor.beginCapture('capture');
  const seen: Seen[] = [];
  let before = { requests: 0, responses: 0, payloadsEmpty: 0 };
  for (const [i, frames] of captures.entries()) {
    feed(sensor, frames);
    if (i === captures.length - 1) sensor.finish();
    else sensor.advance(sensor.now + APART / 2 + 3600);
    const { requests, responses, payloadsEmpty } = counters;
    seen.push({
      requests: requests - before.requests,
      responses: responses - before.responses,
      emptyDatagrams: payloadsEmpty - before.payloadsEmpty,
      alerts,
    });
    before = { requests, responses, payloadsEmpty };
    alerts = [];
  }
  return seen;
}

/** Where SIP is looked for: what others captured may be on any port. */
export const PORTS = { default: DEFAULT_PORTS, any: undefined } as const;

/** Which frame a packet came in is all that may change. */
function withoutFrames(alert: Alert): string {
  return eveLine({ ...alert, packets: [] });
}

/** In what the second differs from the first; undefined when it does not. */
export function difference(plain: Seen, wrapped: Seen): string | undefined {
  for (const what of ['requests', 'responses', 'emptyDatagrams'] as const) {
    if (plain[what] !== wrapped[what]) return `${what} ${wrapped[what]} instead of ${plain[what]}`;
  }
  const at = plain.alerts.findIndex((line, i) => line !== wrapped.alerts[i]);
  if (at !== -1) return `alert ${at}: ${lineDifference(plain.alerts[at]!, wrapped.alerts[at])}`;
  const extra = wrapped.alerts[plain.alerts.length];
  return extra === undefined ? undefined : `an alert more: ${extra}`;
}

/** Two long lines from where they begin to differ. */
function lineDifference(plain: string, wrapped: string | undefined): string {
  if (wrapped === undefined) return `missing: ${plain}`;
  let at = 0;
  while (plain[at] === wrapped[at]) at++;
  const from = Math.max(0, at - 40);
  return `"${wrapped.slice(from, at + 80)}" instead of "${plain.slice(from, at + 80)}"`;
}
