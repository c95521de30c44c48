import { uint16, uint32 } from './big-endian.js';
import { Drop, tooShort } from './drop.js';
import type { Layer } from './layer.js';
import { type Packet, TcpFlag, Transport } from './packet.js';
import { Next } from './protocol-numbers.js';

/** RFC 9293 §3.1. */
const FIELD = {
  sourcePort: 0,
  destinationPort: 2,
  sequence: 4,
  acknowledgment: 8,
  dataOffset: 12,
  flags: 13,
  urgentPointer: 18,
  length: 20,
} as const;

/** Fills in ports, numbers, flags and payload. */
export function readTcp(layer: Layer, packet: Packet): Drop {
  const { at, buf } = layer;
  const captured = layer.end - at;
  if (captured < FIELD.length) return tooShort(layer, Drop.TcpMalformed);
  const headerLength = (buf[at + FIELD.dataOffset]! >> 4) * 4;
  if (headerLength < FIELD.length || at + headerLength > layer.wireEnd) return Drop.TcpMalformed;
  if (headerLength > captured) return Drop.HeaderTruncated;

  packet.buf = buf;
  packet.transport = Transport.Tcp;
  packet.sourcePort = uint16(buf, at + FIELD.sourcePort);
  packet.destinationPort = uint16(buf, at + FIELD.destinationPort);
  packet.tcpSequence = uint32(buf, at + FIELD.sequence);
  packet.tcpAcknowledgment = uint32(buf, at + FIELD.acknowledgment);
  packet.tcpFlags = buf[at + FIELD.flags]!;
  const isUrgent = (packet.tcpFlags & TcpFlag.Urg) !== 0;
  packet.tcpUrgent = isUrgent ? uint16(buf, at + FIELD.urgentPointer) : -1;
  packet.payloadFrom = at + headerLength;
  packet.payloadTo = layer.end;
  packet.payloadLength = layer.wireEnd - packet.payloadFrom;
  packet.truncated = layer.isCut;
  layer.next = Next.Payload;
  return Drop.None;
}
