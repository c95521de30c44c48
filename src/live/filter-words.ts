import {
  allOf,
  anyOf,
  EtherType,
  EXTENSIONS,
  IpProtocol,
  isOneOf,
  type PortRange,
  UNREACHABLE,
  type Wanted,
} from './filter-terms.js';
import { marksOf } from './tunnels.js';

/**
 * A filter in libpcap's own words, for links other than Ethernet: raw IP, and the cooked headers of
 * `any`, of which there are two and one does not know which beforehand. The words `vlan` and `mpls`
 * are refused there, so frames with a second tag, with labels or of PPPoE are let through whole.
 */
export function wordTerms({ ports, tunnels }: Wanted): string[] {
  const marks = marksOf(tunnels);
  const tunnelPorts = [
    ...marks.ports.map((port) => `dst port ${port}`),
    ...marks.eitherPorts.map((port) => `port ${port}`),
  ];
  return [
    ports === undefined ? 'udp or tcp' : portTerms(ports),
    // RFC 791 §3.1: a fragment offset, so not the first fragment. Only the first has the ports.
    'ip[6:2] & 0x1fff != 0',
    ...(tunnelPorts.length > 0 ? [allOf('udp', `(${anyOf(tunnelPorts)})`)] : []),
    `ip proto ${IpProtocol.Authentication}`,
    `icmp[0] == ${UNREACHABLE.icmp}`,
    allOf(`ip6[6] == ${IpProtocol.Icmp6}`, `ip6[40] == ${UNREACHABLE.icmp6}`),
    ...isOneOf('ip6[6]', EXTENSIONS),
    ...marks.protocols.flatMap((number) => [`ip proto ${number}`, `ip6 proto ${number}`]),
    ...frameTypes(tunnels).map((type) => `ether proto ${type}`),
  ];
}

/** `port 5060 or portrange 5062-5070`; what no frame meets when there is none. */
function portTerms(ports: readonly PortRange[]): string {
  return anyOf(
    ports.map(([first, last]) => (first === last ? `port ${first}` : `portrange ${first}-${last}`)),
  );
}

function frameTypes(tunnels: Wanted['tunnels']): number[] {
  return [
    ...EtherType.tags,
    ...EtherType.fabric,
    ...(tunnels.has('mpls') ? EtherType.mpls : []),
    ...(tunnels.has('pppoe') ? [EtherType.pppoe] : []),
  ];
}
