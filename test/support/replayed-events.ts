import { join } from 'node:path';
import { replay } from '../../src/cli/replay.js';
import { signatureFolders } from '../../src/cli/signature-folders.js';
import { eveLine } from '../../src/outputs/eve.js';
import { packageRoot } from '../../src/package-root.js';
import { type LoadedSignatures, loadSignatures } from '../../src/rules/load.js';
import type { Confidence, FindingClass, Severity, Stage } from '../../src/rules/signature.js';
import { DEFAULT_PORTS } from '../../src/sensor/default-ports.js';
import { Counters } from '../../src/telemetry/counters.js';

/** The bundled captures. */
export const PCAPS = join(packageRoot(), 'pcaps');

/** An event as `replay --json` prints it; see docs for all of its keys. */
export interface Event {
  timestamp: string;
  src_ip: string;
  dest_ip: string;
  sipseer: {
    state: 'open' | 'update' | 'close';
    incident_id: string;
    class: FindingClass;
    stage: Stage;
    severity: Severity;
    confidence: Confidence;
    spoofable: boolean;
    rules: string[];
    tools?: string[];
    targets: { count: number; sample: string[] };
    accounts: { count: number; sample: string[]; existing: string[] };
    rejected_credentials: number;
    facts: { name: string; value: string }[];
    reason: string;
    degraded: string[];
  };
}

export interface Replayed {
  events: Event[];
  /** The events as printed. */
  text: string;
  counters: Counters;
}

let shipped: LoadedSignatures | undefined;

/** What the shipped signatures say of captures, by default on the default ports only. */
export async function replayed(paths: string[], ports?: 'any'): Promise<Replayed> {
  shipped ??= loadSignatures(signatureFolders());
  const counters = new Counters();
  const lines: string[] = [];
  await replay(paths, {
    signatures: shipped,
    counters,
    ports: ports === 'any' ? undefined : DEFAULT_PORTS,
    separate: false,
    onAlert: (alert) => lines.push(eveLine(alert)),
    onProblem: (line) => {
      throw new Error(line);
    },
    onWarning: (line) => {
      throw new Error(line);
    },
  });
  return { events: lines.map((line) => JSON.parse(line)), text: lines.join(''), counters };
}

/** The last event of each incident: what is known of it in the end. */
export function outcomes(events: readonly Event[]): Event[] {
  return [...new Map(events.map((event) => [event.sipseer.incident_id, event])).values()];
}
