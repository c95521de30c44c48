import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../../src/package-root.js';
import { Campaign } from './campaign.js';
import { writeCase } from './case-file.js';
import type { Failure } from './fuzzer.js';
import { HELP, type Options, readOptions, UsageError } from './options.js';
import { progressLine, summary } from './report.js';
import type { SlowInput } from './slowest.js';
import { makeTargets } from './targets.js';

const CLIMB_EVERY = 50;
/** Between two progress lines (seconds). */
const PROGRESS = 1;
/** Fewer packets are not worth the flood that fills the tables. */
const WORTH_A_FLOOD = 150_000;
const DOCS = 'docs/FUZZING.md';
const BEGIN = '<!-- the last run -->';
const END = '<!-- end of the last run -->';

process.exitCode = await main(process.argv.slice(2));

async function main(args: readonly string[]): Promise<number> {
  try {
    const options = readOptions(args);
    if (options === 'help') {
      process.stdout.write(HELP);
      return 0;
    }
    return await fuzz(options, args);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    process.stderr.write(`fuzz: ${error.message}\nfuzz: --help says more\n`);
    return 2;
  }
}

async function fuzz(options: Options, args: readonly string[]): Promise<number> {
  const { packets, minutes, seed, limit } = options;
  const isLong = packets >= WORTH_A_FLOOD && minutes >= 1;
  const targets = await makeTargets(options.targets, isLong ? {} : { flood: 0 });
  let told = 0;
  const campaign = new Campaign(targets, {
    seed,
    packets,
    seconds: minutes * 60,
    climbEvery: CLIMB_EVERY,
    onProgress(now) {
      if (!process.stderr.isTTY || now.seconds - told < PROGRESS) return;
      told = now.seconds;
      process.stderr.write(`\r\x1b[K${progressLine(now)}`);
    },
  });
  campaign.run();
  if (process.stderr.isTTY) process.stderr.write('\r\x1b[K');
  const slowest = campaign.slowest();
  const text = summary(campaign, slowest, `npm run fuzz -- ${args.join(' ')}`.trimEnd());
  process.stdout.write(text);
  if (options.writeDocs) writeDocs(text);
  const slow = slowest.flatMap(([target, all]) =>
    all.filter(({ cost }) => cost.ms > limit).map((one) => ({ target, ...one })),
  );
  for (const failure of campaign.failures) tellFailure(options, failure);
  for (const [i, one] of slow.entries()) tellSlow(options, one, i + 1);
  return campaign.failures.length + slow.length === 0 ? 0 : 1;
}

function tellFailure({ out, seed }: Options, failure: Failure): void {
  const { target, rule, error, inputs, reproduced } = failure;
  mkdirSync(out, { recursive: true });
  const did = error instanceof Error ? error.message : String(error);
  const path = writeCase(out, { name: `${target}-seed-${seed}`, target, did, inputs });
  const how = reproduced ? 'the smallest input' : 'not seen again; what came last';
  const stack = error instanceof Error && error.stack !== undefined ? `\n${error.stack}` : '';
  process.stderr.write(`fuzz: ${target}: ${rule}: ${how} is in ${path}${stack}\n`);
}

function tellSlow(
  { out, limit }: Options,
  { target, cost, input }: SlowInput & { target: string },
  place: number,
): void {
  mkdirSync(out, { recursive: true });
  const did = `cost ${cost.ms.toFixed(2)} ms: ${cost.kind}`;
  const path = writeCase(out, { name: `${target}-slow-${place}`, target, did, inputs: [input] });
  process.stderr.write(
    `fuzz: ${target}: a packet ${did}, more than ${limit} ms; it is in ${path}\n`,
  );
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
