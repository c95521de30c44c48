import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makePcap } from '../../test/support/pcap-writer.js';
import { type CachedCapture, cachedForgedCapture } from '../capture/cached-capture.js';
import { medianOf } from '../micro/measure.js';
import { contestants, SIPSEER } from '../replay/contestants.js';
import { atMost, MIB, mebibytes, type Target } from '../report.js';
import type { Say } from '../say.js';
import { timedCommand } from '../timed-command.js';
import { childProgram } from './child-program.js';

const FEW = 50;
const MANY = 1000;
const LIVE_SOURCES = [10_000, 100_000, 1_000_000] as const;

export interface Measurement {
  readonly targets: readonly Target[];
  /** What the targets do not tell, line by line. */
  readonly lines: readonly string[];
}

/** What a flood of forged sources takes of memory, in a replay. */
export async function forgedSources(sources: number, say: Say): Promise<Measurement> {
  say(`${sources.toLocaleString('en')} forged sources`);
  const capture = cachedForgedCapture(sources);
  const { peak, wall } = await timedCommand([...replay(), capture]);
  const target: Target = {
    what: `peak memory under ${sources.toLocaleString('en')} forged sources`,
    wanted: 'at most 256 MiB',
    got: mebibytes(peak),
    isMet: Number.isNaN(peak) ? undefined : peak <= 256 * MIB,
  };
  const rate = Math.round(sources / wall).toLocaleString('en');
  return { targets: [target], lines: [`Forged sources: ${rate} datagrams/s.`] };
}

/** How much more many signatures cost than few, on the same frames. */
export async function signatureCounts(
  { path, messages }: CachedCapture,
  rounds: number,
  say: Say,
): Promise<Measurement> {
  const found = new Map<number, number[]>([
    [FEW, []],
    [MANY, []],
  ]);
  for (let round = 0; round < rounds; round++) {
    for (const [count, costs] of found) {
      say(`${count} signatures, round ${round + 1} of ${rounds}`);
      costs.push(Number(await childProgram('signature-run.js', [count, path])));
    }
  }
  const [few, many] = [FEW, MANY].map((count) => medianOf(found.get(count)!)) as [number, number];
  const each = (seconds: number) => `${((1e6 * seconds) / messages).toFixed(2)} µs`;
  return {
    targets: [atMost(`${MANY} signatures against ${FEW}`, many / few, 1.2)],
    lines: [`Signatures: ${each(few)} a message with ${FEW}, ${each(many)} with ${MANY}.`],
  };
}

/** Whether a message costs the same however many phones there are. */
export async function sourceCounts(rounds: number, say: Say): Promise<Measurement> {
  const found = new Map<number, number[]>(LIVE_SOURCES.map((sources) => [sources, []]));
  for (let round = 0; round < rounds; round++) {
    for (const [sources, costs] of found) {
      say(`${sources.toLocaleString('en')} live sources, round ${round + 1} of ${rounds}`);
      costs.push(Number(await childProgram('source-run.js', [sources])));
    }
  }
  const medians = LIVE_SOURCES.map((sources) => medianOf(found.get(sources)!));
  const told = LIVE_SOURCES.map(
    (sources, i) => `${medians[i]!.toFixed(2)} µs with ${sources.toLocaleString('en')}`,
  );
  return {
    targets: [
      atMost('a message of 1,000,000 live sources against 10,000', medians[2]! / medians[0]!, 1.1),
    ],
    lines: [`Live sources: a message costs ${told.join(', ')}.`],
  };
}

/** From the start to the end of a replay of nothing. */
export async function startUp(rounds: number, say: Say): Promise<Measurement> {
  const folder = mkdtempSync(join(tmpdir(), 'sipseer-bench-'));
  try {
    const path = join(folder, 'empty.pcap');
    writeFileSync(path, makePcap([]));
    const walls: number[] = [];
    for (let round = 0; round < rounds; round++) {
      say(`start, round ${round + 1} of ${rounds}`);
      walls.push((await timedCommand([...replay(), path])).wall);
    }
    const line = `Start: a replay of a capture without frames takes ${medianOf(walls).toFixed(2)} s.`;
    return { targets: [], lines: [line] };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The command, without the name of the capture. */
function replay(): readonly string[] {
  return contestants().find(({ name }) => name === SIPSEER)!.command;
}
