import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Terminal, terminalOf } from '../../src/cli/terminal.js';
import type { Alert } from '../../src/incident/alert.js';
import { packageRoot } from '../../src/package-root.js';
import { RAW_LINK } from '../../src/selftest/ip-frame.js';
import { makePcap } from '../support/pcap-writer.js';
import { type Evaluation, evaluate, type PlannedRun, plan } from './evaluation.js';
import { loadFamilies } from './families.js';
import type { Family } from './family.js';
import { HELP, type Options, readOptions, UsageError } from './options.js';
import { summary } from './report.js';
import { Rules, START } from './run-family.js';
import { play } from './variations.js';

const DOCS = 'docs/QUALITY.md';
const BEGIN = '<!-- the last run -->';
const END = '<!-- end of the last run -->';
const BAR_WIDTH = 30;

// Whoever reads the first lines only (`| head`) has what he wants.
process.stdout.on('error', () => process.exit(1));
process.exitCode = await main(process.argv.slice(2));

async function main(args: readonly string[]): Promise<number> {
  try {
    const options = readOptions(args);
    if (options === 'help') {
      process.stdout.write(HELP);
      return 0;
    }
    const families = chosen(await loadFamilies(), options);
    if (options.list) return list(families);
    return run(options, plan(families, options.seeds, options.variations), args);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    process.stderr.write(`evaluate: ${error.message}\nevaluate: --help says more\n`);
    return 2;
  }
}

/** A whole name stands for that family alone, part of a name for all that have it. */
function chosen(all: readonly Family[], { families, kind }: Options): Family[] {
  const ofKind = all.filter((family) => kind === undefined || family.kind === kind);
  if (families.length === 0) return ofKind;
  const found = families.flatMap((wanted) => {
    const exact = ofKind.filter(({ name }) => name === wanted);
    return exact.length > 0 ? exact : ofKind.filter(({ name }) => name.includes(wanted));
  });
  if (found.length === 0) {
    throw new UsageError(`no family is named like ${families.join(', ')}; --list names them`);
  }
  return ofKind.filter((family) => found.includes(family));
}

function list(families: readonly Family[]): number {
  const lines = families.map(({ kind, point, name, description }) => {
    const what = kind === 'attack' ? `attack ${point}` : kind;
    return `${name} (${what}): ${description}\n`;
  });
  process.stdout.write(lines.join(''));
  return 0;
}

function run(options: Options, runs: readonly PlannedRun[], args: readonly string[]): number {
  if (runs.length === 0) throw new UsageError('the family does without this variation');
  if (options.writePcap !== undefined) writePcap(options.writePcap, runs);
  const terminal = terminalOf(process.stderr);
  const progress = (done: number) => showProgress(terminal, done, runs);
  const evaluation = evaluate(new Rules(), runs, {
    onProgress: options.trace ? () => {} : progress,
    ...(options.trace ? { onRun: traceRun, onAlert: traceAlert } : {}),
  });
  if (terminal.redraws) process.stderr.write('\r\x1b[K');
  const text = summary(evaluation, `npm run evaluate -- ${args.join(' ')}`.replace(/ -- $/, ''));
  process.stdout.write(text);
  if (options.writeDocs) writeDocs(text);
  return tellGoals(evaluation);
}

function tellGoals(evaluation: Evaluation): number {
  const { paint } = terminalOf(process.stderr);
  const broken = evaluation.broken();
  for (const goal of broken) process.stderr.write(`evaluate: ${paint('red', goal)}\n`);
  return broken.length === 0 ? 0 : 1;
}

function showProgress(
  { redraws, columns, paint }: Terminal,
  done: number,
  runs: readonly PlannedRun[],
) {
  if (!redraws) return;
  const part = done / runs.length;
  const filled = Math.round(part * BAR_WIDTH);
  const bar = `${'█'.repeat(filled)}${'░'.repeat(BAR_WIDTH - filled)}`;
  const next = runs[done];
  const doing = next === undefined ? '' : `${next.family.name}, ${next.variation}`;
  const line = `  ${done}/${runs.length}  ${doing}`.slice(0, Math.max(0, columns - BAR_WIDTH - 1));
  process.stderr.write(`\r\x1b[K${paint('green', bar)}${line}`);
}

function traceRun({ family, variation, seed }: PlannedRun): void {
  process.stdout.write(`${family.name}, ${variation}, seed ${seed}\n`);
}

/** One line an alert, for whoever looks why. */
function traceAlert(alert: Alert): void {
  const { time, state, actor, rule, class: name, stage, severity, confidence, reason } = alert;
  const at = (time - START).toFixed(1).padStart(9);
  const what = `${rule} ${name} ${stage} ${severity}/${confidence}`;
  process.stdout.write(`${at} ${state.padEnd(6)} ${actor.name} ${what}: ${reason}\n`);
}

function writePcap(path: string, runs: readonly PlannedRun[]): void {
  const [run] = runs;
  if (run === undefined || runs.length > 1) {
    throw new UsageError(
      `--write-pcap needs one family, variation and seed, not ${runs.length} runs`,
    );
  }
  const { frames } = play(run.family, run.variation, run.seed);
  const timed = frames.map(({ at, bytes }) => ({ time: START + at, bytes, linkType: RAW_LINK }));
  writeFileSync(path, makePcap(timed));
}

/** Puts the summary in the place for it; the words round it stay. */
function writeDocs(text: string): void {
  const path = join(packageRoot(), DOCS);
  const before = readFileSync(path, 'utf8');
  const from = before.indexOf(BEGIN);
  const to = before.indexOf(END);
  if (from === -1 || to < from) throw new Error(`${DOCS} has no place for the last run`);
  const after = `${before.slice(0, from + BEGIN.length)}\n\n${text}\n${before.slice(to)}`;
  writeFileSync(path, after);
}
