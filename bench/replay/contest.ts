import { createReadStream, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CachedCapture } from '../capture/cached-capture.js';
import type { Say } from '../say.js';
import { type Cost, timedCommand } from '../timed-command.js';
import { type Contestant, contestants, missing } from './contestants.js';

/** What all rounds gave for one contestant. */
export interface Standing {
  readonly name: string;
  readonly does: string;
  readonly costs: readonly Cost[];
  /** Why there are none. */
  readonly skipped?: string;
}

/**
 * Each contestant goes through the same file once in each round, one after another, so that what
 * else the machine does falls on all of them alike. Before the first round the file is read once, so
 * that it is in memory for all.
 */
export async function contest(
  capture: CachedCapture,
  rounds: number,
  say: Say,
): Promise<readonly Standing[]> {
  const all = contestants();
  const present = all.filter((contestant) => missing(contestant) === undefined);
  const costs = new Map<Contestant, Cost[]>(present.map((contestant) => [contestant, []]));
  const output = join(tmpdir(), `sipseer-bench-${process.pid}.json`);
  try {
    for await (const _ of createReadStream(capture.path));
    for (let round = 0; round < rounds; round++) {
      for (const contestant of present) {
        if (contestant.isSlow && round % 2 === 1) continue;
        say(`round ${round + 1} of ${rounds}: ${contestant.name}`);
        const command = [...contestant.command, capture.path];
        const cost = await timedCommand(command, contestant.writes ? output : undefined);
        costs.get(contestant)!.push(cost);
      }
    }
  } finally {
    rmSync(output, { force: true });
  }
  return all.map((contestant) => {
    const { name, does } = contestant;
    const skipped = missing(contestant);
    return skipped === undefined
      ? { name, does, costs: costs.get(contestant)! }
      : { name, does, costs: [], skipped };
  });
}
