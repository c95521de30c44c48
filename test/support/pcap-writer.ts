import { parseAddress } from '../../src/wire/address.js';

/**
 * Builds capture files and frames for tests and scenarios:
 *
 *   makePcap([{ time: 1700000000, bytes: udpFrame({ from: '198.51.100.7:5060',
 *     to: '203.0.113.5:5060', payload: 'OPTIONS sip:100@203.0.113.5 SIP/2.0\r\n...' }) }])
 *
 * Lengths and checksums are right; a test that wants them wrong overwrites the bytes.
 */

/** LINKTYPE_ values of the tcpdump group's registry, by the names that `link` takes. */
export const LINK_TYPES = {
  null: 0,
  ethernet: 1,
  raw: 101,
  loop: 108,
  sll: 113,
  ipv4: 228,
  ipv6: 229,
  sll2: 276,
} as const;
export type Link = keyof typeof LINK_TYPES;

export interface FileFrame {
  /** Seconds since 1970. */
  time: number;
  bytes: Uint8Array;
  /** Default 1, Ethernet. A pcap file has one link type; pcapng gets one interface for each. */
  linkType?: number;
  /** Length on the wire, when the frame was cut by a snap length. Default: all of `bytes`. */
  originalLength?: number;
}

export interface FileOptions {
  format?: 'pcap' | 'pcapng';
  endian?: 'little' | 'big';
  /** As if_tsresol of pcapng: 6 = 10^-6 s (default), 9 = 10^-9 s, 0x80 + n = 2^-n s. pcap: 6, 9. */
  resolution?: number;
  /** pcapng only: if_tsoffset, seconds to add to every timestamp of the file. */
  timeOffset?: number;
}

export function makePcap(frames: readonly FileFrame[], options: FileOptions = {}): Buffer {
  return options.format === 'pcapng' ? pcapng(frames, options) : pcap(frames, options);
}

function pcap(frames: readonly FileFrame[], options: FileOptions): Buffer {
  const linkType = frames[0]?.linkType ?? LINK_TYPES.ethernet;
  if (frames.some((frame) => (frame.linkType ?? LINK_TYPES.ethernet) !== linkType)) {
    throw new Error('a pcap file has one link type: use pcapng');
  }
  const little = options.endian !== 'big';
  const resolution = options.resolution ?? 6;
  const magic = resolution === 9 ? 0xa1b23c4d : 0xa1b2c3d4;
  const parts: Uint8Array[] = [
    u32(little, magic),
    u16(little, 2, 4),
    u32(little, 0, 0, 262144, linkType),
  ];
  for (const frame of frames) {
    const units = 10 ** resolution;
    const ticks = ticksOf(frame.time, resolution);
    const seconds = Number(ticks / BigInt(units));
    const fraction = Number(ticks % BigInt(units));
    const original = frame.originalLength ?? frame.bytes.length;
    parts.push(u32(little, seconds, fraction, frame.bytes.length, original), frame.bytes);
  }
  return Buffer.concat(parts);
}

/** draft-ietf-opsawg-pcapng: section header, one interface per link type, enhanced packets. */
function pcapng(frames: readonly FileFrame[], options: FileOptions): Buffer {
  const little = options.endian !== 'big';
  const resolution = options.resolution ?? 6;
  const linkTypes = [...new Set(frames.map((frame) => frame.linkType ?? LINK_TYPES.ethernet))];
  const parts = [sectionHeader(little)];
  for (const linkType of linkTypes) {
    parts.push(interfaceDescription(little, linkType, resolution, options.timeOffset));
  }
  for (const frame of frames) {
    const interfaceId = linkTypes.indexOf(frame.linkType ?? LINK_TYPES.ethernet);
    const ticks = ticksOf(frame.time - (options.timeOffset ?? 0), resolution);
    const original = frame.originalLength ?? frame.bytes.length;
    const fields = u32(
      little,
      interfaceId,
      Number(ticks >> 32n),
      Number(ticks & 0xffffffffn),
      frame.bytes.length,
      original,
    );
    parts.push(block(little, 6, Buffer.concat([fields, frame.bytes])));
  }
  return Buffer.concat(parts);
}

export function sectionHeader(little = true): Buffer {
  const body = Buffer.concat([u32(little, 0x1a2b3c4d), u16(little, 1, 0), Buffer.alloc(8, 0xff)]);
  return block(little, 0x0a0d0d0a, body);
}

