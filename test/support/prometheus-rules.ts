import { readFileSync } from 'node:fs';
import { parse } from 'yaml';

/** A rule of deploy/prometheus/sipseer.rules.yml. */
export interface Rule {
  readonly alert?: string;
  readonly record?: string;
  readonly expr: string;
  readonly labels?: Record<string, string>;
  readonly annotations?: Record<string, string>;
}

interface AlertingRule extends Rule {
  readonly alert: string;
  readonly labels: Record<string, string>;
  readonly annotations: Record<string, string>;
}

export const RULES_FILE = 'deploy/prometheus/sipseer.rules.yml';

/** What Prometheus itself adds to what it scrapes. */
const OF_PROMETHEUS = ['up', 'ALERTS'];
/** Words of PromQL that may stand where a metric could. */
const KEYWORDS = new Set(['and', 'or', 'unless', 'by', 'on', 'offset', 'ignoring', 'without']);

export function allRules(): Rule[] {
  const { groups } = parse(readFileSync(RULES_FILE, 'utf8')) as { groups: { rules: Rule[] }[] };
  return groups.flatMap(({ rules }) => rules);
}

export function alertingRules(): AlertingRule[] {
  return allRules().filter((rule) => rule.alert !== undefined) as AlertingRule[];
}

/** The names of the series that rules record. */
export function recorded(): string[] {
  return allRules().flatMap(({ record }) => record ?? []);
}

/**
 * The metrics that an expression of PromQL names, those that Prometheus makes itself left out.
 * What is left when strings, label matchers, durations, label lists and functions are taken away.
 */
export function metricsIn(expr: string): string[] {
  const bare = expr
    .replaceAll(/"[^"]*"/g, '')
    .replaceAll(/\{[^}]*\}|\[[^\]]*\]/g, '')
    .replaceAll(/\b(?:by|on|without|ignoring|group_left|group_right)\s*\([^)]*\)/g, '')
    .replaceAll(/\boffset\s+\S+/g, '');
  const names = [...bare.matchAll(/(?<![\w:.])[a-zA-Z_:][\w:]*(?!\s*\(|[\w:])/g)].map(
    ([name]) => name,
  );
  return [...new Set(names)].filter((name) => !KEYWORDS.has(name) && !OF_PROMETHEUS.includes(name));
}

/** All names in a text that look like metrics of the sensor's own. */
export function ownMetrics(text: string): string[] {
  return [...new Set(text.match(/\bsipseer_[a-z0-9_]+/g))];
}

/**
 * What an expression names of the sensor's own metrics and of recorded ones that is neither
 * documented nor recorded. Those of the runtime (process_*, nodejs_*) are prom-client's.
 */
export function unknownMetrics(expr: string): string[] {
  const known = new Set([...ownMetrics(readFileSync('docs/METRICS.md', 'utf8')), ...recorded()]);
  return metricsIn(expr)
    .filter((name) => !/^(?:process|nodejs)_/.test(name))
    .filter((name) => !known.has(name.replace(/_bucket$/, '')));
}
