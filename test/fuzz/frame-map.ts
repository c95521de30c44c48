/** The headers that the map knows. */
export type HeaderKind =
  | 'ethernet'
  | 'cooked'
  | 'vlan'
  | 'mpls'
  | 'pppoe'
  | 'ipv4'
  | 'ipv6'
  | 'extension'
  | 'gre'
  | 'erspan'
  | 'vxlan'
  | 'geneve'
  | 'gtp'
  | 'icmp'
  | 'udp'
  | 'tcp';

export interface HeaderPlace {
  readonly kind: HeaderKind;
  readonly at: number;
}

/** Where the headers of a frame stand, outermost first, and where what they carry begins. */
export interface FrameMap {
  readonly headers: readonly HeaderPlace[];
  readonly payloadFrom: number;
}

const MOST_HEADERS = 32;
/** Tunnels over UDP, by the port that they go to. */
const UDP_PORTS: Record<number, Next> = {
  2152: 'gtp',
  3544: 'ip',
  4754: 'gre',
  4789: 'vxlan',
  4790: 'vxlan',
  6081: 'geneve',
};
const IP_PROTOCOLS: Record<number, Next> = {
  0: 'extension',
  1: 'icmp',
  4: 'ipv4',
  6: 'tcp',
  17: 'udp',
  41: 'ipv6',
  43: 'extension',
  44: 'extension',
  47: 'gre',
  51: 'extension',
  58: 'icmp',
  60: 'extension',
};
const ETHER_TYPES: Record<number, Next> = {
  2048: 'ipv4',
  34525: 'ipv6',
  33024: 'vlan',
  34984: 'vlan',
  37120: 'vlan',
  34887: 'mpls',
  34888: 'mpls',
  34916: 'pppoe',
  25944: 'ethernet',
  35006: 'erspan',
  8939: 'erspan',
};

/** A header, or what says the same of its place: `ip` is told by its first byte. */
type Next = HeaderKind | 'ip' | undefined;

/**
 * A second, careless reading of a frame, so that mutations hit the fields that matter. It knows
 * nothing of the decoder under test and is right for well-formed frames only; where it is wrong,
 * the mutation is one of any bytes.
 */
export function mapFrame(bytes: Buffer, linkType: number): FrameMap {
  const headers: HeaderPlace[] = [];
  let at = 0;
  let next = firstHeader(bytes, linkType);
  if (linkType === 0 || linkType === 108) at = 4;
  while (next !== undefined && at < bytes.length && headers.length < MOST_HEADERS) {
    const kind: HeaderKind = next === 'ip' ? (bytes[at]! >> 4 === 6 ? 'ipv6' : 'ipv4') : next;
    if (bytes.length - at < SMALLEST[kind]) break;
    headers.push({ kind, at });
    const step = stepOver(kind, bytes, at);
    at += step.length;
    next = step.next;
  }
  return { headers, payloadFrom: Math.min(at, bytes.length) };
}

const SMALLEST: Record<HeaderKind, number> = {
  ethernet: 14,
  cooked: 16,
  vlan: 4,
  mpls: 4,
  pppoe: 8,
  ipv4: 20,
  ipv6: 40,
  extension: 8,
  gre: 4,
  erspan: 8,
  vxlan: 8,
  geneve: 8,
  gtp: 8,
  icmp: 8,
  udp: 8,
  tcp: 20,
};

interface Step {
  readonly length: number;
  readonly next: Next;
}

function firstHeader(bytes: Buffer, linkType: number): Next {
  if (linkType === 1) return 'ethernet';
  if (linkType === 113 || linkType === 276) return 'cooked';
  return bytes.length > 0 ? 'ip' : undefined;
}

function stepOver(kind: HeaderKind, bytes: Buffer, at: number): Step {
  switch (kind) {
    case 'ethernet':
      return { length: 14, next: ETHER_TYPES[bytes.readUInt16BE(at + 12)] };
    case 'cooked':
      return { length: 16, next: ETHER_TYPES[bytes.readUInt16BE(at + 14)] };
    case 'vlan':
      return { length: 4, next: ETHER_TYPES[bytes.readUInt16BE(at + 2)] };
    case 'mpls':
      return { length: 4, next: (bytes[at + 2]! & 1) === 1 ? 'ip' : 'mpls' };
    case 'pppoe':
      return { length: 8, next: 'ip' };
    case 'ipv4':
      return { length: (bytes[at]! & 15) * 4, next: ipv4Next(bytes, at) };
    case 'ipv6':
      return { length: 40, next: IP_PROTOCOLS[bytes[at + 6]!] };
    case 'extension':
      return { length: (bytes[at + 1]! + 1) * 8, next: IP_PROTOCOLS[bytes[at]!] };
    case 'gre':
      return { length: greLength(bytes, at), next: ETHER_TYPES[bytes.readUInt16BE(at + 2)] };
    case 'erspan':
      return { length: bytes[at]! >> 4 === 2 ? 12 : 8, next: 'ethernet' };
    case 'vxlan':
      return { length: 8, next: 'ethernet' };
    case 'geneve':
      return {
        length: 8 + (bytes[at]! & 63) * 4,
        next: ETHER_TYPES[bytes.readUInt16BE(at + 2)],
      };
    case 'gtp':
      return { length: (bytes[at]! & 7) === 0 ? 8 : 12, next: 'ip' };
    case 'icmp':
      return { length: 8, next: 'ip' };
    case 'udp':
      return { length: 8, next: UDP_PORTS[bytes.readUInt16BE(at + 2)] };
    default:
      return { length: (bytes[at + 12]! >> 4) * 4, next: undefined };
  }
}

/** Behind a fragment that is not the first, no header stands. */
function ipv4Next(bytes: Buffer, at: number): Next {
  const isLater = (bytes.readUInt16BE(at + 6) & 0x1fff) !== 0;
  return isLater ? undefined : IP_PROTOCOLS[bytes[at + 9]!];
}

/** RFC 2784 and RFC 2890: checksum, key and sequence number stand there if their flags do. */
function greLength(bytes: Buffer, at: number): number {
  const flags = bytes[at]!;
  return 4 + ((flags >> 7) + ((flags >> 5) & 1) + ((flags >> 4) & 1)) * 4;
}
