import { CLASSES, SEVERITIES } from '../rules/signature.js';
import { DETECTION_SERIES, DetectionCounts, TOOLS_LIMIT } from './detection-counts.js';
import { type MetricRow, plain, type Sample } from './metric-row.js';
import { counter } from './packet-rows.js';
import type { IncidentCount } from './scrape.js';

/** What was found. The rows share counts that live as long as they do. */
export function detectionRows(): readonly MetricRow[] {
  const counts = new DetectionCounts();
  return [
    {
      name: 'detections_total',
      type: 'counter',
      help: 'Findings by signature (rule), its severity and class. One attack makes few: what was said lately is not said again. A signature that a reload removed keeps its last value; rules beyond the limit count as other.',
      labels: ['rule', 'severity', 'class'],
      most: DETECTION_SERIES,
      read: ({ tallies }) => counts.byRule(tallies),
    },
    {
      name: 'tool_matches_total',
      type: 'counter',
      help: 'Messages that signatures of this tool matched, said or not.',
      labels: ['tool'],
      most: TOOLS_LIMIT + 1,
      read: ({ tallies }) => counts.byTool(tallies),
    },
    counter(
      'findings_suppressed_total',
      'Findings that were not made again since the same was said lately.',
      'findingsSuppressed',
    ),
    counter(
      'findings_trusted_total',
      'Findings about peers that the configuration trusts, which were counted and not told.',
      'findingsTrusted',
    ),
    {
      name: 'alerts_total',
      type: 'counter',
      help: 'Alerts sent out: incidents that opened, got worse, went on or closed, by severity at that time.',
      labels: ['severity'],
      most: SEVERITIES.length,
      read: ({ readings }) =>
        SEVERITIES.map(
          (severity, rank): Sample => [readings.counters.alertsBySeverity[rank] ?? 0, severity],
        ),
    },
    plain(
      'counter',
      'alerts_withheld_total',
      'Findings about new sources that were not told one by one: too many at once, and nothing shows that the sources are real.',
      ({ readings }) => readings.counters.alertsWithheld,
    ),
    incidents(
      'incidents_open',
      'Incidents that are open, by class of the leading finding. One closes when nothing matched for a day.',
      ({ open }) => open,
    ),
    incidents(
      'scanners_active',
      'Incidents of which something matched within the last five minutes, by class: sources, networks and campaigns that are at it now.',
      ({ active }) => active,
    ),
  ];
}

function incidents(name: string, help: string, value: (count: IncidentCount) => number): MetricRow {
  return {
    name,
    type: 'gauge',
    help,
    labels: ['class'],
    most: CLASSES.length,
    read: (scrape) => scrape.incidents.map((count): Sample => [value(count), count.class]),
  };
}
