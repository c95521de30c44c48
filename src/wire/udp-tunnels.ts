import { Drop } from './drop.js';
import { readEncapsulation } from './encapsulations.js';
import { readGeneve } from './geneve.js';
import { readGre } from './gre.js';
import { readGtp } from './gtp.js';
import { readL2tp } from './l2tp.js';
import type { Layer } from './layer.js';
import { looksLikeIpv4, looksLikeIpv6 } from './looks-like.js';
import type { Packet } from './packet.js';
import { EtherType, Next } from './protocol-numbers.js';
import { readTeredo } from './teredo.js';
import { readTzsp } from './tzsp.js';
import { readVxlan, readVxlanGpe } from './vxlan.js';

const Tunnel = {
  None: 0,
  Vxlan: 1,
  VxlanGpe: 2,
  Geneve: 3,
  GreInUdp: 4,
  MplsInUdp: 5,
  Tzsp: 6,
  /** From here on, either end may have the port. */
  Gtp: 7,
  Teredo: 8,
  L2tp: 9,
} as const;
type Tunnel = (typeof Tunnel)[keyof typeof Tunnel];

/** IANA's port numbers; 8472 is what Linux had before there was one, 37008 what MikroTik sends to. */
const PORTS: readonly (readonly [number, Tunnel])[] = [
  [1701, Tunnel.L2tp],
  [2152, Tunnel.Gtp],
  [3544, Tunnel.Teredo],
  [4754, Tunnel.GreInUdp],
  [4789, Tunnel.Vxlan],
  [4790, Tunnel.VxlanGpe],
  [6081, Tunnel.Geneve],
  [6635, Tunnel.MplsInUdp],
  [8472, Tunnel.Vxlan],
  [37008, Tunnel.Tzsp],
];
const TUNNELS = new Uint8Array(65536);
for (const [port, tunnel] of PORTS) TUNNELS[port] = tunnel;

/** Headers between a tunnel's own and IP. */
const MAX_HEADERS = 8;

/** Whether a port of a datagram is one that tunnels use. */
export function mayBeTunnel(packet: Packet): boolean {
  return (TUNNELS[packet.destinationPort]! | TUNNELS[packet.sourcePort]!) !== Tunnel.None;
}

/**
 * Looks for a tunnel in the payload of `packet` and moves `layer` to the IP packet in it. A port
 * proves nothing: a server may stand at any, and clients take any. So it is a tunnel if all of its
 * header is as it should be, and an IP header comes at the end. Else it is a payload as any other.
 */
export function readUdpTunnel(layer: Layer, packet: Packet): boolean {
  const { vlan } = layer;
  if (!beginsWithWord(packet) && isTunnel(layer, packet)) return true;
  layer.vlan = vlan;
  layer.next = Next.Payload;
  return false;
}

function isTunnel(layer: Layer, packet: Packet): boolean {
  const { vlan } = layer;
  const byDestination = TUNNELS[packet.destinationPort]! as Tunnel;
  const bySource = TUNNELS[packet.sourcePort]! as Tunnel;
  if (byDestination !== Tunnel.None && leadsToIp(layer, packet, byDestination)) return true;
  layer.vlan = vlan;
  return bySource >= Tunnel.Gtp && leadsToIp(layer, packet, bySource);
}

function leadsToIp(layer: Layer, packet: Packet, tunnel: Tunnel): boolean {
  layer.at = packet.payloadFrom;
  layer.end = packet.payloadTo;
  layer.wireEnd = packet.payloadFrom + packet.payloadLength;
  if (!readHeader(layer, tunnel)) return false;
  for (let headers = 0; headers < MAX_HEADERS; headers++) {
    if (layer.next === EtherType.Ipv4) return looksLikeIpv4(layer);
    if (layer.next === EtherType.Ipv6) return looksLikeIpv6(layer);
    if (readEncapsulation(layer) !== Drop.None) return false;
  }
  return false;
}

function readHeader(layer: Layer, tunnel: Tunnel): boolean {
  switch (tunnel) {
    case Tunnel.Vxlan:
      return readVxlan(layer);
    case Tunnel.VxlanGpe:
      return readVxlanGpe(layer);
    case Tunnel.Geneve:
      return readGeneve(layer);
    case Tunnel.GreInUdp:
      return readGre(layer) === Drop.None;
    case Tunnel.MplsInUdp:
      layer.next = EtherType.Mpls;
      return true;
    case Tunnel.Tzsp:
      return readTzsp(layer);
    case Tunnel.Gtp:
      return readGtp(layer);
    case Tunnel.Teredo:
      return readTeredo(layer);
    case Tunnel.L2tp:
      return readL2tp(layer);
    default:
      return false;
  }
}

/** So long are the shortest methods, ACK and BYE; responses begin with SIP. */
const WORD = 3;
const CR = 0x0d;
const LF = 0x0a;
const SPACE = 0x20;
const SLASH = 0x2f;

/**
 * Whether a payload begins as a SIP message does. Headers of some tunnels have so many bits that
 * receivers ignore that one and the same datagram could be a message to a server and a tunnel to
 * us: whoever sends from the port of a tunnel could hide what he sends.
 */
function beginsWithWord({ buf, payloadFrom, payloadTo }: Packet): boolean {
  let at = payloadFrom;
  while (at < payloadTo && (buf[at] === CR || buf[at] === LF)) at++;
  if (payloadTo - at <= WORD) return false;
  for (const end = at + WORD; at < end; at++) if (!isTokenByte(buf[at]!)) return false;
  return buf[at] === SPACE || buf[at] === SLASH || isTokenByte(buf[at]!);
}

/** RFC 3261 §25.1, `token`: what a method may consist of. */
function isTokenByte(byte: number): boolean {
  const lower = byte | 0x20;
  if ((lower >= 0x61 && lower <= 0x7a) || (byte >= 0x30 && byte <= 0x39)) return true;
  switch (byte) {
    case 0x21: // !
    case 0x25: // %
    case 0x27: // '
    case 0x2a: // *
    case 0x2b: // +
    case 0x2d: // -
    case 0x2e: // .
    case 0x5f: // _
    case 0x60: // `
    case 0x7e: // ~
      return true;
    default:
      return false;
  }
}
