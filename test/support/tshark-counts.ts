import { readdirSync, readFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { packageRoot } from '../../src/package-root.js';
import { runCommand } from './run-program.js';
import { type CaptureCounts, countRows, FIELDS } from './tshark-rows.js';

export interface TsharkTable {
  /** The version that counted, e.g. 4.0.17. */
  readonly version: string;
  /** By path below the package's root. */
  readonly captures: Readonly<Record<string, CaptureCounts>>;
}

export const TABLE_FILE = 'test/corpus/tshark.json';

/** Where captures lie that were not built here. */
const FOLDERS = ['pcaps/third-party', 'test/cases/captures', 'test/corpus'];

/** All that makes tshark find more: any port, whatever the checksum, in whatever order it came. */
const PREFERENCES = [
  'ip.defragment:TRUE',
  'ipv6.defragment:TRUE',
  'tcp.desegment_tcp_streams:TRUE',
  'tcp.reassemble_out_of_order:TRUE',
  'sip.desegment_headers:TRUE',
  'sip.desegment_body:TRUE',
  'ip.check_checksum:FALSE',
  'tcp.check_checksum:FALSE',
  'udp.check_checksum:FALSE',
  // SIP is looked for before whatever the port stands for.
  'tcp.try_heuristic_first:TRUE',
  'udp.try_heuristic_first:TRUE',
];
const HEURISTICS = ['sip_udp', 'sip_tcp'];

const ARGUMENTS = [
  '-n',
  ...PREFERENCES.flatMap((preference) => ['-o', preference]),
  ...HEURISTICS.flatMap((name) => ['--enable-heuristic', name]),
  ...['-T', 'fields', '-E', 'occurrence=a', '-E', 'aggregator=,'],
  ...FIELDS.flatMap((field) => ['-e', field]),
];

/** The captures that were not built here, by path below the package's root, in order. */
export function foreignCaptures(): string[] {
  return FOLDERS.flatMap((folder) =>
    readdirSync(join(packageRoot(), folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => /\.pcap(?:ng)?$/.test(name))
      .map((name) => `${folder}/${name}`),
  ).sort();
}

export function readTable(): TsharkTable {
  return JSON.parse(readFileSync(join(packageRoot(), TABLE_FILE), 'utf8'));
}

/** The version of the tshark that is installed. */
export async function installedVersion(): Promise<string> {
  const { stdout } = await tshark(['--version']);
  const version = /^TShark \D*(\d+\.\d+\.\d+)/.exec(stdout)?.[1];
  if (version === undefined) throw new Error(`tshark does not say its version: ${stdout}`);
  return version;
}

/** What the installed tshark counts in all foreign captures. */
export async function countAll(): Promise<Record<string, CaptureCounts>> {
  const names = foreignCaptures();
  const counted = new Map<string, CaptureCounts>();
  const rest = names.values();
  const worker = async () => {
    for (const name of rest) counted.set(name, await countCapture(name));
  };
  await Promise.all(Array.from({ length: availableParallelism() }, worker));
  return Object.fromEntries(names.map((name) => [name, counted.get(name)!]));
}

async function countCapture(name: string): Promise<CaptureCounts> {
  const { code, stdout, stderr } = await tshark(['-r', join(packageRoot(), name), ...ARGUMENTS]);
  if (code !== 0) throw new Error(`${name}: tshark: ${stderr}`);
  return countRows(stdout);
}

/** Runs tshark without what its user has configured. */
function tshark(args: readonly string[]) {
  const env = { WIRESHARK_CONFIG_DIR: join(tmpdir(), 'no-such-wireshark-configuration') };
  return runCommand('tshark', args, { env });
}