/** `snapLength` 0 means no limit. */
export function interfaceDescription(
  little: boolean,
  linkType: number,
  resolution?: number,
  timeOffset?: number,
  snapLength = 262144,
): Buffer {
  const parts = [u16(little, linkType, 0), u32(little, snapLength)];
  if (resolution !== undefined) parts.push(u16(little, 9, 1), Buffer.from([resolution, 0, 0, 0]));
  if (timeOffset !== undefined) {
    const seconds = Buffer.alloc(8);
    if (little) seconds.writeBigInt64LE(BigInt(timeOffset));
    else seconds.writeBigInt64BE(BigInt(timeOffset));
    parts.push(u16(little, 14, 8), seconds);
  }
  if (parts.length > 2) parts.push(u16(little, 0, 0));
  return block(little, 1, Buffer.concat(parts));
}

/** Any pcapng block: type, length, body padded to 32 bits, length. */
export function block(little: boolean, type: number, body: Uint8Array): Buffer {
  const padding = Buffer.alloc(-body.length & 3);
  const length = u32(little, 12 + body.length + padding.length);
  return Buffer.concat([u32(little, type), length, body, padding, length]);
}

export interface DatagramOptions {
  /** `198.51.100.7:5060` or `[2001:db8::1]:5060`. */
  from: string;
  to: string;
  payload?: string | Uint8Array;
  /** VLAN ids, outermost first; Ethernet only. */
  vlan?: number | readonly number[];
  /** Default `ethernet`. */
  link?: Link;
}

export interface SegmentOptions extends DatagramOptions {
  seq?: number;
  ack?: number;
  /** Bits of `TcpFlag`; default PSH and ACK. */
  flags?: number;
}

/** One frame with one UDP datagram. A text payload is written as UTF-8. */
export function udpFrame(options: DatagramOptions): Buffer {
  const { source, destination, payload } = readOptions(options);
  const header = Buffer.alloc(8);
  header.writeUInt16BE(source.port, 0);
  header.writeUInt16BE(destination.port, 2);
  header.writeUInt16BE(8 + payload.length, 4);
  const datagram = Buffer.concat([header, payload]);
  // RFC 768: a sum that comes out as zero is sent as all ones, for zero means "no checksum".
  const sum = transportChecksum(17, source.address, destination.address, datagram) || 0xffff;
  datagram.writeUInt16BE(sum, 6);
  return linkFrame(ipPacket(17, source.address, destination.address, datagram), options);
}

/** One frame with one TCP segment, without TCP options. */
export function tcpFrame(options: SegmentOptions): Buffer {
  const { source, destination, payload } = readOptions(options);
  const header = Buffer.alloc(20);
  header.writeUInt16BE(source.port, 0);
  header.writeUInt16BE(destination.port, 2);
  header.writeUInt32BE((options.seq ?? 1) >>> 0, 4);
  header.writeUInt32BE((options.ack ?? 1) >>> 0, 8);
  header[12] = 5 << 4;
  header[13] = options.flags ?? 0x18;
  header.writeUInt16BE(65535, 14);
  const segment = Buffer.concat([header, payload]);
  segment.writeUInt16BE(transportChecksum(6, source.address, destination.address, segment), 16);
  return linkFrame(ipPacket(6, source.address, destination.address, segment), options);
}

/** IPv4 or IPv6 by the length of the addresses (4 or 16 bytes), without options or extensions. */
export function ipPacket(
  protocol: number,
  source: Uint8Array,
  destination: Uint8Array,
  body: Uint8Array,
): Buffer {
  if (source.length === 4) {
    const header = Buffer.alloc(12);
    header[0] = 0x45;
    header.writeUInt16BE(20 + body.length, 2);
    header[8] = 64;
    header[9] = protocol;
    const packet = Buffer.concat([header, source, destination, body]);
    packet.writeUInt16BE(checksum(packet.subarray(0, 20)), 10);
    return packet;
  }
  const header = Buffer.alloc(8);
  header[0] = 0x60;
  header.writeUInt16BE(body.length, 4);
  header[6] = protocol;
  header[7] = 64;
  return Buffer.concat([header, source, destination, body]);
}

