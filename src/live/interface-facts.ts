import { readdirSync, readFileSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';

/** Not an interface: libpcap's name for all of them. */
export const ANY = 'any';

/** What the system says of an interface at one moment; undefined where it does not say. */
export interface InterfaceFacts {
  readonly name: string;
  /** The kernel's number: another one under the same name is another interface. */
  readonly index: number | undefined;
  /** Switched on (IFF_UP). */
  readonly up: boolean | undefined;
  /** The cable leads somewhere; not told while the interface is off. */
  readonly carrier: boolean | undefined;
  /** ARPHRD_ value. */
  readonly hardwareType: number | undefined;
  readonly mtu: number | undefined;
  /** Packets received since the interface was made. */
  readonly received: number | undefined;
}

const IFF_UP = 1;
const ARPHRD = { ethernet: 1, ppp: 512, loopback: 772, none: 65534 } as const;
const LINKS: Readonly<Record<number, string | undefined>> = {
  [ARPHRD.ethernet]: 'Ethernet',
  [ARPHRD.ppp]: 'PPP',
  [ARPHRD.loopback]: 'loopback',
  [ARPHRD.none]: 'raw IP',
};
/** Always that of this process's network namespace. */
const PROC = '/proc/net/dev';
/** That of the namespace in which it was mounted: with `nsenter --net`, of another. */
const SYS = '/sys/class/net';

/** Reads the system's own files; other folders are for tests. */
export class InterfaceReader {
  private readonly proc: string;
  private readonly sys: string;

  constructor(proc = PROC, sys = SYS) {
    this.proc = proc;
    this.sys = sys;
  }

  /** All interfaces in the system's order, without `any`. */
  list(): InterfaceFacts[] {
    const counts = this.counts();
    if (counts === undefined) {
      return Object.keys(networkInterfaces()).map((name) => unknown(name, undefined));
    }
    const agrees = this.sysAgrees(counts);
    return [...counts].map(([name, received]) => this.facts(name, received, agrees));
  }

  /** One interface; undefined: there is none of that name. Of `any` nothing is known. */
  find(name: string): InterfaceFacts | undefined {
    const counts = this.counts();
    if (name === ANY || counts === undefined) return unknown(name, undefined);
    const received = counts.get(name);
    if (received === undefined) return undefined;
    return this.facts(name, received, this.sysAgrees(counts));
  }

  /** Packets received, by name; undefined where the system has no such list. */
  private counts(): Map<string, number> | undefined {
    const text = read(this.proc);
    if (text === undefined) return undefined;
    const counts = new Map<string, number>();
    // Two lines of titles, then `name: bytes packets errors …`.
    for (const line of text.split('\n').slice(2)) {
      const colon = line.indexOf(':');
      if (colon < 0) continue;
      const packets = Number(
        line
          .slice(colon + 1)
          .trim()
          .split(/\s+/)[1],
      );
      counts.set(line.slice(0, colon).trim(), Number.isFinite(packets) ? packets : 0);
    }
    return counts;
  }

  /** Whether /sys shows the same interfaces, and so this namespace. */
  private sysAgrees(counts: ReadonlyMap<string, number>): boolean {
    try {
      const entries = readdirSync(this.sys, { withFileTypes: true });
      const names = entries.filter((entry) => !entry.isFile()).map(({ name }) => name);
      return names.length === counts.size && names.every((name) => counts.has(name));
    } catch {
      return false;
    }
  }

  private facts(name: string, received: number, sysAgrees: boolean): InterfaceFacts {
    if (!sysAgrees) return unknown(name, received);
    const flags = this.number(name, 'flags');
    return {
      name,
      index: this.number(name, 'ifindex'),
      up: flags === undefined ? undefined : (flags & IFF_UP) !== 0,
      carrier: { '0': false, '1': true }[this.text(name, 'carrier') ?? ''],
      hardwareType: this.number(name, 'type'),
      mtu: this.number(name, 'mtu'),
      received,
    };
  }

  private number(name: string, file: string): number | undefined {
    const number = Number(this.text(name, file) ?? Number.NaN);
    return Number.isFinite(number) ? number : undefined;
  }

  private text(name: string, file: string): string | undefined {
    return read(join(this.sys, name, file))?.trim();
  }
}

/** The link type for people. */
export function linkName({ name, hardwareType }: InterfaceFacts): string {
  if (name === ANY) return 'all interfaces';
  if (hardwareType === undefined) return 'unknown';
  return LINKS[hardwareType] ?? `ARPHRD ${hardwareType}`;
}

/** Whether frames have Ethernet headers, and so may carry VLAN tags that a filter can name. */
export function isEthernet({ hardwareType }: InterfaceFacts): boolean {
  return hardwareType === ARPHRD.ethernet || hardwareType === ARPHRD.loopback;
}

const CAP_NET_RAW = 13n;

/** Whether this process, and so its children, may capture; undefined where it is not known. */
export function mayCapture(status = '/proc/self/status'): boolean | undefined {
  const effective = /^CapEff:\s*([0-9a-f]+)$/m.exec(read(status) ?? '')?.[1];
  return effective === undefined
    ? undefined
    : ((BigInt(`0x${effective}`) >> CAP_NET_RAW) & 1n) === 1n;
}

function unknown(name: string, received: number | undefined): InterfaceFacts {
  return {
    name,
    index: undefined,
    up: undefined,
    carrier: undefined,
    hardwareType: undefined,
    mtu: undefined,
    received,
  };
}

/** These files are made up by the kernel: at any time one may be gone, or refuse to be read. */
function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return undefined;
  }
}
