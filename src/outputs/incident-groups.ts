import type { Alert } from '../incident/alert.js';
import { type Severity, severityRank } from '../rules/signature.js';

/** Fewer than so many are listed one by one. */
const GROUP_FROM = 4;
/** Who sent more requests than this stands alone. */
const SMALL = 10;

/** The gravest first, then the earliest. */
export function gravestFirst(alerts: readonly Alert[]): Alert[] {
  return [...alerts].sort(
    (a, b) => severityRank(b.severity) - severityRank(a.severity) || a.firstSeen - b.firstSeen,
  );
}

/** How many incidents there are of each severity, the gravest first: `1 critical`, `3 info`. */
export function bySeverity(alerts: readonly Alert[]): string[] {
  const counts = new Map<Severity, number>();
  for (const { severity } of gravestFirst(alerts)) {
    counts.set(severity, (counts.get(severity) ?? 0) + 1);
  }
  return [...counts].map(([severity, count]) => `${count} ${severity}`);
}

/**
 * Incidents in the order of the list. Many small ones that differ in nothing but the address, as
 * when one scanner works from many, are one group; every other incident is a group of its own.
 */
export function incidentGroups(alerts: readonly Alert[]): Alert[][] {
  const alike = new Map<string, Alert[]>();
  const sorted = gravestFirst(alerts);
  for (const alert of sorted) {
    const key = likeness(alert);
    if (key === undefined) continue;
    const group = alike.get(key);
    if (group === undefined) alike.set(key, [alert]);
    else group.push(alert);
  }
  const groups: Alert[][] = [];
  for (const alert of sorted) {
    const group = alike.get(likeness(alert) ?? '') ?? [];
    if (group.length < GROUP_FROM) groups.push([alert]);
    else if (group[0] === alert) groups.push(group);
  }
  return groups;
}

/** What incidents of one group share; undefined for one that stands alone. */
function likeness(alert: Alert): string | undefined {
  const { actor, rule, severity, stage, tools, targets, count } = alert;
  const [target] = targets.sample;
  if (actor.kind !== 'source' || count > SMALL || targets.count !== 1 || target === undefined)
    return undefined;
  return [rule, severity, stage, target, ...tools].join(' ');
}
