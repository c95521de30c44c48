import { parseArgs } from 'node:util';
import { VARIATION_NAMES, type VariationName } from './family.js';

export interface Options {
  /** Names of families, or parts of them; none: all. */
  readonly families: readonly string[];
  readonly variations: readonly VariationName[];
  readonly seeds: readonly number[];
  readonly kind: 'attack' | 'innocent' | undefined;
  readonly trace: boolean;
  readonly list: boolean;
  readonly writePcap: string | undefined;
  readonly writeDocs: boolean;
}

/** What is wrong with the command line, in a line. */
export class UsageError extends Error {}

/** Seeds of a run that says none. */
const SEEDS = [1, 2, 3];

export const HELP = `Replays labelled traffic, attacks and innocents in many variations, and says what was found.

  npm run evaluate
  npm run evaluate -- --family NAME --variation plain --seed 1 --trace

  --family NAME     only families whose name contains this; may be given again
  --kind KIND       only attack, or only innocent families
  --variation NAME  only this one; may be given again. One of:
                    ${VARIATION_NAMES.join(', ')}
  --seed N          only this seed; may be given again (default ${SEEDS.join(', ')})
  --trace           prints the alerts of each run
  --write-pcap FILE writes the frames of a run to a capture file; needs one family, variation, seed
  --write-docs      writes what was found to docs/QUALITY.md; needs all families
  --list            prints the families and runs nothing
  --help            this text

Exit code: 0 the goals are met, 1 they are not, 2 wrong command line.
`;

/** Throws UsageError. */
export function readOptions(args: readonly string[]): Options | 'help' {
  const values = parsed(args);
  if (values.help === true) return 'help';
  const families = values.family ?? [];
  const variations = (values.variation ?? []).map(variationOf);
  const seeds = (values.seed ?? []).map(seedOf);
  const kind = kindOf(values.kind);
  const isPart = families.length + variations.length + seeds.length > 0 || kind !== undefined;
  if (values['write-docs'] === true && isPart) {
    throw new UsageError('--write-docs tells of all families, variations and seeds');
  }
  return {
    families,
    variations: variations.length === 0 ? VARIATION_NAMES : variations,
    seeds: seeds.length === 0 ? SEEDS : seeds,
    kind,
    trace: values.trace ?? false,
    list: values.list ?? false,
    writePcap: values['write-pcap'],
    writeDocs: values['write-docs'] ?? false,
  };
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        family: { type: 'string', multiple: true },
        kind: { type: 'string' },
        variation: { type: 'string', multiple: true },
        seed: { type: 'string', multiple: true },
        trace: { type: 'boolean' },
        list: { type: 'boolean' },
        'write-pcap': { type: 'string' },
        'write-docs': { type: 'boolean' },
        help: { type: 'boolean' },
      },
    }).values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

function kindOf(text: string | undefined): Options['kind'] {
  if (text === undefined || text === 'attack' || text === 'innocent') return text;
  throw new UsageError(`--kind is attack or innocent, not "${text}"`);
}

function variationOf(text: string): VariationName {
  const known = VARIATION_NAMES.find((one) => one === text);
  if (known === undefined) {
    throw new UsageError(`no variation "${text}"; there are: ${VARIATION_NAMES.join(', ')}`);
  }
  return known;
}

function seedOf(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new UsageError(`--seed takes a whole number, not "${text}"`);
  return Number(text);
}
