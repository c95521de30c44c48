import type { SinkStatus } from '../outputs/sink-status.js';
import type { SignatureTally } from '../rules/engine.js';
import { type MetricRow, plain, type Sample, WORST_CASE } from './metric-row.js';
import type { SnapshotStatus } from './readings.js';
import type { Scrape } from './scrape.js';

/** Folders of shipped signatures; an operator's own add some more. */
const KINDS = ['tools', 'anomalies', 'behaviours'] as const;
const KINDS_LIMIT = 8;

/** The program itself: what it runs with, what it writes and keeps. */
export const OPERATION_ROWS: readonly MetricRow[] = [
  {
    name: 'build_info',
    type: 'gauge',
    help: 'Always 1: the version of sipseer and of Node.js.',
    labels: ['version', 'node_version'],
    most: 1,
    read: ({ readings }) => [[1, readings.version, process.versions.node]],
  },
  {
    name: 'signatures_loaded',
    type: 'gauge',
    help: 'Signatures at work, by kind (the folder they are in).',
    labels: ['kind'],
    most: KINDS_LIMIT + 1,
    read: ({ tallies }) => kindSamples(tallies),
  },
  plain(
    'gauge',
    'config_last_reload_successful',
    '1 if configuration and signatures were read without error the last time, which is when the sensor started or was told to reload. 0: the old ones are still at work; the log and /api/v1/status say why.',
    ({ readings }) => (readings.reload().successful ? 1 : 0),
  ),
  plain(
    'gauge',
    'config_last_reload_success_timestamp_seconds',
    'When they were last read without error (seconds since 1970).',
    ({ readings }) => readings.reload().succeededAt,
  ),
  plain(
    'counter',
    'config_reload_failures_total',
    'How often they were read and refused.',
    ({ readings }) => readings.reload().failures,
  ),
  perSink('counter', 'sink_events_total', 'Events written.', (sink) => sink.written),
  perSink(
    'counter',
    'sink_errors_total',
    'Failed attempts to open or write. Look at free space and permissions.',
    (sink) => sink.errors,
  ),
  perSink(
    'counter',
    'sink_dropped_events_total',
    'Events lost: the queue was full, or they could not be written before the end.',
    (sink) => sink.dropped,
  ),
  perSink('gauge', 'sink_queue_length', 'Events that wait to be written.', (sink) => sink.queued),
  snapshot(
    'gauge',
    'snapshot_last_success_timestamp_seconds',
    'When the state was last saved (seconds since 1970). 0: not yet. Absent where no state is kept.',
    (status) => status.succeededAt ?? 0,
  ),
  snapshot('gauge', 'snapshot_duration_seconds', 'How long that took.', (s) => s.duration),
  snapshot('gauge', 'snapshot_bytes', 'How large the saved state is.', (s) => s.bytes),
  snapshot(
    'counter',
    'snapshot_failures_total',
    'How often the state could not be saved. Look at free space and permissions of the state directory.',
    (status) => status.failures,
  ),
  plain(
    'gauge',
    'scrape_duration_seconds',
    'How long the scrape before this one kept the sensor busy.',
    ({ lastDuration }) => lastDuration,
  ),
];

function perSink(
  type: MetricRow['type'],
  name: string,
  help: string,
  value: (sink: SinkStatus) => number,
): MetricRow {
  return {
    name,
    type,
    help,
    labels: ['sink'],
    most: WORST_CASE.sinks,
    read: ({ readings }) => readings.sinks().map((sink): Sample => [value(sink), sink.sink]),
  };
}

function snapshot(
  type: MetricRow['type'],
  name: string,
  help: string,
  value: (status: SnapshotStatus) => number,
): MetricRow {
  return plain(type, name, help, ({ readings }: Scrape) => {
    const status = readings.snapshot();
    return status === undefined ? undefined : value(status);
  });
}

function kindSamples(tallies: readonly SignatureTally[]): Sample[] {
  const counts = new Map<string, number>(KINDS.map((kind) => [kind, 0]));
  for (const { signature } of tallies) {
    const known = counts.has(signature.kind) || counts.size < KINDS_LIMIT;
    const kind = known ? signature.kind : 'other';
    counts.set(kind, (counts.get(kind) ?? 0) + 1);
  }
  return [...counts].map(([kind, count]): Sample => [count, kind]);
}
