import { CONDITION_NAMES } from '../telemetry/condition.js';
import type { TableStatus } from '../telemetry/table-status.js';
import { type MetricRow, type Sample, WORST_CASE } from './metric-row.js';
import { counter } from './packet-rows.js';

/** How full the sensor's memory is, and what it cannot see. */
export const TABLE_ROWS: readonly MetricRow[] = [
  perTable('gauge', 'table_entries', 'Entries in a table of bounded size.', (t) => t.entries),
  perTable(
    'gauge',
    'table_limit',
    'Entries that the table takes before it gives up the oldest.',
    (t) => t.limit,
  ),
  perTable(
    'counter',
    'table_evictions_total',
    'Entries given up before their time since the table was full. Growing: a flood of sources, or more traffic than the sensor was made for; long attacks may be missed.',
    (t) => t.evicted,
  ),
  counter(
    'set_members_refused_total',
    'Targets and accounts of a source that were not told apart any more: its set was full. They still count as requests.',
    'membersRefused',
  ),
  {
    name: 'visibility_degraded',
    type: 'gauge',
    help: '1 while the sensor sees less than it should: replies missing (one_way), packets twice (duplicated), cut (truncated), without some of their fragments (fragments), lost (drops), wrongly dated (clock), or none at all (silence). /api/v1/status says what to do.',
    labels: ['condition'],
    most: CONDITION_NAMES.length,
    read: ({ readings }) => {
      const now = new Set(readings.sensor.visibility.conditions().map(({ name }) => name));
      return CONDITION_NAMES.map((name): Sample => [now.has(name) ? 1 : 0, name]);
    },
  },
];

function perTable(
  type: MetricRow['type'],
  name: string,
  help: string,
  value: (table: TableStatus) => number,
): MetricRow {
  return {
    name,
    type,
    help,
    labels: ['table'],
    most: WORST_CASE.tables,
    read: ({ readings }) =>
      readings.sensor.tables().map((table): Sample => [value(table), table.table]),
  };
}
