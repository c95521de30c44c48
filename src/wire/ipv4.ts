import { readIpv4 as readAddress } from './address.js';
import { Drop, type Layer } from './layer.js';
import type { Packet } from './packet.js';

/** RFC 791 §3.1. */
const FIELD = {
  versionAndLength: 0,
  totalLength: 2,
  identification: 4,
  fragment: 6,
  protocol: 9,
  source: 12,
  destination: 16,
  length: 20,
} as const;

/** The more-fragments bit and the fragment offset. */
const FRAGMENT_MASK = 0x3fff;
const OFFSET_MASK = 0x1fff;

/**
 * Moves `layer` past the header and its options, and cuts off what stands behind the datagram. Of
 * fragments, only the first is followed so far that its ports can be read.
 */
export function readIpv4(layer: Layer, packet: Packet, buf: Buffer): Drop {
  const { at } = layer;
  const captured = layer.end - at;
  if (captured < FIELD.length) return Drop.HeaderTruncated;
  const first = buf[at + FIELD.versionAndLength]!;
  const headerLength = (first & 15) * 4;
  const totalLength = buf.readUInt16BE(at + FIELD.totalLength);
  if (first >> 4 !== 4 || headerLength < FIELD.length) return Drop.Ipv4Malformed;
  // Segmentation offload: the kernel hands over more than 65535 bytes, or fills the length in
  // later, and writes 0. The datagram then goes to the end of the frame.
  if (totalLength === 0) layer.openEnd = true;
  else if (totalLength < headerLength) return Drop.Ipv4Malformed;
  if (captured < headerLength) return Drop.HeaderTruncated;
  const fragment = buf.readUInt16BE(at + FIELD.fragment) & FRAGMENT_MASK;
  if ((fragment & OFFSET_MASK) !== 0) return Drop.Fragment;

  packet.ipIdentification = buf.readUInt16BE(at + FIELD.identification);
  packet.source = readAddress(buf, at + FIELD.source);
  packet.destination = readAddress(buf, at + FIELD.destination);
  layer.next = buf[at + FIELD.protocol]!;
  layer.at = at + headerLength;
  if (totalLength > 0) {
    layer.truncated = totalLength > captured;
    // Short Ethernet frames are padded to 60 bytes: the padding is no payload.
    if (totalLength < captured) layer.end = at + totalLength;
  }
  return fragment === 0 ? Drop.None : Drop.Fragment;
}
