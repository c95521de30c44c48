/**
 * Feeds a sensor with the traffic of ten million forged sources. Prints what that cost and what was
 * found, as JSON. Run: node --expose-gc forged-flood.js [sources]
 */
import { join } from 'node:path';
import { packageRoot } from '../../src/package-root.js';
import { loadSignatures } from '../../src/rules/load.js';
import { Sensor } from '../../src/sensor.js';
import { Counters } from '../../src/telemetry/counters.js';
import type { TableStatus } from '../../src/telemetry/table-status.js';
import { ForgedTraffic, OPENING } from '../support/forged-traffic.js';
import { LINK_TYPES } from '../support/pcap-writer.js';

const STEP = 1_000_000;

/** Memory (bytes) after so many sources, when all garbage was collected. */
export interface Measured {
  readonly sources: number;
  readonly heap: number;
}

export interface FloodReport {
  readonly sources: number;
  readonly measured: readonly Measured[];
  /** Rules of the incidents, by the address that they are about. */
  readonly found: Readonly<Record<string, readonly string[]>>;
  readonly alerts: number;
  readonly tables: readonly TableStatus[];
  readonly counters: Counters;
}

function flood(sources: number): FloodReport {
  const counters = new Counters();
  const found = new Map<string, Set<string>>();
  let alerts = 0;
  const sensor = new Sensor({
    signatures: loadSignatures([join(packageRoot(), 'signatures')]),
    counters,
    ports: new Set([5060]),
    onAlert: ({ actor, rules }) => {
      alerts++;
      const known = found.get(actor.name) ?? new Set();
      for (const rule of rules) known.add(rule);
      found.set(actor.name, known);
    },
  });
  const measured: Measured[] = [];
  const traffic = new ForgedTraffic((frame, time) => {
    const { length } = frame;
    sensor.frame(frame, 0, length, time, length, LINK_TYPES.ethernet);
  });
  while (traffic.sources < sources) {
    traffic.next();
    const sent = traffic.sources;
    if (sent === OPENING || sent % STEP === 0 || sent === sources) measured.push(measure(sent));
  }
  return {
    sources,
    measured,
    found: Object.fromEntries([...found].map(([name, rules]) => [name, [...rules]])),
    alerts,
    tables: sensor.tables(),
    counters,
  };
}

function measure(sources: number): Measured {
  globalThis.gc?.();
  const { heapUsed, external } = process.memoryUsage();
  return { sources, heap: heapUsed + external };
}

if (process.argv[1]?.endsWith('forged-flood.js')) {
  const report = flood(Number(process.argv[2] ?? 10_000_000));
  process.stdout.write(JSON.stringify(report));
}
