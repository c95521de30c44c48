import type { Alert } from '../incident/alert.js';
import { printable } from '../incident/printable.js';
import type { Severity } from '../rules/signature.js';
import { type Paint, wrap } from './text-layout.js';
import { clockTime } from './timestamp.js';

const COLOUR: Record<Severity, Parameters<Paint>[0]> = {
  critical: ['bold', 'magenta'],
  high: ['bold', 'red'],
  medium: 'yellow',
  low: 'cyan',
  info: 'dim',
};

const RANK: Record<Severity, number> = { critical: 4, high: 3, medium: 2, low: 1, info: 0 };

/**
 * The incidents of a run for people, gravest first: a line each that tells who and what, and below
 * it the sentence, what it rests on, and where to look. Plain text that fits `width` columns.
 */
export function incidentList(last: readonly Alert[], width: number, paint: Paint): string {
  const sorted = [...last].sort(
    (a, b) => RANK[b.severity] - RANK[a.severity] || a.firstSeen - b.firstSeen,
  );
  return sorted.map((alert) => incidentBlock(alert, width, paint)).join('\n');
}

const INDENT = 10;

function incidentBlock(alert: Alert, width: number, paint: Paint): string {
  const severity = paint(COLOUR[alert.severity], alert.severity.toUpperCase().padEnd(INDENT));
  const [who = '', ...more] = wrap(headText(alert), width, INDENT);
  const name = paint('bold', alert.sourceIp);
  const head = `${severity}${name}${who.slice(INDENT + alert.sourceIp.length)}`;
  const lines = [
    ...more,
    ...wrap(`${alert.reason}.`, width, INDENT),
    ...(alert.facts.length === 0 ? [] : wrap(factsText(alert), width, INDENT)),
    ...wrap(basis(alert), width, INDENT).map((line) => paint('dim', line)),
  ];
  return `${[head, ...lines].join('\n')}\n`;
}

/** Who is only informed about has reached no stage of an attack. */
function headText({ sourceIp, severity, stage, class: kind, tools }: Alert): string {
  const what = severity === 'info' ? kind : stage;
  return `${sourceIp}  ${what}${tools.length === 0 ? '' : `  ${tools.join(', ')}`}`;
}

/** Values of one name, and rules, that are shown before it says how many more there are. */
const SHOWN = 3;
const RULES_SHOWN = 6;

function factsText({ facts }: Alert): string {
  const byName = new Map<string, string[]>();
  for (const { name, value } of facts) byName.set(name, [...(byName.get(name) ?? []), value]);
  const parts = [...byName].map(
    ([name, values]) => `${name.replaceAll('_', ' ')} ${capped(values, SHOWN, ', ')}`,
  );
  return `Read from its messages: ${parts.join('; ')}.`;
}

function capped(items: readonly string[], most: number, separator: string): string {
  const more = items.length - most;
  const shown = items.slice(0, most).join(separator);
  return more > 0 ? `${shown} and ${more} more` : shown;
}

function basis(alert: Alert): string {
  const requests = alert.count === 1 ? '1 request' : `${alert.count} requests`;
  const parts = [
    `${clockTime(alert.firstSeen)} UTC, ${lasting(alert.lastSeen - alert.firstSeen)}, ${requests}`,
    `confidence ${alert.confidence}${alert.spoofable ? ', address may be forged' : ''}`,
    capped(rulesOf(alert), RULES_SHOWN, ' '),
  ];
  const [packet] = alert.packets;
  if (packet !== undefined) parts.push(`see ${printable(shortPath(packet))}`);
  return parts.join('; ');
}

/** Folder and file are enough to find it. */
function shortPath(path: string): string {
  return path.split('/').slice(-2).join('/');
}

/** The rule that explains it first. */
function rulesOf({ rule, rules }: Alert): string[] {
  return [rule, ...rules.filter((other) => other !== rule)];
}

function lasting(seconds: number): string {
  if (seconds < 1) return 'at once';
  if (seconds < 120) return `${Math.round(seconds)} s`;
  if (seconds < 7200) return `${Math.round(seconds / 60)} min`;
  return `${(seconds / 3600).toFixed(1)} h`;
}
