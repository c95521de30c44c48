import { execFile } from 'node:child_process';
import type { Ring } from './ring.js';
import { systemEnvironment } from './system-environment.js';

/**
 * Offloads that let frames longer than the MTU reach libpcap, so that it makes every slot of the
 * ring large enough for 64 KiB (iface_get_offload in its pcap-linux.c): ethtool's long name, and
 * the short one that `ethtool -K` takes.
 */
const RING_OFFLOADS: readonly (readonly [name: string, short: string])[] = [
  ['tcp-segmentation-offload', 'tso'],
  ['generic-segmentation-offload', 'gso'],
  ['generic-receive-offload', 'gro'],
  ['large-receive-offload', 'lro'],
  ['udp-fragmentation-offload', 'ufo'],
];
const PATIENCE = 2000;
const MOST_OUTPUT = 256 * 1024;
const MIB = 1024 * 1024;

/** Those that are on. */
export interface Offloads {
  readonly on: readonly { readonly name: string; readonly short: string }[];
}

/** Reads what `ethtool -k` prints; undefined when it names none of them. */
export function parseOffloads(text: string): Offloads | undefined {
  let known = false;
  const on: { name: string; short: string }[] = [];
  for (const line of text.split('\n')) {
    const [name, state] = line.split(':', 2);
    const offload = RING_OFFLOADS.find(([each]) => each === name);
    if (offload === undefined || state === undefined) continue;
    known = true;
    if (/^\s*on\b/.test(state)) on.push({ name: offload[0], short: offload[1] });
  }
  return known ? { on } : undefined;
}

/** Asks ethtool. Undefined: it is missing, or knows nothing of the interface. */
export async function offloadsOf(interfaceName: string): Promise<Offloads | undefined> {
  const options = { env: systemEnvironment(), timeout: PATIENCE, maxBuffer: MOST_OUTPUT };
  return await new Promise((resolve) => {
    execFile('ethtool', ['-k', interfaceName], options, (error, stdout) => {
      resolve(error === null ? parseOffloads(stdout) : undefined);
    });
  });
}

/** Says what the offloads cost, `without` being the ring without them, and what to do; undefined when there is nothing to do. */
export function offloadWarning(
  interfaceName: string,
  offloads: Offloads | undefined,
  actual: Ring,
  without: Ring,
): string | undefined {
  if (without.slots <= actual.slots) return undefined;
  const memory = Math.round(actual.memory / MIB);
  const holds = `the ring holds ${actual.slots} packets in ${memory} MiB instead of ${without.slots}`;
  if (offloads === undefined) {
    return `the offloads of ${interfaceName} are not known (ethtool is missing or silent): if any are on, ${holds}`;
  }
  if (offloads.on.length === 0) return undefined;
  const names = offloads.on.map(({ name }) => name).join(', ');
  const switches = offloads.on.map(({ short }) => `${short} off`).join(' ');
  const verb = offloads.on.length === 1 ? 'is' : 'are';
  return `${names} ${verb} on, so ${holds}: ethtool -K ${interfaceName} ${switches}`;
}
