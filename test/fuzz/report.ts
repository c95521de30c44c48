import type { Campaign } from './campaign.js';
import { slopeOf } from './heap.js';
import { sizeOf } from './piece.js';
import type { SlowInput } from './slowest.js';

const MEGABYTE = 1024 * 1024;

/** What came of a campaign, as Markdown that is also readable as it is. */
export function summary(
  campaign: Campaign,
  slowest: readonly (readonly [string, readonly SlowInput[]])[],
  command: string,
): string {
  return [
    `- Command: \`${command}\`, on ${new Date().toISOString().slice(0, 10)}, Node ${process.version}`,
    `- ${number(campaign.mutated)} mutated packets, ${number(campaign.fed)} packets in all, in ${minutes(campaign.seconds)} (${minutes(campaign.processorSeconds)} of a processor): ${number(campaign.mutated / campaign.processorSeconds)} mutated packets for each second of it`,
    `- Broken promises: ${campaign.failures.length === 0 ? 'none' : campaign.failures.map(({ rule }) => rule).join('; ')}`,
    ...heapLines(campaign),
    '',
    '| target | mutated packets | fed in all | seeds | behaviours | inputs kept | slowest packet |',
    '|---|--:|--:|--:|--:|--:|--:|',
    ...campaign.fuzzers.map((fuzzer, i) => {
      const { target, mutated, fed, behaviours, corpus } = fuzzer;
      const [dearest] = slowest[i]![1];
      const cost = dearest === undefined ? '-' : `${dearest.cost.ms.toFixed(2)} ms`;
      const cells = [mutated, fed, target.seeds.length, behaviours.size, corpus.size].map(number);
      return `| ${target.name} | ${cells.join(' | ')} | ${cost} |`;
    }),
    '',
    ...slowLines(slowest),
    '',
  ].join('\n');
}

function heapLines({ heap }: Campaign): string[] {
  const first = heap[Math.min(2, heap.length - 1)];
  const last = heap.at(-1);
  if (first === undefined || last === undefined) return [];
  const of = (bytes: number) => `${(bytes / MEGABYTE).toFixed(1)} MB`;
  const slope = `${(slopeOf(heap) / MEGABYTE).toFixed(2)} MB for each million packets`;
  return [
    `- Heap after warm-up (${number(first.packets)} packets) ${of(first.bytes)} with ${number(first.entries)} table entries; at the end ${of(last.bytes)} with ${number(last.entries)}; over the later half ${slope}`,
  ];
}

/** The ten slowest of all targets. */
function slowLines(slowest: readonly (readonly [string, readonly SlowInput[]])[]): string[] {
  const all = slowest
    .flatMap(([target, slow]) => slow.map((one) => ({ target, ...one })))
    .sort((a, b) => b.cost.ms - a.cost.ms)
    .slice(0, 10);
  if (all.length === 0) return [];
  return [
    '| slowest | target | bytes | packet of input | what it is |',
    '|--:|---|--:|---|---|',
    ...all.map(({ target, cost, input }) => {
      const { length } = input[cost.at]?.bytes ?? { length: sizeOf(input) };
      const place = `${cost.at + 1} of ${input.length}`;
      const kind = cost.kind.replaceAll('|', '/').slice(0, 120);
      return `| ${cost.ms.toFixed(3)} ms | ${target} | ${number(length)} | ${place} | ${kind} |`;
    }),
  ];
}

/** A line that says how far it is, for a terminal. */
export function progressLine(campaign: Campaign): string {
  const { mutated, seconds, done, fuzzers } = campaign;
  const kept = fuzzers.reduce((sum, { corpus }) => sum + corpus.size, 0);
  const rate = seconds > 0 ? mutated / seconds : 0;
  const left = done > 0 ? (seconds / done) * (1 - done) : 0;
  return `${(done * 100).toFixed(1)} %, ${number(mutated)} mutated packets, ${number(rate)}/s, ${number(kept)} inputs kept, ${minutes(left)} left`;
}

function minutes(seconds: number): string {
  return seconds < 90 ? `${seconds.toFixed(0)} s` : `${(seconds / 60).toFixed(1)} min`;
}

function number(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}
