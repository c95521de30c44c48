import { parseArgs } from 'node:util';
import { TARGET_NAMES, type TargetName } from './targets.js';

export interface Options {
  readonly packets: number;
  readonly minutes: number;
  readonly seed: number;
  readonly targets: readonly TargetName[];
  /** Folder for what fails. */
  readonly out: string;
  /** Milliseconds that a packet may cost. */
  readonly limit: number;
  readonly writeDocs: boolean;
}

/** What is wrong with the command line, in a line; or the request for help. */
export class UsageError extends Error {}

export const HELP = `Feeds the sensor with mutated packets until something breaks, and looks for slow ones.

  npm run fuzz -- --packets 10000000 --seed 1

  --packets N     mutated packets to make, all targets together (default 200000)
  --minutes N     ends after so many minutes, if that is earlier
  --seed N        where the numbers begin: the same seed makes the same packets (default 1)
  --target NAME   only this one; may be given again. One of:
                  ${TARGET_NAMES.join(', ')}
  --limit-ms N    what one packet of up to 64 KB may cost (default 2)
  --out FOLDER    where the smallest failing inputs go (default build/fuzz)
  --write-docs    writes what was found to docs/FUZZING.md
  --help          this text

A failing input is written as FOLDER/NAME.json. To keep it, move it to test/cases/crashes/ and say
in its "did" what it did: from then on each test run feeds it again.
Exit code: 0 nothing broke, 1 something did or was too slow, 2 wrong command line.
`;

/** Throws UsageError. */
export function readOptions(args: readonly string[]): Options | 'help' {
  const values = parsed(args);
  if (values.help === true) return 'help';
  const targets = (values.target ?? []).map(targetOf);
  return {
    packets: whole('--packets', values.packets, values.minutes === undefined ? 200_000 : 1e15),
    minutes: positive('--minutes', values.minutes, 1e9),
    seed: whole('--seed', values.seed, 1),
    targets: targets.length === 0 ? TARGET_NAMES : targets,
    out: values.out ?? 'build/fuzz',
    limit: positive('--limit-ms', values['limit-ms'], 2),
    writeDocs: values['write-docs'] ?? false,
  };
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        packets: { type: 'string' },
        minutes: { type: 'string' },
        seed: { type: 'string' },
        target: { type: 'string', multiple: true },
        'limit-ms': { type: 'string' },
        out: { type: 'string' },
        'write-docs': { type: 'boolean' },
        help: { type: 'boolean' },
      },
    }).values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

function targetOf(name: string): TargetName {
  const known = TARGET_NAMES.find((one) => one === name);
  if (known === undefined) {
    throw new UsageError(`no target "${name}"; there are: ${TARGET_NAMES.join(', ')}`);
  }
  return known;
}

function whole(option: string, text: string | undefined, otherwise: number): number {
  if (text === undefined) return otherwise;
  if (!/^\d{1,15}$/.test(text))
    throw new UsageError(`${option} takes a whole number, not "${text}"`);
  return Number(text);
}

function positive(option: string, text: string | undefined, otherwise: number): number {
  const value = text === undefined ? otherwise : Number(text);
  if (!(value > 0)) throw new UsageError(`${option} takes a number above 0, not "${text}"`);
  return value;
}
