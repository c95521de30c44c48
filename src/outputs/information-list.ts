import type { Alert } from '../incident/alert.js';
import { capped } from './capped.js';
import { counted, type Paint, wrap } from './text-layout.js';
import { whoText } from './who.js';

const INDENT = 10;
/** Addresses of one rule that are written out. */
const NAMED = 8;

/**
 * What only informs, apart from the attackers and by rule: what is to be put right in one's own
 * network, and who came by and meant no harm. Each rule once, however many it is about.
 */
export function informationList(alerts: readonly Alert[], width: number, paint: Paint): string {
  const own = alerts.filter(({ class: kind }) => kind === 'hygiene');
  const others = alerts.filter(({ class: kind }) => kind !== 'hygiene');
  return [
    section('Your own network (nobody is accused)', own, width, paint),
    section('For information (harmless as far as was seen)', others, width, paint),
  ]
    .filter((text) => text !== '')
    .join('\n');
}

function section(title: string, alerts: readonly Alert[], width: number, paint: Paint): string {
  if (alerts.length === 0) return '';
  const byRule = new Map<string, Alert[]>();
  for (const alert of alerts) byRule.set(alert.rule, [...(byRule.get(alert.rule) ?? []), alert]);
  const lines = [...byRule.values()].flatMap((group) => ruleLines(group, width));
  const heading = wrap(`${title}:`, width, 0).map((line) => paint('bold', line));
  return `${[...heading, ...lines].join('\n')}\n`;
}

function ruleLines(alerts: readonly Alert[], width: number): string[] {
  const [first] = alerts as [Alert, ...Alert[]];
  const who = [...new Set(alerts.map(whoText))];
  const times = alerts.length > 1 ? `, ${counted(alerts.length, 'time')}` : '';
  const others = who.length > 1 ? [`Also: ${capped(who.slice(1), NAMED, ', ')}.`] : [];
  const text = `${who[0]}  ${first.class}: ${first.title} (${first.rule}${times})`;
  const [head = '', ...more] = wrap(text, width, INDENT);
  const below = [`${first.reason}.`, ...others, ...advice(first)];
  return [
    `${'INFO'.padEnd(INDENT)}${head.slice(INDENT)}`,
    ...more,
    ...below.flatMap((line) => wrap(line, width, INDENT)),
  ];
}

function advice({ advice }: Alert): string[] {
  return advice === undefined ? [] : [`What to do: ${advice.trim()}`];
}
