import { parseAddress } from '../wire/address.js';
import { Transport } from '../wire/packet.js';
import { checksum, pseudoChecksum } from './checksum.js';
import type { ExamplePacket } from './example-messages.js';
import { type TcpSegment, tcpSegments } from './tcp-conversation.js';

/** LINKTYPE_RAW: the frame begins with the IP header. */
export const RAW_LINK = 101;

/** A raw IP frame, and when it comes (seconds since the example began). */
export interface TimedFrame {
  readonly at: number;
  readonly bytes: Buffer;
}

/** IP protocol numbers of the errors. */
const ICMP = 1;
const ICMP_V6 = 58;
/** Type and code of "port unreachable" (RFC 792, RFC 4443 §3.1). */
const PORT_UNREACHABLE = { v4: [3, 3], v6: [1, 4] } as const;
/** Bytes behind the IP header that an error quotes at least (RFC 792). */
const QUOTED = 8;
/** Fragments of one datagram have one identification (RFC 791 §3.2); their length is in units. */
const IDENTIFICATION = 0x5151;
const MORE_FRAGMENTS = 0x2000;
const UNIT = 8;

interface Endpoint {
  readonly bytes: Buffer;
  readonly port: number;
}

/** Packets as raw IP frames in order of time, so that examples take the same way as the wire. */
export function ipFrames(packets: readonly ExamplePacket[]): TimedFrame[] {
  const datagrams = packets.filter(({ transport }) => transport === 'udp');
  const segments = tcpSegments(packets.filter(({ transport }) => transport === 'tcp'));
  const frames = [...datagrams.flatMap(datagramFrames), ...segments.map(segmentFrame)];
  return frames.sort((a, b) => a.at - b.at);
}

function datagramFrames(packet: ExamplePacket): TimedFrame[] {
  const { at, kind, payload, overlapping } = packet;
  const [from, to] = [endpoint(packet.from), endpoint(packet.to)];
  if (kind === 'icmp-unreachable') return [{ at, bytes: unreachable(from, to, udp(to, from)) }];
  if (overlapping) {
    return overlappingPackets(from, to, udp(from, to, payload)).map((bytes) => ({ at, bytes }));
  }
  return [{ at, bytes: ipPacket(from, to, Transport.Udp, udp(from, to, payload)) }];
}

function segmentFrame({ at, from, to, isError, ...segment }: TcpSegment): TimedFrame {
  const [source, target] = [endpoint(from), endpoint(to)];
  return isError
    ? { at, bytes: unreachable(source, target, tcp(target, source, segment), Transport.Tcp) }
    : { at, bytes: ipPacket(source, target, Transport.Tcp, tcp(source, target, segment)) };
}

function endpoint(text: string): Endpoint {
  const colon = text.lastIndexOf(':');
  const address = parseAddress(text.slice(0, colon));
  if (address === undefined) throw new Error(`"${text}" is not ADDRESS:PORT`);
  const port = Number(text.slice(colon + 1));
  if (typeof address === 'string') return { bytes: Buffer.from(address, 'latin1'), port };
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(address);
  return { bytes, port };
}

function udp(from: Endpoint, to: Endpoint, payload: Uint8Array = new Uint8Array()): Buffer {
  const header = Buffer.alloc(8);
  header.writeUInt16BE(from.port, 0);
  header.writeUInt16BE(to.port, 2);
  header.writeUInt16BE(8 + payload.length, 4);
  const datagram = Buffer.concat([header, payload]);
  // RFC 768: a sum that comes out as zero is sent as all ones, for zero means "no checksum".
  const sum = pseudoChecksum(Transport.Udp, from.bytes, to.bytes, datagram) || 0xffff;
  datagram.writeUInt16BE(sum, 6);
  return datagram;
}

type TcpFields = Pick<TcpSegment, 'seq' | 'ack' | 'flags' | 'payload'>;

function tcp(from: Endpoint, to: Endpoint, { seq, ack, flags, payload }: TcpFields): Buffer {
  const header = Buffer.alloc(20);
  header.writeUInt16BE(from.port, 0);
  header.writeUInt16BE(to.port, 2);
  header.writeUInt32BE(seq >>> 0, 4);
  header.writeUInt32BE(ack >>> 0, 8);
  header[12] = 5 << 4; // data offset: five words
  header[13] = flags;
  header.writeUInt16BE(65535, 14);
  const segment = Buffer.concat([header, payload]);
  segment.writeUInt16BE(pseudoChecksum(Transport.Tcp, from.bytes, to.bytes, segment), 16);
  return segment;
}

/** The error that `from` sends to `to` about a packet that went from `to` to `from`. */
function unreachable(
  from: Endpoint,
  to: Endpoint,
  segment: Buffer,
  protocol: number = Transport.Udp,
): Buffer {
  const isV4 = from.bytes.length === 4;
  const quoted = ipPacket(to, from, protocol, segment);
  const head = Buffer.alloc(8);
  head.set(isV4 ? PORT_UNREACHABLE.v4 : PORT_UNREACHABLE.v6);
  const error = Buffer.concat([head, quoted.subarray(0, (isV4 ? 20 : 40) + QUOTED)]);
  const sum = isV4 ? checksum(error) : pseudoChecksum(ICMP_V6, from.bytes, to.bytes, error);
  error.writeUInt16BE(sum, 2);
  return ipPacket(from, to, isV4 ? ICMP : ICMP_V6, error);
}

/** Two fragments of which the second repeats the last bytes of the first with other letters. */
function overlappingPackets(from: Endpoint, to: Endpoint, datagram: Buffer): Buffer[] {
  const middle = Math.floor(datagram.length / 2 / UNIT) * UNIT;
  const second = Buffer.from(datagram.subarray(middle - UNIT));
  for (let i = 0; i < UNIT; i++)
    if (/[a-z]/i.test(String.fromCharCode(second[i]!))) second[i] = 120;
  return [
    ipPacket(from, to, Transport.Udp, datagram.subarray(0, middle), MORE_FRAGMENTS),
    ipPacket(from, to, Transport.Udp, second, middle / UNIT - 1),
  ];
}

/** IPv4 or IPv6 by the address; `fragment`: the flags and offset of RFC 791 §3.1. */
function ipPacket(
  from: Endpoint,
  to: Endpoint,
  protocol: number,
  body: Uint8Array,
  fragment = 0,
): Buffer {
  if (from.bytes.length === 16) {
    const header = Buffer.alloc(8);
    header[0] = 0x60;
    header.writeUInt16BE(body.length, 4);
    header[6] = protocol;
    header[7] = 64;
    return Buffer.concat([header, from.bytes, to.bytes, body]);
  }
  const header = Buffer.alloc(12);
  header[0] = 0x45;
  header.writeUInt16BE(20 + body.length, 2);
  if (fragment !== 0) header.writeUInt16BE(IDENTIFICATION, 4);
  header.writeUInt16BE(fragment, 6);
  header[8] = 64;
  header[9] = protocol;
  const packet = Buffer.concat([header, from.bytes, to.bytes, body]);
  packet.writeUInt16BE(checksum(packet.subarray(0, 20)), 10);
  return packet;
}
