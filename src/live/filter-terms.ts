import type { Tunnel } from './tunnels.js';

/** What a filter has to let through besides fragments and ICMP errors. */
export interface Wanted {
  /** UDP and TCP ports; undefined: any. */
  readonly ports: readonly PortRange[] | undefined;
  readonly tunnels: ReadonlySet<Tunnel>;
}

export type PortRange = readonly [first: number, last: number];

/** IEEE 802 registry. */
export const EtherType = {
  ipv4: 0x0800,
  ipv6: 0x86dd,
  /** VLAN tags of customers, of providers (IEEE 802.1ad), and from before that. */
  tags: [0x8100, 0x88a8, 0x9100, 0x9200, 0x9300],
  /** What switches put in front: IEEE 802.1ah, FabricPath, Cisco's metadata, VN-Tag, E-Tag, NSH. */
  fabric: [0x88e7, 0x8903, 0x8909, 0x8926, 0x893f, 0x894f],
  mpls: [0x8847, 0x8848],
  pppoe: 0x8864,
} as const;

/** IP protocol numbers (IANA). */
export const IpProtocol = { Icmp: 1, Tcp: 6, Udp: 17, Authentication: 51, Icmp6: 58 } as const;

/** Destination unreachable: RFC 792, and RFC 4443 §3.1. */
export const UNREACHABLE = { icmp: 3, icmp6: 1 } as const;

/**
 * Headers that may stand between IPv6 and the transport (IANA's list of extension headers).
 * Ordinary traffic has none, so all that has is let through: behind them there is no finding a port.
 */
export const EXTENSIONS = [0, 43, 44, 51, 60, 135, 139, 140] as const;

/**
 * Most ranges that a filter names. Each stands in it some dozen times, and a kernel before 6.8
 * takes no filter of more than some 2,500 instructions of its own (net.core.optmem_max); libpcap would
 * then filter outside of the kernel, to where each frame has to be copied.
 */
const MAX_RANGES = 5;

/**
 * The ports as few ranges: where there are too many, the nearest are joined, and so take in ports
 * between them that nobody asked for. The sensor leaves those unread.
 */
export function portRanges(ports: ReadonlySet<number>): PortRange[] {
  const ranges: [first: number, last: number][] = [];
  for (const port of [...ports].sort((a, b) => a - b)) {
    const open = ranges.at(-1);
    if (open?.[1] === port - 1) open[1] = port;
    else ranges.push([port, port]);
  }
  const gaps = ranges.slice(1).map(([first], i) => first - ranges[i]![1]);
  const widest = [...gaps.keys()].sort((a, b) => gaps[b]! - gaps[a]!).slice(0, MAX_RANGES - 1);
  const apart = new Set(widest);
  return ranges.reduce<[number, number][]>((joined, [first, last], i) => {
    if (i > 0 && !apart.has(i - 1)) joined.at(-1)![1] = last;
    else joined.push([first, last]);
    return joined;
  }, []);
}

/** One of these terms at least; a term that no frame meets when there is none. */
export function anyOf(terms: readonly string[]): string {
  return terms.length === 0 ? 'less 0' : terms.join(' or ');
}

/** All of these terms. */
export function allOf(...terms: readonly string[]): string {
  return `(${terms.join(' and ')})`;
}

/** A value that is one of these numbers or lies in one of these ranges. */
export function isOneOf(value: string, ranges: readonly (PortRange | number)[]): string[] {
  return ranges.map((range) => {
    const [first, last] = typeof range === 'number' ? [range, range] : range;
    return first === last
      ? `${value} == ${first}`
      : allOf(`${value} >= ${first}`, `${value} <= ${last}`);
  });
}
