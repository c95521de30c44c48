import { uint16, uint32 } from './big-endian.js';
import { Drop } from './drop.js';
import type { Layer } from './layer.js';
import type { Packet } from './packet.js';
import { IP_PROTOCOL, Next } from './protocol-numbers.js';

/** RFC 791 §3.1. */
export const IPV4 = {
  versionAndLength: 0,
  totalLength: 2,
  identification: 4,
  fragment: 6,
  protocol: 9,
  source: 12,
  destination: 16,
  length: 20,
} as const;

const MORE_FRAGMENTS = 0x2000;
const OFFSET_MASK = 0x1fff;

/** Moves `layer` past the header and its options, and cuts off what stands behind the datagram. */
export function readIpv4(layer: Layer, packet: Packet): Drop {
  const { at, buf } = layer;
  const captured = layer.end - at;
  if (captured < IPV4.length) return Drop.HeaderTruncated;
  const first = buf[at + IPV4.versionAndLength]!;
  const headerLength = (first & 15) * 4;
  const totalLength = uint16(buf, at + IPV4.totalLength);
  if (first >> 4 !== 4 || headerLength < IPV4.length) return Drop.Ipv4Malformed;
  // Segmentation offload: the kernel hands over more than 65535 bytes, or fills the length in
  // later, and writes 0. The datagram then goes to the end of the frame.
  layer.openEnd = totalLength === 0;
  if (!layer.openEnd && totalLength < headerLength) return Drop.Ipv4Malformed;
  if (captured < headerLength) return Drop.HeaderTruncated;

  packet.ipIdentification = uint16(buf, at + IPV4.identification);
  packet.source = uint32(buf, at + IPV4.source);
  packet.destination = uint32(buf, at + IPV4.destination);
  layer.next = IP_PROTOCOL + buf[at + IPV4.protocol]!;
  // Short Ethernet frames are padded to 60 bytes: the padding is no payload.
  if (totalLength > 0) layer.extend(totalLength);
  layer.at = at + headerLength;
  const fragment = uint16(buf, at + IPV4.fragment) & (MORE_FRAGMENTS | OFFSET_MASK);
  if (fragment !== 0) beginFragment(layer, packet.ipIdentification, fragment);
  return Drop.None;
}

function beginFragment(layer: Layer, identification: number, fragment: number): void {
  layer.protocol = layer.next;
  layer.identification = identification;
  layer.fragmentOffset = (fragment & OFFSET_MASK) * 8;
  layer.moreFragments = (fragment & MORE_FRAGMENTS) !== 0;
  layer.next = Next.Fragment;
}
