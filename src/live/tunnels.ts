/**
 * The tunnels that a filter can let through whole: it cannot look for a port inside them, since
 * libpcap's language has no way round headers of unknown length.
 */
export interface TunnelMark {
  /** IP protocol numbers. */
  readonly protocols?: readonly number[];
  /** UDP ports it is sent to. */
  readonly ports?: readonly number[];
  /** UDP ports that either end may have. */
  readonly eitherPorts?: readonly number[];
}

/** How each is known. PPPoE and MPLS have no IP outside; the filter looks into them by itself. */
export const TUNNEL_MARKS = {
  /** RFC 2784, with ERSPAN; RFC 8086 inside UDP; RFC 3378 and RFC 8986 §4.2: Ethernet in IP. */
  gre: { protocols: [47, 97, 143], ports: [4754] },
  /** RFC 2003, RFC 2473. */
  ipip: { protocols: [4] },
  /** RFC 4213. */
  '6in4': { protocols: [41] },
  /** RFC 7348; 8472 is that of Linux from before, 4790 that of VXLAN-GPE. */
  vxlan: { ports: [4789, 8472, 4790] },
  /** RFC 8926. */
  geneve: { ports: [6081] },
  /** 3GPP TS 29.281. */
  gtp: { eitherPorts: [2152] },
  tzsp: { ports: [37_008] },
  /** RFC 4380. */
  teredo: { eitherPorts: [3544] },
  /** RFC 2661. */
  l2tp: { eitherPorts: [1701] },
  /** RFC 2516. */
  pppoe: {},
  /** RFC 3032; in IP: RFC 4023; in UDP: RFC 7510. */
  mpls: { protocols: [137], ports: [6635] },
} as const satisfies Record<string, TunnelMark>;

export type Tunnel = keyof typeof TUNNEL_MARKS;

export const TUNNELS = Object.keys(TUNNEL_MARKS) as readonly Tunnel[];

/** What marks any of these tunnels. */
export function marksOf(tunnels: ReadonlySet<Tunnel>): Required<TunnelMark> {
  const marks: readonly TunnelMark[] = [...tunnels].map((tunnel) => TUNNEL_MARKS[tunnel]);
  return {
    protocols: marks.flatMap(({ protocols = [] }) => protocols),
    ports: marks.flatMap(({ ports = [] }) => ports),
    eitherPorts: marks.flatMap(({ eitherPorts = [] }) => eitherPorts),
  };
}
