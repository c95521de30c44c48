import { Drop, type Layer } from './layer.js';
import type { Packet } from './packet.js';

/** RFC 768. The checksum is not looked at: with offload it is wrong on the sender's own machine. */
const FIELD = { sourcePort: 0, destinationPort: 2, datagramLength: 4, length: 8 } as const;

export function readUdp(layer: Layer, packet: Packet, buf: Buffer): Drop {
  const { at } = layer;
  const captured = layer.end - at;
  if (captured < FIELD.length) {
    return layer.truncated ? Drop.HeaderTruncated : Drop.UdpMalformed;
  }
  let length = buf.readUInt16BE(at + FIELD.datagramLength);
  let truncated = length > captured;
  if (length === 0 && layer.openEnd) {
    // RFC 2675 §4: a datagram in a jumbogram has length 0 and ends where the packet ends.
    length = captured;
    truncated = layer.truncated;
  } else if (truncated && !layer.truncated) {
    // Longer than its packet: no receiver takes it, and nothing is missing that was ever there.
    return Drop.UdpMalformed;
  }
  if (length < FIELD.length) return Drop.UdpMalformed;

  packet.sourcePort = buf.readUInt16BE(at + FIELD.sourcePort);
  packet.destinationPort = buf.readUInt16BE(at + FIELD.destinationPort);
  packet.payloadFrom = at + FIELD.length;
  packet.payloadTo = truncated ? layer.end : at + length;
  packet.truncated = truncated;
  return Drop.None;
}
