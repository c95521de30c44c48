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

function headText({ sourceIp, stage, tools }: Alert): string {
  return `${sourceIp}  ${stage}${tools.length === 0 ? '' : `  ${tools.join(', ')}`}`;
}

function factsText({ facts }: Alert): string {
  const parts = facts.map(({ name, value }) => `${name.replaceAll('_', ' ')} ${value}`);
  return `Read from its messages: ${parts.join(', ')}.`;
}

function basis(alert: Alert): string {
  const requests = alert.count === 1 ? '1 request' : `${alert.count} requests`;
  const parts = [
    `${clockTime(alert.firstSeen)} UTC, ${lasting(alert.lastSeen - alert.firstSeen)}, ${requests}`,
    `confidence ${alert.confidence}${alert.spoofable ? ', address may be forged' : ''}`,
    alert.rules.join(' '),
  ];
  const [packet] = alert.packets;
  if (packet !== undefined) parts.push(`see ${printable(shortPath(packet))}`);
  return parts.join('; ');
}

/** Folder and file are enough to find it. */
function shortPath(path: string): string {
  return path.split('/').slice(-2).join('/');
}

function lasting(seconds: number): string {
  if (seconds < 1) return 'at once';
  if (seconds < 120) return `${Math.round(seconds)} s`;
  if (seconds < 7200) return `${Math.round(seconds / 60)} min`;
  return `${(seconds / 3600).toFixed(1)} h`;
}
