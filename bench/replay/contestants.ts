import { join } from 'node:path';
import { isInstalled } from '../../deploy/setup/steps.mjs';
import { packageRoot } from '../../src/package-root.js';

/** A program that goes through the capture. */
export interface Contestant {
  readonly name: string;
  /** Without the name of the capture. */
  readonly command: readonly string[];
  /** What it does with it. */
  readonly does: string;
  /** The package of Debian that has it, where it is not ours. */
  readonly debian?: string;
  /** So slow that only every second round has it. */
  readonly isSlow?: boolean;
  /** Standard output goes to a file, not to /dev/null. */
  readonly writes?: boolean;
}

export const SIPSEER = 'sipseer replay -q';
/** In plain JavaScript, and by what Node has in C++ for it. */
export const FLOORS = { bytes: 'floor: byte loop', indexOf: 'floor: indexOf' } as const;
export const SIPGREP = 'sipgrep';
export const SNGREP = 'sngrep';
export const TSHARKS = ['tshark fields', 'tshark sip,stat'];

/** sngrep keeps 20,000 dialogs by itself and then takes in no new ones. */
const ALL_DIALOGS = '10000000';

export function contestants(root = packageRoot()): readonly Contestant[] {
  const node = process.execPath;
  const sipseer = [node, join(root, 'dist/main.js'), 'replay'];
  const floor = [node, join(root, 'build/bench/replay/floor.js')];
  return [
    { name: SIPSEER, command: [...sipseer, '-q'], does: 'all signatures, observations, incidents' },
    {
      name: 'sipseer replay --json',
      command: [...sipseer, '-q', '--json'],
      does: 'the same, and each event into a file',
      writes: true,
    },
    {
      name: FLOORS.bytes,
      command: [...floor, 'bytes'],
      does: 'reads pieces of 1 MiB, finds line feeds',
    },
    { name: FLOORS.indexOf, command: [...floor, 'indexof'], does: 'the same by Buffer.indexOf' },
    {
      name: 'tcpdump -w /dev/null',
      command: ['tcpdump', '-w', '/dev/null', '-r'],
      does: 'reads frames and writes them again',
      debian: 'tcpdump',
    },
    {
      name: 'tcpdump -nn',
      command: ['tcpdump', '-nn', '-r'],
      does: 'prints a line for each frame',
      debian: 'tcpdump',
    },
    {
      name: SIPGREP,
      command: ['sipgrep', '-C', '-x', 'friendly-scanner', '-I'],
      does: 'looks for one string, prints what has it',
      debian: 'sipgrep',
    },
    {
      name: SNGREP,
      command: ['sngrep', '-N', '-q', '-l', ALL_DIALOGS, '-O', '/dev/null', '-I'],
      does: 'sorts messages into dialogs, without its screen',
      debian: 'sngrep',
    },
    {
      name: TSHARKS[0]!,
      command: [
        ...['tshark', '-n', '-Y', 'sip', '-T', 'fields', '-e', 'sip.Method'],
        ...['-e', 'sip.Status-Code', '-e', 'sip.Call-ID', '-e', 'sip.User-Agent', '-r'],
      ],
      does: 'dissects, prints four fields of each message',
      debian: 'tshark',
      isSlow: true,
    },
    {
      name: TSHARKS[1]!,
      command: ['tshark', '-n', '-q', '-z', 'sip,stat', '-r'],
      does: 'dissects, counts methods and answers',
      debian: 'tshark',
      isSlow: true,
    },
  ];
}

/** Why a contestant is left out here; undefined where it is not. */
export function missing({ command, debian }: Contestant): string | undefined {
  if (debian === undefined || isInstalled(command[0]!)) return undefined;
  return `skipped: not installed (apt-get install ${debian})`;
}
