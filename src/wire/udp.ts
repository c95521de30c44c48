import { uint16 } from './big-endian.js';
import { Drop, tooShort } from './drop.js';
import type { Layer } from './layer.js';
import type { Packet } from './packet.js';
import { Next } from './protocol-numbers.js';

/** RFC 768. */
const FIELD = { sourcePort: 0, destinationPort: 2, datagramLength: 4, length: 8 } as const;

/**
 * Fills in ports and payload. No checksum is looked at, of no layer: with offload it is wrong on the
 * sender's own machine, and what a mirror shows was mostly taken before the card had filled it in.
 */
export function readUdp(layer: Layer, packet: Packet): Drop {
  const { at, buf } = layer;
  if (layer.end - at < FIELD.length) {
    return tooShort(layer, Drop.UdpMalformed);
  }
  let length = uint16(buf, at + FIELD.datagramLength);
  // RFC 2675 §4: a datagram in a jumbogram has length 0 and ends where the packet ends. Linux takes
  // that for any packet of IPv6.
  if (length === 0 && (layer.openEnd || typeof packet.source === 'string')) {
    length = layer.wireEnd - at;
  }
  // Longer than its packet: no receiver takes it, and nothing is missing that was ever there.
  if (length < FIELD.length || at + length > layer.wireEnd) return Drop.UdpMalformed;

  packet.buf = buf;
  packet.sourcePort = uint16(buf, at + FIELD.sourcePort);
  packet.destinationPort = uint16(buf, at + FIELD.destinationPort);
  packet.payloadFrom = at + FIELD.length;
  packet.payloadLength = length - FIELD.length;
  packet.truncated = at + length > layer.end;
  packet.payloadTo = packet.truncated ? layer.end : at + length;
  layer.next = Next.Payload;
  return Drop.None;
}
