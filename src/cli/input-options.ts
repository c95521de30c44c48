import { type Command, Option } from 'commander';
import type { Address } from '../wire/address.js';
import { parseAddresses } from './address-list.js';
import { parsePorts } from './port-list.js';

/** What `replay` and `explain` share. */
export interface InputOptions {
  readonly config?: string;
  readonly ports?: ReadonlySet<number> | 'any';
  readonly trustedTunnels?: (address: Address) => boolean;
  readonly signatures?: string[];
  readonly separate?: boolean;
  readonly quiet?: boolean;
  readonly color: boolean;
}

/** Adds the argument and the options of commands that read captures. */
export function addInputOptions(command: Command): Command {
  return command
    .argument('<path...>', 'capture files, directories, or - for standard input')
    .option(
      '-c, --config <file>',
      'ports, signatures, tunnels, peers and numbers as in this configuration; what is said here stands above it',
    )
    .addOption(
      new Option(
        '--ports <list>',
        'look for SIP on these ports alone: 5060,5070-5080 or "any" (default: 5060,5061)',
      ).argParser(parsePorts),
    )
    .addOption(
      new Option(
        '--trusted-tunnels <list>',
        'believe what comes in tunnels between these addresses: private,192.0.2.0/24 (default: private)',
      ).argParser(parseAddresses),
    )
    .option('--separate', 'look at each file by itself, also where one follows another in time')
    .addOption(signaturesOption())
    .option('-q, --quiet', 'no progress and no summary; warnings and errors are still printed');
}

/** `--signatures A --signatures B`: one value each, so that it does not take the paths as well. */
export function signaturesOption(): Option {
  return new Option(
    '--signatures <path>',
    'a folder or file with more signatures; may be given again',
  ).argParser((path: string, before: string[] | undefined) => [...(before ?? []), path]);
}
