import { readIpv6 as readIpv6Address } from './address.js';
import { uint16, uint32 } from './big-endian.js';
import { Drop, tooShort } from './drop.js';
import { IPV4 } from './ipv4.js';
import { IPV6 } from './ipv6.js';
import { readExtensions } from './ipv6-extensions.js';
import type { Layer } from './layer.js';
import { type Packet, Transport } from './packet.js';
import { IP_PROTOCOL, IpProtocol, Next } from './protocol-numbers.js';

/** RFC 792 and RFC 4443 §3.1: the quoted packet stands behind eight bytes. */
const HEADER = { type: 0, length: 8 } as const;
const UNREACHABLE_V4 = 3;
const UNREACHABLE_V6 = 1;
const OFFSET_MASK = 0x1fff;
/** Source and destination port begin both transport headers (RFC 768, RFC 9293 §3.1). */
const PORTS = { source: 0, destination: 2, length: 4 } as const;

/**
 * Reads whose packet did not arrive: `packet` becomes the quoted one, without a payload. What is
 * quoted was said before, or never: it is no message.
 */
export function readIcmpv4(layer: Layer, packet: Packet): Drop {
  const { at, buf } = layer;
  if (layer.end - at < HEADER.length) return tooShort(layer, Drop.IcmpMalformed);
  if (buf[at + HEADER.type] !== UNREACHABLE_V4) return Drop.IpProtocolOther;
  layer.at = at + HEADER.length;
  const receiver = packet.destination;
  const drop = readQuotedIpv4(layer, packet);
  if (drop !== Drop.None) return drop;
  return packet.source === receiver ? readPorts(layer, packet) : Drop.IcmpMalformed;
}

export function readIcmpv6(layer: Layer, packet: Packet): Drop {
  const { at, buf } = layer;
  if (layer.end - at < HEADER.length) return tooShort(layer, Drop.IcmpMalformed);
  if (buf[at + HEADER.type] !== UNREACHABLE_V6) return Drop.IpProtocolOther;
  layer.at = at + HEADER.length;
  const receiver = packet.destination;
  const drop = readQuotedIpv6(layer, packet);
  if (drop !== Drop.None) return drop;
  return packet.source === receiver ? readPorts(layer, packet) : Drop.IcmpMalformed;
}

function readQuotedIpv4(layer: Layer, packet: Packet): Drop {
  const { at, buf } = layer;
  if (layer.end - at < IPV4.length) return tooShort(layer, Drop.IcmpMalformed);
  const first = buf[at + IPV4.versionAndLength]!;
  const headerLength = (first & 15) * 4;
  if (first >> 4 !== 4 || headerLength < IPV4.length) return Drop.IcmpMalformed;
  if (layer.end - at < headerLength) return tooShort(layer, Drop.IcmpMalformed);
  // Only the first fragment has ports.
  if ((uint16(buf, at + IPV4.fragment) & OFFSET_MASK) !== 0) return Drop.IpProtocolOther;
  packet.ipIdentification = uint16(buf, at + IPV4.identification);
  packet.source = uint32(buf, at + IPV4.source);
  packet.destination = uint32(buf, at + IPV4.destination);
  layer.next = IP_PROTOCOL + buf[at + IPV4.protocol]!;
  layer.at = at + headerLength;
  return Drop.None;
}

function readQuotedIpv6(layer: Layer, packet: Packet): Drop {
  const { at, buf } = layer;
  if (layer.end - at < IPV6.length) return tooShort(layer, Drop.IcmpMalformed);
  if (buf[at + IPV6.version]! >> 4 !== 6) return Drop.IcmpMalformed;
  packet.source = readIpv6Address(buf, at + IPV6.source);
  packet.destination = readIpv6Address(buf, at + IPV6.destination);
  layer.next = IP_PROTOCOL + buf[at + IPV6.nextHeader]!;
  layer.at = at + IPV6.length;
  layer.extensions = 0;
  let drop = readExtensions(layer);
  while (drop === Drop.None && layer.next === Next.Fragment) {
    if (layer.fragmentOffset !== 0) return Drop.IpProtocolOther;
    layer.next = layer.protocol;
    drop = readExtensions(layer);
  }
  return drop === Drop.Ipv6Malformed ? Drop.IcmpMalformed : drop;
}

function readPorts(layer: Layer, packet: Packet): Drop {
  const { at, buf, next } = layer;
  if (next !== IpProtocol.Udp && next !== IpProtocol.Tcp) return Drop.IpProtocolOther;
  if (layer.end - at < PORTS.length) return tooShort(layer, Drop.IcmpMalformed);
  packet.buf = buf;
  packet.transport = next === IpProtocol.Tcp ? Transport.Tcp : Transport.Udp;
  packet.sourcePort = uint16(buf, at + PORTS.source);
  packet.destinationPort = uint16(buf, at + PORTS.destination);
  packet.payloadFrom = at;
  packet.payloadTo = at;
  packet.payloadLength = 0;
  packet.truncated = false;
  layer.next = Next.Unreachable;
  return Drop.None;
}
