import { routed, twice } from './copies.js';
import { FRAGMENTATIONS, fragmented } from './fragments.js';
import type { Rewrap } from './frames.js';
import { LINKS, mpls, tagged } from './links.js';
import { TCP_SPLITS } from './tcp-splits.js';
import { probed, retransmitted, wrapping } from './tcp-streams.js';
import { inTunnel, isCarriedBy, isTeredo, TUNNELS } from './tunnels.js';

/** A way to show the same packets otherwise. */
export interface Wrapping {
  readonly name: string;
  readonly rewrap: Rewrap;
}

const VERSIONS = [4, 6] as const;

/** One after the other, the innermost first. */
export function nested(...rewraps: readonly Rewrap[]): Rewrap {
  return (frames) => rewraps.reduce((inner, rewrap) => rewrap(inner), [...frames]);
}

function named(what: string, table: Readonly<Record<string, Rewrap>>): Wrapping[] {
  return Object.entries(table).map(([name, rewrap]) => ({ name: `${what}: ${name}`, rewrap }));
}

export const LINK_WRAPPINGS: readonly Wrapping[] = named('link', LINKS);

export const TUNNEL_WRAPPINGS: readonly Wrapping[] = tunnels((name) => !isTeredo(name));
/** Only for the IPv6 of Teredo clients. */
export const TEREDO_WRAPPINGS: readonly Wrapping[] = tunnels((name) => isTeredo(name));

function tunnels(isWanted: (name: string) => boolean): Wrapping[] {
  return VERSIONS.flatMap((version) =>
    Object.keys(TUNNELS)
      .filter((name) => isWanted(name) && isCarriedBy(name, version))
      .map((name) => ({
        name: `tunnel: ${name} over IPv${version}`,
        rewrap: inTunnel(name, version),
      })),
  );
}

const QINQ = tagged([0x88a8, 100], [0x8100, 200]);

export const NESTED_WRAPPINGS: readonly Wrapping[] = named('nested', {
  'VXLAN in GRE in VLAN': nested(inTunnel('VXLAN', 4), inTunnel('GRE', 4), tagged([0x8100, 42])),
  'VXLAN in GRE in VLAN, all IPv6': nested(
    inTunnel('VXLAN', 6),
    inTunnel('GRE', 6),
    tagged([0x8100, 42]),
  ),
  'Geneve in MPLS': nested(inTunnel('Geneve with options and Ethernet', 4), mpls(100, 200)),
  'Geneve over IPv6 in MPLS': nested(inTunnel('Geneve with IP', 6), mpls(100)),
  'IP in IP in VXLAN in QinQ': nested(inTunnel('IP in IP', 4), inTunnel('VXLAN', 4), QINQ),
  'IP in IPv6 in VXLAN in QinQ': nested(inTunnel('IP in IP', 6), inTunnel('VXLAN', 4), QINQ),
  'ERSPAN of QinQ': nested(QINQ, inTunnel('ERSPAN III', 4)),
});

export const FRAGMENT_WRAPPINGS: readonly Wrapping[] = named(
  'fragments',
  Object.fromEntries(
    Object.entries(FRAGMENTATIONS).map(([name, options]) => [name, fragmented(options)]),
  ),
);

/** Fragments inside of tunnels, of tunnels, and both. */
export const TUNNEL_FRAGMENT_WRAPPINGS: readonly Wrapping[] = named('fragments', {
  'inside of VXLAN': nested(fragmented({ size: 104, order: 'shuffled' }), inTunnel('VXLAN', 4)),
  'inside of GRE over IPv6': nested(fragmented({ size: 104 }), inTunnel('GRE', 6)),
  'of VXLAN': nested(inTunnel('VXLAN', 4), fragmented({ size: 200, order: 'shuffled' })),
  'of ERSPAN II over IPv6': nested(
    inTunnel('ERSPAN II', 6),
    fragmented({ size: 200, order: 'backwards' }),
  ),
  'of IP in IP': nested(inTunnel('IP in IP', 4), fragmented({ size: 56, order: 'each twice' })),
  'inside and outside of Geneve': nested(
    fragmented({ size: 200, order: 'backwards' }),
    inTunnel('Geneve with IP', 4),
    fragmented({ size: 104, order: 'shuffled' }),
  ),
  'of fragments': nested(fragmented({ size: 200 }), fragmented({ size: 56 })),
});

export const COPY_WRAPPINGS: readonly Wrapping[] = named('copies', {
  'each frame twice at once': twice,
  'each packet again 3 ms later behind a router': routed(0.003),
  'each packet at once behind a router too': routed(0),
  'copies of fragments': nested(fragmented({ size: 104 }), routed(0.003)),
  'copies in a tunnel': nested(routed(0.003), inTunnel('ERSPAN II', 4)),
});

export const TCP_WRAPPINGS: readonly Wrapping[] = named('TCP', {
  ...TCP_SPLITS,
  'segments sent again after a timeout': retransmitted,
  'keep-alive probes': probed,
  'sequence numbers that wrap': wrapping,
  'shuffled, with sequence numbers that wrap': nested(wrapping, TCP_SPLITS['segments shuffled']!),
  'split, in fragments, in a tunnel': nested(
    TCP_SPLITS['segments of 100 bytes']!,
    fragmented({ size: 56, order: 'shuffled' }),
    inTunnel('GRE with key', 4),
  ),
  'split, each segment twice': nested(TCP_SPLITS['segments of 100 bytes']!, routed(0.003)),
});
