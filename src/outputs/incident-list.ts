import type { Alert } from '../incident/alert.js';
import { printable } from '../incident/printable.js';
import { type Severity, severityRank } from '../rules/signature.js';
import { adviceOf } from './advice.js';
import { capped } from './capped.js';
import { bySeverity, gravestFirst, incidentGroups } from './incident-groups.js';
import { informationList } from './information-list.js';
import { counted, type Paint, wrap } from './text-layout.js';
import { clockTime } from './timestamp.js';
import { reached, whoText } from './who.js';

const COLOUR: Record<Severity, Parameters<Paint>[0]> = {
  critical: ['bold', 'magenta'],
  high: ['bold', 'red'],
  medium: 'yellow',
  low: 'cyan',
  info: 'dim',
};

/**
 * The incidents of a run for people, gravest first: a line each that tells who and what, and below
 * it the sentence, what it rests on, and where to look. Plain text that fits `width` columns.
 */
export function incidentList(last: readonly Alert[], width: number, paint: Paint): string {
  const informing = gravestFirst(last).filter(({ severity }) => severity === 'info');
  const accusing = last.filter(({ severity }) => severity !== 'info');
  const blocks = incidentGroups(accusing).map((group) =>
    group.length > 1 ? groupBlock(group, width, paint) : incidentBlock(group[0]!, width, paint),
  );
  if (informing.length > 0) blocks.push(informationList(informing, width, paint));
  return blocks.join('\n');
}

/** So many of the gravest are named once more at the end. */
const NAMED = 5;
/** A shorter list is still on the screen when its end is. */
const SHORT_LIST = 3;

/** How many incidents there were; after a long list also the gravest, which have scrolled away. */
export function incidentTotals(last: readonly Alert[], more: number, width: number): string[] {
  const lines = wrap(
    `${counted(last.length, 'incident')}: ${bySeverity(last).join(', ')}`,
    width,
    0,
  );
  if (more > 0) {
    lines.push(...wrap(`and ${counted(more, 'later incident')}: too many to list`, width, 0));
  }
  const grave = gravestFirst(last).filter(({ severity }) => severityRank(severity) >= HIGH);
  if (last.length > SHORT_LIST && grave.length > 0) {
    const named = grave.map((alert) => `${whoText(alert)} (${alert.severity}, ${alert.stage})`);
    lines.push(...wrap(`gravest: ${capped(named, NAMED, ', ')}`, width, 0));
  }
  return lines;
}

const HIGH = severityRank('high');
const INDENT = 10;

function incidentBlock(alert: Alert, width: number, paint: Paint): string {
  const { reason, facts } = alert;
  const packet = alert.packets[0];
  const parts = [
    `${clockTime(alert.firstSeen)} UTC, ${lasting(alert.lastSeen - alert.firstSeen)}, ${counted(alert.count, 'request')}`,
    `confidence ${alert.confidence}${alert.spoofable ? ', address may be forged' : ''}`,
    capped(rulesOf([alert]), RULES_SHOWN, ' '),
    ...(packet === undefined ? [] : [`see ${printable(shortPath(packet))}`]),
  ];
  const lines = [
    ...wrap(`${reason}.`, width, INDENT),
    ...wrapAll(stepsText(alert), width),
    ...wrapAll(membersText(alert), width),
    ...wrapAll(factsText('Read from its messages', facts), width),
    ...adviceLines(alert, width),
    ...basisLines(parts, alert.degraded, width, paint),
  ];
  return block(whoText(alert), alert, lines, width, paint);
}

/** Addresses of a group that are written out. */
const ADDRESSES_SHOWN = 20;

/** Many that did the same: what they share, and who they are. */
function groupBlock(group: readonly Alert[], width: number, paint: Paint): string {
  const [first] = group as [Alert, ...Alert[]];
  const addresses = [...new Set(group.map((alert) => alert.sourceIp))];
  const others = addresses.length - 1;
  const who = `${first.sourceIp} and ${counted(others, 'more address', 'more addresses')}`;
  const counts = group.map((alert) => alert.count);
  const [fewest, most] = [Math.min(...counts), Math.max(...counts)];
  const each = fewest === most ? counted(most, 'request') : `${fewest} to ${most} requests`;
  const from = Math.min(...group.map((alert) => alert.firstSeen));
  const to = Math.max(...group.map((alert) => alert.lastSeen));
  const confidences = [...new Set(group.map((alert) => alert.confidence))];
  const forged = group.some((alert) => alert.spoofable);
  const packet = group.find((alert) => alert.packets.length > 0)?.packets[0];
  const parts = [
    `${clockTime(from)} UTC, ${lasting(to - from)}, ${each} each`,
    `confidence ${confidences.join(' or ')}${forged ? ', addresses may be forged' : ''}`,
    capped(rulesOf(group), RULES_SHOWN, ' '),
    ...(packet === undefined ? [] : [`see ${printable(shortPath(packet))}`]),
  ];
  const degraded = [...new Set(group.flatMap((alert) => alert.degraded))];
  const facts = group.flatMap((alert) => alert.facts);
  const lines = [
    ...wrap(`Each did the same to ${first.targets.sample[0]}: ${first.title}.`, width, INDENT),
    ...wrap(`Addresses: ${capped(addresses, ADDRESSES_SHOWN, ', ')}.`, width, INDENT),
    ...wrapAll(factsText('Read from their messages', facts), width),
    ...adviceLines({ ...first, spoofable: forged }, width),
    ...basisLines(parts, degraded, width, paint),
  ];
  return block(who, first, lines, width, paint);
}

