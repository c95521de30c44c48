import { basename } from 'node:path';
import type { Alert } from '../incident/alert.js';
import { printable } from '../incident/printable.js';
import { redactText } from '../incident/redact.js';
import { durationText } from '../rules/duration.js';
import type { Match } from '../rules/engine.js';
import type { Signature } from '../rules/signature.js';
import { type Address, addressText } from '../wire/address.js';
import { counted, type Paint, wrap } from './text-layout.js';
import { clockTime } from './timestamp.js';

/** Sources and matches of each that are kept; beyond it they are only counted. */
const SOURCE_LIMIT = 10_000;
const MATCH_LIMIT = 2_000;

interface LoggedMatch {
  readonly match: Match;
  readonly capture: string;
}

/** Every match of a run, by source, in order. */
export class MatchLog {
  private readonly bySource = new Map<string, { matches: LoggedMatch[]; more: number }>();
  private readonly wanted: Address | undefined;

  /** With `wanted`, only that source is kept. */
  constructor(wanted: Address | undefined) {
    this.wanted = wanted;
  }

  add(match: Match, capture: string): void {
    if (this.wanted !== undefined && match.source !== this.wanted) return;
    const source = addressText(match.source);
    let log = this.bySource.get(source);
    if (log === undefined) {
      if (this.bySource.size >= SOURCE_LIMIT) return;
      log = { matches: [], more: 0 };
      this.bySource.set(source, log);
    }
    if (log.matches.length < MATCH_LIMIT) log.matches.push({ match, capture });
    else log.more++;
  }

  of(source: string): { readonly matches: readonly LoggedMatch[]; readonly more: number } {
    return this.bySource.get(source) ?? { matches: [], more: 0 };
  }
}

/** What was seen of a source, in order, and why it counted. */
export function explanation(
  source: string,
  incidents: readonly Alert[],
  log: MatchLog,
  width: number,
  paint: Paint,
): string {
  const { matches, more } = log.of(source);
  const lines: string[] = [];
  for (const alert of incidents) lines.push(...verdict(alert, width, paint), '');
  if (incidents.length === 0) lines.push(`${source}: no incident`, '');
  if (matches.length === 0) {
    lines.push('No signature matched anything that it sent.');
    return `${lines.join('\n')}\n`;
  }
  const start = matches[0]!.match.time;
  lines.push(`What was seen, from ${clockTime(start)} UTC (seconds, file:packet):`);
  for (const run of runsOf(matches)) lines.push(...runLines(run, start, width, paint));
  if (more > 0) lines.push(`… and ${counted(more, 'later match', 'later matches')}, not kept`);
  return `${lines.join('\n')}\n`;
}

function verdict(alert: Alert, width: number, paint: Paint): string[] {
  const { severity, stage, confidence, sourceIp } = alert;
  const head = `${sourceIp}: ${severity}, stage ${stage}, confidence ${confidence}`;
  const lines = [paint('bold', head), ...wrap(`${alert.reason}.`, width, 2)];
  if (alert.spoofable) {
    lines.push(
      ...wrap('It never showed that it receives our packets: the address may be forged.', width, 2),
    );
  }
  for (const missing of alert.degraded) lines.push(...wrap(`Weakened: ${missing}.`, width, 2));
  if (alert.advice !== undefined) lines.push(...wrap(`Advice: ${alert.advice.trim()}`, width, 2));
  return lines;
}

/** Matches of one signature with one outcome, uninterrupted by that signature's other outcomes. */
interface Run {
  readonly signature: Signature;
  readonly became: Match['became'];
  readonly first: LoggedMatch;
  last: LoggedMatch;
  times: number;
  readonly values: Set<string>;
}

function runsOf(matches: readonly LoggedMatch[]): Run[] {
  const runs: Run[] = [];
  const open = new Map<Signature, Run>();
  for (const logged of matches) {
    const { signature, became, value } = logged.match;
    let run = open.get(signature);
    if (run === undefined || run.became !== became || became === 'finding') {
      run = { signature, became, first: logged, last: logged, times: 0, values: new Set() };
      open.set(signature, run);
      runs.push(run);
    }
    run.times++;
    run.last = logged;
    if (value !== undefined) run.values.add(value);
  }
  return runs;
}

function runLines(run: Run, start: number, width: number, paint: Paint): string[] {
  const { first, signature } = run;
  const when = `+${(first.match.time - start).toFixed(3)}`.padStart(12);
  const where =
    first.match.frameNumber === 0
      ? 'time-out'
      : `${printable(basename(first.capture))}:${first.match.frameNumber}`;
  const head = `${when}  ${where}  ${paint('bold', signature.id)} ${signature.title}`;
  return [head, ...wrap(whatItMeant(run, start), width, 14)];
}

function whatItMeant(run: Run, start: number): string {
  const { signature, became, times } = run;
  const held = `because ${run.first.match.held.map((name) => `"${name}"`).join(' and ')} held`;
  const until = (run.last.match.time - start).toFixed(3);
  const repeated = times > 1 ? `; ${counted(times, 'time')} until +${until}` : '';
  switch (became) {
    case 'counted':
      return `counted ${held}${repeated}${valuesText(run)}; ${needText(signature)}`;
    case 'suppressed':
      return `matched again${repeated}: already said, so it only keeps the incident open`;
    case 'finding': {
      const enough =
        signature.count === undefined
          ? held
          : `${valuesText(run).slice(2)}, which is enough: ${needText(signature)}`;
      return `finding, ${signature.severity}/${signature.confidence}: ${enough}`.replace(
        ': , ',
        ': ',
      );
    }
  }
}

function valuesText({ values, signature }: Run): string {
  if (values.size === 0) return '';
  const shown = [...values].slice(0, 6).map((value) => redactText(value, 40));
  const more = values.size > shown.length ? `… (${values.size})` : '';
  return `; ${signature.count?.distinct ?? 'value'} ${shown.join(', ')}${more}`;
}

function needText({ count, sequence }: Signature): string {
  if (sequence !== undefined) {
    return `${sequence.steps.join(', then ')} within ${durationText(sequence.within)} are needed`;
  }
  if (count === undefined) return 'one is enough';
  const what = count.distinct === undefined ? 'matches' : `different ${count.distinct}`;
  const windows = count.windows.map(
    (window) => `${window.atLeast} within ${durationText(window.within)}`,
  );
  return `needs ${windows.join(', or ')} (${what})`;
}
