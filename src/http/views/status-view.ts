import type { Readings } from '../../metrics/readings.js';
import { lossLines } from '../../outputs/loss-report.js';
import { timestamp } from '../../outputs/timestamp.js';
import { notReady } from '../readiness.js';
import { captureView } from './capture-view.js';

/** The state of the whole sensor; what is not known is left out. */
export function statusView(readings: Readings): object {
  const { sensor, counters } = readings;
  const waitingFor = notReady(readings);
  const snapshot = readings.snapshot();
  const reload = readings.reload();
  return {
    version: readings.version,
    node_version: process.versions.node,
    uptime_seconds: Math.round(process.uptime()),
    ready: waitingFor === undefined,
    waiting_for: waitingFor,
    packet_time: sensor.now > 0 ? timestamp(sensor.now) : undefined,
    lag_seconds: readings.lag(),
    captures: readings.captures().map(captureView),
    conditions: sensor.visibility
      .conditions()
      .map(({ name, since, text }) => ({ name, since: timestamp(since), text })),
    losses: lossLines(counters),
    requests: counters.requests,
    responses: counters.responses,
    alerts: counters.alerts,
    signatures: sensor.engine.tallies().length,
    tables: sensor.tables(),
    reload: {
      successful: reload.successful,
      last_success: timestamp(reload.succeededAt),
      attempts: reload.attempts,
      failures: reload.failures,
      problems: reload.problems,
    },
    sinks: readings.sinks(),
    snapshot: snapshot && {
      file: snapshot.file,
      last_success:
        snapshot.succeededAt === undefined ? undefined : timestamp(snapshot.succeededAt),
      duration_seconds: snapshot.duration,
      bytes: snapshot.bytes,
      failures: snapshot.failures,
      problem: snapshot.problem,
    },
  };
}