function block(
  who: string,
  alert: Alert,
  lines: readonly string[],
  width: number,
  paint: Paint,
): string {
  const { severity, tools } = alert;
  const severityText = paint(COLOUR[severity], severity.toUpperCase().padEnd(INDENT));
  const text = `${who}  ${reached(alert)}${tools.length === 0 ? '' : `  ${tools.join(', ')}`}`;
  const [head = '', ...more] = wrap(text, width, INDENT);
  const rest = head.slice(INDENT);
  const name = rest.startsWith(who)
    ? `${paint('bold', who)}${rest.slice(who.length)}`
    : paint('bold', rest);
  return `${[`${severityText}${name}`, ...more, ...lines].join('\n')}\n`;
}

function wrapAll(text: string, width: number): string[] {
  return text === '' ? [] : wrap(text, width, INDENT);
}

function basisLines(
  parts: readonly string[],
  degraded: readonly string[],
  width: number,
  paint: Paint,
): string[] {
  const weakened = degraded.length === 0 ? '' : `Weakened: ${degraded.join('; ')}.`;
  return [...wrap(parts.join('; '), width, INDENT), ...wrapAll(weakened, width)].map((line) =>
    paint('dim', line),
  );
}

/** Only what is grave asks for something to be done now. */
function adviceLines(alert: Alert, width: number): string[] {
  if (severityRank(alert.severity) < HIGH) return [];
  return adviceOf(alert).flatMap((text) => wrap(text, width, INDENT));
}

/** How it got so far, where that took more than one step. */
function stepsText({ history }: Alert): string {
  const [first] = history;
  if (first === undefined || history.length < 2) return '';
  const steps = history.map(({ time, stage, severity }, i) => {
    const when = i === 0 ? '' : ` ${after(time - first.time)}`;
    return `${stage} (${severity})${when}`;
  });
  return `Step by step: ${steps.join(', ')}.`;
}

function after(seconds: number): string {
  return seconds < 1 ? 'at once' : `after ${lasting(seconds)}`;
}

/** Who takes part, how a device behind a shared address calls itself, and what belongs together. */
function membersText({ actor, sources, handset, related }: Alert): string {
  const parts: string[] = [];
  if (actor.kind === 'network' || actor.kind === 'group') {
    const more = sources.count - sources.sample.length;
    const others = more > 0 ? ` and ${counted(more, 'other')}` : '';
    parts.push(`Addresses: ${sources.sample.join(', ')}${others}.`);
  }
  if (handset?.contact !== undefined) parts.push(`It calls itself ${handset.contact}.`);
  if (handset?.userAgent !== undefined) parts.push(`Its User-Agent is ${handset.userAgent}.`);
  if (related.length > 0) {
    parts.push(`It has a part in ${counted(related.length, 'other incident')} of this list.`);
  }
  return parts.join(' ');
}

/** Values of one name, and rules, that are shown before it says how many more there are. */
const SHOWN = 3;
const RULES_SHOWN = 6;

function factsText(title: string, facts: Alert['facts']): string {
  const byName = new Map<string, Set<string>>();
  for (const { name, value } of facts) {
    byName.set(name, (byName.get(name) ?? new Set()).add(value));
  }
  const parts = [...byName].map(
    ([name, values]) => `${name.replaceAll('_', ' ')} ${capped([...values], SHOWN, ', ')}`,
  );
  return parts.length === 0 ? '' : `${title}: ${parts.join('; ')}.`;
}

/** Folder and file are enough to find it. */
function shortPath(path: string): string {
  return path.split('/').slice(-2).join('/');
}

/** The rule that explains it first. */
function rulesOf(group: readonly Alert[]): string[] {
  return [...new Set([...group.map(({ rule }) => rule), ...group.flatMap(({ rules }) => rules)])];
}

function lasting(seconds: number): string {
  if (seconds < 1) return 'at once';
  if (seconds < 120) return `${Math.round(seconds)} s`;
  if (seconds < 7200) return `${Math.round(seconds / 60)} min`;
  return `${(seconds / 3600).toFixed(1)} h`;
}