/** An IP packet behind the link header that `link` and `vlan` ask for. */
export function linkFrame(
  packet: Uint8Array,
  { link = 'ethernet', vlan = [] }: { link?: Link; vlan?: number | readonly number[] } = {},
): Buffer {
  const v6 = packet[0]! >> 4 === 6;
  const etherType = Buffer.from(v6 ? [0x86, 0xdd] : [0x08, 0x00]);
  const tags = typeof vlan === 'number' ? [vlan] : vlan;
  if (tags.length > 0 && link !== 'ethernet') throw new Error('VLAN tags need Ethernet');
  switch (link) {
    case 'ethernet': {
      const parts: Uint8Array[] = [Buffer.from('020000000002020000000001', 'hex')];
      // IEEE 802.1Q: the service tag 0x88a8 stands outside, the customer tag 0x8100 innermost.
      tags.forEach((id, i) => {
        parts.push(u16(false, i < tags.length - 1 ? 0x88a8 : 0x8100, id));
      });
      return Buffer.concat([...parts, etherType, packet]);
    }
    case 'sll': // packet type, ARPHRD_ETHER, address length, address, protocol
      return Buffer.concat([u16(false, 0, 1, 6), Buffer.alloc(8), etherType, packet]);
    case 'sll2': // protocol, reserved, interface index, ARPHRD_ETHER, packet type, address
      return Buffer.concat([
        etherType,
        Buffer.alloc(2),
        u32(false, 1),
        u16(false, 1),
        Buffer.from([0, 6]),
        Buffer.alloc(8),
        packet,
      ]);
    case 'null': // AF_INET, or AF_INET6 of macOS, in host byte order; little endian here
      return Buffer.concat([u32(true, v6 ? 30 : 2), packet]);
    case 'loop': // AF_INET, or AF_INET6 of OpenBSD, in network byte order
      return Buffer.concat([u32(false, v6 ? 24 : 2), packet]);
    default:
      return Buffer.from(packet);
  }
}

function readOptions(options: DatagramOptions) {
  const payload = options.payload ?? '';
  return {
    source: endpoint(options.from),
    destination: endpoint(options.to),
    payload: typeof payload === 'string' ? Buffer.from(payload) : payload,
  };
}

function endpoint(text: string): { address: Buffer; port: number } {
  const colon = text.lastIndexOf(':');
  const key = parseAddress(text.slice(0, colon));
  const port = Number(text.slice(colon + 1));
  if (key === undefined || !Number.isInteger(port)) {
    throw new Error(`not an address and port: ${text}`);
  }
  return { address: typeof key === 'number' ? u32(false, key) : Buffer.from(key, 'latin1'), port };
}

/** RFC 9293 §3.1 and RFC 8200 §8.1: the sum covers a pseudo header of the IP header's fields. */
export function transportChecksum(
  protocol: number,
  source: Uint8Array,
  destination: Uint8Array,
  body: Uint8Array,
): number {
  const tail = u32(false, body.length, protocol);
  return checksum(Buffer.concat([source, destination, tail, body]));
}

/** RFC 1071: the ones' complement sum of 16-bit words. */
export function checksum(bytes: Uint8Array): number {
  let sum = 0;
  for (let i = 0; i < bytes.length; i += 2) sum += (bytes[i]! << 8) | (bytes[i + 1] ?? 0);
  while (sum > 0xffff) sum = (sum & 0xffff) + Math.floor(sum / 65536);
  return ~sum & 0xffff;
}

function ticksOf(time: number, resolution: number): bigint {
  const units = resolution & 0x80 ? 2 ** (resolution & 0x7f) : 10 ** resolution;
  const seconds = Math.floor(time);
  return BigInt(seconds) * BigInt(units) + BigInt(Math.round((time - seconds) * units));
}

function u16(little: boolean, ...values: number[]): Buffer {
  const bytes = Buffer.alloc(2 * values.length);
  values.forEach((value, i) => {
    if (little) bytes.writeUInt16LE(value, 2 * i);
    else bytes.writeUInt16BE(value, 2 * i);
  });
  return bytes;
}

function u32(little: boolean, ...values: number[]): Buffer {
  const bytes = Buffer.alloc(4 * values.length);
  values.forEach((value, i) => {
    if (little) bytes.writeUInt32LE(value, 4 * i);
    else bytes.writeUInt32BE(value, 4 * i);
  });
  return bytes;
}
