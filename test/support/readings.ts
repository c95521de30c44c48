import { SourceProfile } from '../../src/detect/sources/source-profile.js';
import { makeAlert } from '../../src/incident/alert.js';
import { Evidence } from '../../src/incident/evidence.js';
import { Incident } from '../../src/incident/incident.js';
import { knownOf } from '../../src/incident/known.js';
import type { CaptureStatus } from '../../src/live/capture-status.js';
import type { Readings, SensorReadings } from '../../src/metrics/readings.js';
import type { Finding } from '../../src/rules/finding.js';
import type { Signature } from '../../src/rules/signature.js';
import { Counters } from '../../src/telemetry/counters.js';
import type { ReloadStatus } from '../../src/telemetry/reload-status.js';
import { Traffic } from '../../src/telemetry/traffic.js';
import { findingOf } from './findings.js';
import { START } from './sensor-run.js';

/** An interface that differs from an ordinary one in `more`. */
export function captureOf(more: Partial<CaptureStatus> = {}): CaptureStatus {
  return {
    interface: 'eth1',
    backend: 'tcpdump',
    state: 'up',
    pid: 4711,
    linkType: 1,
    filter: 'port 5060',
    ringSlots: 2048,
    frames: 0,
    bytes: 0,
    framesTruncated: 0,
    kernelDropped: 0,
    childDropped: undefined,
    restarts: { exit: 0, killed: 0, hang: 0, link: 0, stream: 0 },
    lastFrameAt: undefined,
    problem: undefined,
    warnings: [],
    ...more,
  };
}

export function reloadOf(more: Partial<ReloadStatus> = {}): ReloadStatus {
  return {
    successful: true,
    succeededAt: START,
    attempts: 1,
    failures: 0,
    problems: [],
    ...more,
  };
}

/** A sensor that has seen these sources and opened these incidents. */
export function sensorOf(
  more: Partial<SensorReadings> & {
    readonly sources?: readonly SourceProfile[];
    readonly open?: readonly Incident[];
  } = {},
): SensorReadings {
  const { sources = [], open = [], ...own } = more;
  const find = (address: SourceProfile['address']) =>
    sources.find((source) => source.address === address);
  return {
    now: START,
    traffic: new Traffic(),
    visibility: { conditions: () => [] },
    engine: { tallies: () => [] },
    incidents: {
      all: () => open,
      alertOf: (incident) =>
        makeAlert(
          incident,
          {
            state: 'update',
            time: incident.lastSeen,
            alertId: 'view',
            raised: undefined,
            known: knownOf([find(incident.source) ?? []].flat()),
            degraded: [],
            related: [],
          },
          new Evidence(),
        ),
      of: (source) => open.filter((incident) => incident.sources.has(source)),
    },
    observer: { sources: { all: () => sources, find }, roles: { all: () => [] } },
    tables: () => [{ table: 'sources_settled', entries: 3, limit: 10, evicted: 0 }],
    ...own,
  };
}

export function readingsOf(more: Partial<Readings> = {}): Readings {
  return {
    version: '1.2.3',
    counters: new Counters(),
    sensor: sensorOf(),
    captures: () => [captureOf()],
    sinks: () => [
      { sink: 'events', written: 0, dropped: 0, errors: 0, queued: 0, problem: undefined },
    ],
    reload: () => reloadOf(),
    snapshot: () => undefined,
    lag: () => 0,
    ...more,
  };
}

/** An incident of one finding. */
export function incidentOf(
  id: string,
  signature: Partial<Signature> = {},
  finding: Partial<Omit<Finding, 'signature'>> = {},
): Incident {
  const first = { finding: findingOf(signature, { time: START, ...finding }), packet: 'eth1:7' };
  const incident = new Incident(id, first.finding.actor, first);
  incident.add(first);
  return incident;
}

/** A source seen at START that made so many requests. */
export function sourceOf(address: SourceProfile['address'], requests: number): SourceProfile {
  const source = new SourceProfile(address, START);
  source.requests = requests;
  return source;
}
