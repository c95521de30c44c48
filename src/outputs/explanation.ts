import { basename } from 'node:path';
import { durationText } from '../documents/duration.js';
import type { Alert } from '../incident/alert.js';
import { printable } from '../incident/printable.js';
import { redactText } from '../incident/redact.js';
import type { Match } from '../rules/engine.js';
import type { Signature } from '../rules/signature.js';
import { type Address, addressText } from '../wire/address.js';
import { adviceOf } from './advice.js';
import { counted, type Paint, wrap } from './text-layout.js';
import { clockTime } from './timestamp.js';
import { reached, whoText } from './who.js';

/** Sources, matches of each, and matches of all that are kept; beyond it they are only counted. */
const LIMITS = { sources: 10_000, ofSource: 2_000, ofAll: 200_000 } as const;

/** Characters of what a packet was that are shown. */
const SEEN_LENGTH = 80;

interface LoggedMatch {
  readonly match: Match;
  readonly capture: string;
}

/** Every match of a run, by source, in order. */
export class MatchLog {
  private readonly bySource = new Map<string, { matches: LoggedMatch[]; more: number }>();
  private readonly wanted: Address | undefined;
  private readonly limits: { sources: number; ofSource: number; ofAll: number };
  private kept = 0;

  /** With `wanted`, only that source is kept. */
  constructor(wanted: Address | undefined, limits: MatchLog['limits'] = LIMITS) {
    this.wanted = wanted;
    this.limits = limits;
  }

  add(match: Match, capture: string): void {
    if (this.wanted !== undefined && match.source !== this.wanted) return;
    const source = addressText(match.source);
    let log = this.bySource.get(source);
    if (log === undefined) {
      if (this.bySource.size >= this.limits.sources) return;
      log = { matches: [], more: 0 };
      this.bySource.set(source, log);
    }
    if (log.matches.length >= this.limits.ofSource || this.kept >= this.limits.ofAll) log.more++;
    else {
      log.matches.push({ match: { ...match, seen: shortSeen(match.seen) }, capture });
      this.kept++;
    }
  }

  of(source: string): { readonly matches: readonly LoggedMatch[]; readonly more: number } {
    return this.bySource.get(source) ?? { matches: [], more: 0 };
  }
}

/** A start line may have 64 KiB. The copy does not hold on to the text that it was cut from. */
function shortSeen(text: string): string {
  return Buffer.from(text.slice(0, 4 * SEEN_LENGTH), 'utf8').toString('utf8');
}

/** What is known of the source that is explained. */
export interface Explained {
  /** As `addressText` writes it. */
  readonly source: string;
  /** Its incidents, each as last told. */
  readonly incidents: readonly Alert[];
  /** It sent SIP in these captures. */
  readonly seen: boolean;
}

/** What was seen of a source, in order, and why it counted. */
export function explanation(
  { source, incidents, seen }: Explained,
  log: MatchLog,
  width: number,
  paint: Paint,
): string {
  const { matches, more } = log.of(source);
  const lines: string[] = [];
  for (const alert of incidents) lines.push(...verdict(alert, width, paint), '');
  if (matches.length === 0) {
    if (incidents.length === 0) lines.push(...innocent(source, seen, width));
    if (more > 0) lines.push(...wrap(`${counted(more, 'match', 'matches')}, not kept`, width, 0));
    return `${lines.join('\n').trimEnd()}\n`;
  }
  if (incidents.length === 0) lines.push(`${source}: no incident`, '');
  const start = matches[0]!.match.time;
  const reaching = new Set(
    matches.flatMap(({ match }) => (match.became === 'counted' ? [] : [match.signature])),
  );
  const runs = runsOf(matches);
  const print = (run: Run) => runLines(run, start, width, paint);
  const told = runs.filter(({ signature }) => reaching.has(signature));
  const near = runs.filter(({ signature }) => !reaching.has(signature));
  const since = `from ${clockTime(start)} UTC (seconds, file:packet)`;
  if (told.length > 0) {
    lines.push(...wrap(`What was seen, ${since}:`, width, 0), ...told.flatMap(print));
  }
  if (near.length > 0) {
    if (told.length > 0) lines.push('');
    const when = told.length > 0 ? '' : `, ${since}`;
    lines.push(...wrap(`Counted, but not enough${when}:`, width, 0), ...near.flatMap(print));
  }
  if (more > 0) {
    lines.push(
      ...wrap(`… and ${counted(more, 'later match', 'later matches')}, not kept`, width, 0),
    );
  }
  return `${lines.join('\n')}\n`;
}

function innocent(source: string, seen: boolean, width: number): string[] {
  return seen
    ? [
        `${source}: no incident`,
        ...wrap('It sent SIP, and no signature matched anything of it.', width, 2),
      ]
    : [
        `${source}: not seen`,
        ...wrap('It sent no SIP request in these captures on the ports looked at.', width, 2),
      ];
}

function verdict(alert: Alert, width: number, paint: Paint): string[] {
  const { severity, confidence, confidenceReasons, spoofable } = alert;
  const how = severity === 'info' ? reached(alert) : `stage ${reached(alert)}`;
  const head = `${whoText(alert)}: ${severity}, ${how}, confidence ${confidence}`;
  const lines = wrap(head, width, 0).map((line) => paint('bold', line));
  lines.push(...wrap(`${alert.reason}.`, width, 2), ...stepLines(alert, width));
  if (confidenceReasons.length > 0) {
    lines.push(...wrap(`Confidence ${confidence}: ${confidenceReasons.join('; ')}.`, width, 2));
  }
  if (spoofable) {
    lines.push(
      ...wrap('It never showed that it receives our packets: the address may be forged.', width, 2),
    );
  }
  for (const missing of alert.degraded) lines.push(...wrap(`Weakened: ${missing}.`, width, 2));
  for (const advice of adviceOf(alert)) lines.push(...wrap(advice, width, 2));
  return lines;
}

/** How far it got, step by step, and why each counted. */
function stepLines({ history, severity }: Alert, width: number): string[] {
  if (history.length < 2) return [];
  const lines = history.flatMap((entry) => {
    const far = severity === 'info' ? entry.severity : `${entry.severity}, ${entry.stage}`;
    return wrap(`${clockTime(entry.time)}  ${far}: ${entry.reason} (${entry.rule})`, width, 4);
  });
  return [...wrap('How it got there:', width, 2), ...lines];
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

/** Columns for the time; what was seen then stands to the right of it. */
const INDENT = 14;

function runLines(run: Run, start: number, width: number, paint: Paint): string[] {
  const { first, signature } = run;
  const when = `+${(first.match.time - start).toFixed(3)}`.padStart(12);
  const where =
    first.match.frameNumber === 0
      ? 'time-out'
      : `${printable(basename(first.capture))}:${first.match.frameNumber}`;
  const seen = redactText(first.match.seen, SEEN_LENGTH);
  const [head = '', ...more] = wrap(
    `${where}  ${seen}  ${signature.id} ${signature.title}`,
    width,
    INDENT,
  );
  const painted = [head.replace(' '.repeat(INDENT), `${when}  `), ...more].map((line) =>
    line.replace(signature.id, (id) => paint('bold', id)),
  );
  return [...painted, ...wrap(whatItMeant(run, start), width, INDENT)];
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
      const values = valuesText(run).slice(2);
      const enough =
        signature.count === undefined
          ? held
          : `${values === '' ? '' : `${values}, and `}that is enough: it ${needText(signature)}`;
      return `finding, ${signature.severity}/${signature.confidence}: ${enough}`;
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
