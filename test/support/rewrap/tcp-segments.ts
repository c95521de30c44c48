import type { CapturedFrame } from '../capture-frames.js';
import { ipPacket, transportChecksum } from '../pcap-writer.js';
import { ipPacketOf, isV6, plainFrame } from './frames.js';
import { identified } from './outer.js';

/** TCP flag bits (RFC 9293 §3.1). */
export const FLAG = { fin: 1, syn: 2, rst: 4, psh: 8, ack: 16 } as const;

/** A TCP segment of a capture, whole and right behind its IP header. */
export interface Segment {
  readonly time: number;
  readonly packet: Buffer;
  readonly source: Buffer;
  readonly destination: Buffer;
  /** The TCP header with its options. */
  readonly header: Buffer;
  readonly payload: Buffer;
  readonly sequence: number;
  readonly flags: number;
  /** Who sends to whom, and the other way round. */
  readonly way: string;
  readonly wayBack: string;
}

/** The TCP segment in a frame, if there is one that was captured whole. */
export function segmentOf(frame: CapturedFrame): Segment | undefined {
  const found = ipPacketOf(frame);
  if (found === undefined || found.missing > 0) return undefined;
  const packet = found.bytes;
  const at = isV6(packet) ? 40 : 4 * (packet[0]! & 15);
  const isTcp = isV6(packet)
    ? packet[6] === 6
    : packet[9] === 6 && (packet.readUInt16BE(6) & 0x3fff) === 0;
  if (!isTcp || packet.length < at + 20) return undefined;
  const dataAt = at + 4 * (packet[at + 12]! >> 4);
  if (dataAt < at + 20 || dataAt > packet.length) return undefined;
  const length = isV6(packet) ? 16 : 4;
  const source = packet.subarray(isV6(packet) ? 8 : 12).subarray(0, length);
  const destination = packet.subarray(isV6(packet) ? 24 : 16).subarray(0, length);
  const from = `${source.toString('hex')}:${packet.readUInt16BE(at)}`;
  const to = `${destination.toString('hex')}:${packet.readUInt16BE(at + 2)}`;
  return {
    time: frame.time,
    packet,
    source,
    destination,
    header: packet.subarray(at, dataAt),
    payload: packet.subarray(dataAt),
    sequence: packet.readUInt32BE(at + 4),
    flags: packet[at + 13]!,
    way: `${from}>${to}`,
    wayBack: `${to}>${from}`,
  };
}

/** What of a segment is to be another; the rest stays. Sequence numbers wrap (modulo 2^32). */
export interface Change {
  readonly sequence?: number;
  readonly acknowledgment?: number;
  readonly flags?: number;
  readonly payload?: Buffer;
  /** IPv4: added to the identification, since each packet has one of its own. */
  readonly identification?: number;
  readonly time?: number;
}

/** A segment with some of it changed, checksums right, as a frame of Ethernet. */
export function changed(segment: Segment, change: Change): CapturedFrame {
  const { sequence, acknowledgment, flags, payload, identification = 0, time } = change;
  const { packet, source, destination } = segment;
  const body = Buffer.concat([segment.header, payload ?? segment.payload]);
  if (sequence !== undefined) body.writeUInt32BE(sequence >>> 0, 4);
  if (acknowledgment !== undefined) body.writeUInt32BE(acknowledgment >>> 0, 8);
  if (flags !== undefined) body[13] = flags;
  body.writeUInt16BE(0, 16);
  body.writeUInt16BE(transportChecksum(6, source, destination, body), 16);
  const made = ipPacket(6, source, destination, body);
  if (!isV6(made)) identified(made, packet.readUInt16BE(4) + identification);
  return plainFrame(made, time ?? segment.time);
}

/** A range of a segment's payload; what ends the stream stands only with its last byte. */
export function part(segment: Segment, from: number, to: number, number: number): CapturedFrame {
  const { payload, sequence, flags } = segment;
  const isLast = to >= payload.length;
  return changed(segment, {
    sequence: sequence + from,
    flags: isLast ? flags : flags & ~(FLAG.fin | FLAG.psh),
    payload: payload.subarray(from, to),
    identification: number,
  });
}

/** Whether a segment has bytes that may be cut: none that open or break off a connection. */
export function isCuttable({ payload, flags }: Segment): boolean {
  return payload.length > 1 && (flags & (FLAG.syn | FLAG.rst)) === 0;
}
