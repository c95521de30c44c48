import { Drop, type Layer } from './layer.js';
import type { Packet } from './packet.js';

/** RFC 9293 §3.1. The checksum is not looked at, as in UDP. */
const FIELD = {
  sourcePort: 0,
  destinationPort: 2,
  sequence: 4,
  dataOffset: 12,
  flags: 13,
  length: 20,
} as const;

export function readTcp(layer: Layer, packet: Packet, buf: Buffer): Drop {
  const { at } = layer;
  const captured = layer.end - at;
  const short = layer.truncated ? Drop.HeaderTruncated : Drop.TcpMalformed;
  if (captured < FIELD.length) return short;
  const headerLength = (buf[at + FIELD.dataOffset]! >> 4) * 4;
  if (headerLength < FIELD.length) return Drop.TcpMalformed;
  if (headerLength > captured) return short;

  packet.sourcePort = buf.readUInt16BE(at + FIELD.sourcePort);
  packet.destinationPort = buf.readUInt16BE(at + FIELD.destinationPort);
  packet.tcpSequence = buf.readUInt32BE(at + FIELD.sequence);
  packet.tcpFlags = buf[at + FIELD.flags]!;
  packet.payloadFrom = at + headerLength;
  packet.payloadTo = layer.end;
  packet.truncated = layer.truncated;
  return Drop.None;
}
