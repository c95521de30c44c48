import { CLASSES, type FindingClass } from '../../src/rules/signature.js';
import { type Evaluation, medianPackets, recall } from './evaluation.js';
import { type Family, VARIATION_NAMES } from './family.js';
import { isRightStage, type Verdict } from './judge.js';
import { VARIATIONS } from './variations.js';

/** What came of an evaluation, as Markdown that is also readable as it is. */
export function summary(evaluation: Evaluation, command: string): string {
  return [
    ...headLines(evaluation, command),
    ...section('Per class', classTable(evaluation)),
    ...section('Per variation', variationTable(evaluation)),
    ...section('Attacks', attackTable(evaluation)),
    ...section('Innocents', innocentTable(evaluation)),
    ...section('Without a variation', withoutTable(evaluation)),
    ...section('Missed', missTable(evaluation)),
    ...section('Innocents accused (medium or above)', alarmTable(evaluation, 'accused')),
    ...section('Innocents suspected (low)', alarmTable(evaluation, 'suspected')),
    ...section('Another stage than expected', stageTable(evaluation)),
  ].join('\n');
}

function headLines(evaluation: Evaluation, command: string): string[] {
  const { verdicts } = evaluation;
  const attacks = evaluation.attacks();
  const innocents = evaluation.innocents();
  const frames = verdicts.reduce((sum, verdict) => sum + verdict.frames, 0);
  const plain = attacks.filter(({ variation }) => variation === 'plain');
  const varied = attacks.filter(({ variation }) => variation !== 'plain');
  const alarms = innocents.reduce((sum, { accused }) => sum + accused.length, 0);
  const broken = evaluation.broken();
  return [
    `- Command: \`${command}\`, Node ${process.version}`,
    `- ${familiesOf(attacks).length} attack families in ${attacks.length} runs, ${familiesOf(innocents).length} innocent families in ${innocents.length} runs; ${number(frames)} frames, ${number(hoursOf(innocents))} innocent hours of packet time`,
    `- Recall: ${share(recall(plain))} of the plain runs, ${share(recall(varied))} of the variations`,
    `- Innocents accused of medium or more: ${alarms} in innocent traffic, ${attacks.reduce((sum, { accused }) => sum + accused.length, 0)} beside an attack`,
    `- Goals: ${broken.length === 0 ? 'met' : `not met: ${broken.join('; ')}`}`,
    '',
  ];
}

function section(title: string, table: readonly string[]): string[] {
  return table.length === 0 ? [] : [`### ${title}`, '', ...table, ''];
}

/** Rows under a head; nothing where there are no rows. Numbers stand on the right. */
function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  if (rows.length === 0) return [];
  const line = head.map((_, i) => (/^[\d.,]+ ?%?$|^-$/.test(rows[0]![i]!) ? '--:' : '---'));
  const cells = (row: readonly string[]) => `| ${row.map(escaped).join(' | ')} |`;
  return [cells(head), `|${line.join('|')}|`, ...rows.map(cells)];
}

const escaped = (text: string) => text.replaceAll('|', '\\|').replaceAll(/\s+/g, ' ');

const MEASURES = ['recall, plain', 'recall, varied', 'packets', 'wrong stage', 'wrong source'];

/** Recall plain and varied, median packets of the plain runs, runs with a wrong stage or source. */
function measures(verdicts: readonly Verdict[]): string[] {
  const plain = verdicts.filter(({ variation }) => variation === 'plain');
  const varied = verdicts.filter(({ variation }) => variation !== 'plain');
  const packets = medianPackets(plain);
  return [
    share(recall(plain)),
    share(recall(varied)),
    packets === undefined ? '-' : number(packets),
    number(verdicts.filter((verdict) => isRightStage(verdict) === false).length),
    number(verdicts.filter(({ accused }) => accused.length > 0).length),
  ];
}

/** A family counts in the class that it names first; a false alert in that of its rule. */
function classTable(evaluation: Evaluation): string[] {
  const attacks = evaluation.attacks();
  const innocents = evaluation.innocents();
  const hours = hoursOf(innocents);
  const rows = CLASSES.flatMap((name) => {
    const own = attacks.filter(({ family }) => family.classes[0] === name);
    const alarms = alarmsOf(innocents, name, 'accused');
    const low = alarmsOf(innocents, name, 'suspected');
    if (own.length + alarms + low === 0) return [];
    const perHour = (count: number) => (hours === 0 ? '-' : (count / hours).toFixed(3));
    const families = number(familiesOf(own).length);
    return [[name, families, ...measures(own), perHour(alarms), perHour(low)]];
  });
  const alarms = ['false alerts an innocent hour', 'low ones'];
  return table(['class', 'families', ...MEASURES, ...alarms], rows);
}

