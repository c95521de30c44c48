import type { CapturedFrame } from '../capture-frames.js';
import { transportChecksum } from '../pcap-writer.js';
import { ETHER_TYPE, ethernet, ipPacketOf, isV6, type Rewrap, remade, u16, u32 } from './frames.js';

/**
 * Each host gets a network (64 bits) of its own, one of private networks where it was in one
 * (RFC 1918, RFC 6598; RFC 4193), else one of those for documentation (RFC 9637).
 */
const PRIVATE = u32(0xfd777777);
const PUBLIC = u32(0x3fff0777);
const HOST = u32(0, 0x77);
const PROTOCOL = { icmp: 1, tcp: 6, udp: 17, icmpV6: 58 } as const;

/**
 * Every IPv4 packet as the IPv6 packet that says the same; the text of messages stays. ICMP errors
 * become those of ICMPv6 (RFC 7915 §4.2), quotes included. Other frames stay.
 */
export const toIpv6: Rewrap = translation(ownNetwork);

/** The same between addresses that hosts have behind a Teredo client (RFC 4380 §4). */
export const toTeredo: Rewrap = translation((address) => {
  const turned = address.map((byte) => ~byte);
  return Buffer.concat([u32(0x20010000, 0x0a630002), u16(0x8000, 0x1234), turned]);
});

/** What an IPv4 address becomes. */
type Mapping = (address: Buffer) => Buffer;

function translation(mapping: Mapping): Rewrap {
  return (frames) =>
    frames.map((frame): CapturedFrame => {
      const packet = ipPacketOf(frame);
      if (packet === undefined || isV6(packet.bytes) || packet.bytes.length < 20) return frame;
      return remade(frame, packet, (bytes) =>
        ethernet(ETHER_TYPE.ipv6, translated(bytes, mapping)),
      );
    });
}

/** A text with all addresses that `toIpv6` made as what they were. */
export function withIpv4(text: string): string {
  return text.replace(
    /\b(?:fd77:7777|3fff:777)(?::([0-9a-f]{1,4}))?(?::([0-9a-f]{1,4}))?::77\b/g,
    (_, high = '0', low = '0') => quad(Number.parseInt(high, 16), Number.parseInt(low, 16)),
  );
}

function quad(high: number, low: number): string {
  return [high >> 8, high & 255, low >> 8, low & 255].join('.');
}

function translated(packet: Buffer, mapping: Mapping): Buffer {
  const headerLength = 4 * (packet[0]! & 15);
  const field = packet.readUInt16BE(6);
  const isFragment = (field & 0x3fff) !== 0;
  const source = mapping(packet.subarray(12, 16));
  const destination = mapping(packet.subarray(16, 20));
  const protocol = packet[9] === PROTOCOL.icmp ? PROTOCOL.icmpV6 : packet[9]!;
  const isIcmp = packet[9] === PROTOCOL.icmp && !isFragment;
  const own = Buffer.from(packet.subarray(headerLength));
  const body = isIcmp && own.length >= 8 ? icmpV6(own, mapping) : own;
  if (!isFragment) writeChecksum(protocol, source, destination, body);
  // RFC 7915 §4.1: a fragment keeps its place and its identification.
  const more = (field & 0x2000) === 0 ? 0 : 1;
  const extension = isFragment
    ? [Buffer.from([protocol, 0]), u16(((field & 0x1fff) << 3) | more, 0, packet.readUInt16BE(4))]
    : [];
  const length = body.length + (isFragment ? 8 : 0);
  const next = isFragment ? 44 : protocol;
  const head = Buffer.concat([u32(0x60000000), u16(length), Buffer.from([next, packet[8]!])]);
  return Buffer.concat([head, source, destination, ...extension, body]);
}

function ownNetwork(address: Buffer): Buffer {
  const [a, b] = [address[0]!, address[1]!];
  const isPrivate =
    a === 10 ||
    (a === 172 && b >= 16 && b < 32) ||
    (a === 192 && b === 168) ||
    (a === 100 && b >= 64 && b < 128);
  return Buffer.concat([isPrivate ? PRIVATE : PUBLIC, address, HOST]);
}

/** RFC 7915 §4.2: echo, and unreachable with the packet that it quotes. */
function icmpV6(body: Buffer, mapping: Mapping): Buffer {
  const [type, code] = [body[0]!, body[1]!];
  if (type === 8 || type === 0) {
    body.writeUInt16BE(type === 8 ? 0x8000 : 0x8100, 0);
    return body;
  }
  if (type !== 3 || body.length < 28) return body;
  const administrative = code === 9 || code === 10 || code === 13;
  const newCode = code === 3 ? 4 : administrative ? 1 : 0;
  return Buffer.concat([
    Buffer.from([1, newCode]),
    body.subarray(2, 8),
    quoted(body.subarray(8), mapping),
  ]);
}

/** The quoted packet says how long it was, however much of it is quoted. */
function quoted(packet: Buffer, mapping: Mapping): Buffer {
  const headerLength = 4 * (packet[0]! & 15);
  const onWire = packet.readUInt16BE(2) - headerLength;
  const next = packet[9] === PROTOCOL.icmp ? PROTOCOL.icmpV6 : packet[9]!;
  const head = Buffer.concat([u32(0x60000000), u16(onWire), Buffer.from([next, packet[8]!])]);
  const addresses = [mapping(packet.subarray(12, 16)), mapping(packet.subarray(16, 20))];
  return Buffer.concat([head, ...addresses, packet.subarray(headerLength)]);
}

/** RFC 8200 §8.1. Where the checksum stands in the headers that have one. */
function writeChecksum(protocol: number, source: Buffer, destination: Buffer, body: Buffer): void {
  const at = { [PROTOCOL.tcp]: 16, [PROTOCOL.udp]: 6, [PROTOCOL.icmpV6]: 2 }[protocol];
  if (at === undefined || body.length < at + 2) return;
  body.writeUInt16BE(0, at);
  const sum = transportChecksum(protocol, source, destination, body);
  body.writeUInt16BE(sum === 0 && protocol === PROTOCOL.udp ? 0xffff : sum, at);
}