function alarmsOf(
  verdicts: readonly Verdict[],
  name: FindingClass,
  kind: 'accused' | 'suspected',
): number {
  return verdicts.flatMap((verdict) => verdict[kind]).filter((one) => one.class === name).length;
}

function variationTable(evaluation: Evaluation): string[] {
  const rows = VARIATION_NAMES.flatMap((name) => {
    const attacks = evaluation.attacks().filter(({ variation }) => variation === name);
    const innocents = evaluation.innocents().filter(({ variation }) => variation === name);
    if (attacks.length + innocents.length === 0) return [];
    const alarms = innocents.reduce((sum, { accused }) => sum + accused.length, 0);
    const { description } = VARIATIONS[name];
    const found = attacks.filter(({ detected }) => detected).length;
    const cells = [number(attacks.length), number(found), share(recall(attacks))];
    return [[name, description, ...cells, number(innocents.length), number(alarms)]];
  });
  const head = ['variation', 'what it is', 'attack runs', 'found', 'recall'];
  return table([...head, 'innocent runs', 'false alerts'], rows);
}

function attackTable(evaluation: Evaluation): string[] {
  const attacks = evaluation.attacks();
  const rows = familiesOf(attacks).map((family) => {
    const own = attacks.filter((verdict) => verdict.family === family);
    const { name, point, classes, description } = family;
    return [name, number(point), classes.join(', '), ...measures(own), description];
  });
  return table(['family', 'point', 'classes', ...MEASURES, 'what happens'], rows);
}

function innocentTable(evaluation: Evaluation): string[] {
  const innocents = evaluation.innocents();
  const rows = familiesOf(innocents).map((family) => {
    const own = innocents.filter((verdict) => verdict.family === family);
    const count = (kind: 'accused' | 'suspected') =>
      number(own.reduce((sum, verdict) => sum + verdict[kind].length, 0));
    const hours = hoursOf(own).toFixed(1);
    return [family.name, hours, count('accused'), count('suspected'), family.description];
  });
  return table(['family', 'hours', 'medium or above', 'low', 'what happens'], rows);
}

function withoutTable(evaluation: Evaluation): string[] {
  const rows = familiesOf(evaluation.verdicts).flatMap(({ name, without }) =>
    Object.entries(without ?? {}).map(([variation, reason]) => [name, variation, reason]),
  );
  return table(['family', 'not played', 'because'], rows);
}

function missTable(evaluation: Evaluation): string[] {
  const rows = evaluation.misses().map(({ family, variation, seed, stage }) => {
    const said = stage === undefined ? 'nothing' : `an incident at ${stage}, of another class`;
    return [family.name, variation, number(seed), said];
  });
  return table(['family', 'variation', 'seed', 'what was said'], rows);
}

function alarmTable(evaluation: Evaluation, kind: 'accused' | 'suspected'): string[] {
  const rows = evaluation.verdicts.flatMap((verdict) => {
    const { family, variation, seed } = verdict;
    return verdict[kind].map(({ accused, severity, rules, reason }) => {
      return [family.name, variation, number(seed), accused, severity, rules.join(', '), reason];
    });
  });
  // Many phones that are accused alike would fill pages: the first twenty of a family show it.
  const shown = rows.filter(
    (row, i) => rows.slice(0, i).filter(([name]) => name === row[0]).length < 20,
  );
  return table(['family', 'variation', 'seed', 'who', 'severity', 'rules', 'reason'], shown);
}

function stageTable(evaluation: Evaluation): string[] {
  const rows = evaluation.wrongStages().map(({ family, variation, seed, stage }) => {
    return [family.name, variation, number(seed), stage ?? '-', family.stage];
  });
  return table(['family', 'variation', 'seed', 'stage', 'expected'], rows);
}

/** Each family once, in order. */
function familiesOf(verdicts: readonly Verdict[]): Family[] {
  return [...new Set(verdicts.map(({ family }) => family))];
}

function hoursOf(verdicts: readonly Verdict[]): number {
  return verdicts.reduce((sum, { hours }) => sum + hours, 0);
}

/** Cut, not rounded: 99.96 % is not all. */
function share(part: number | undefined): string {
  return part === undefined ? '-' : `${(Math.floor(part * 1000) / 10).toString()} %`;
}

function number(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}
