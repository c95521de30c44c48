import type { CapturedFrame } from '../capture-frames.js';
import { LINK_TYPES } from '../pcap-writer.js';

/** Makes other frames of a capture that say the same. */
export type Rewrap = (frames: readonly CapturedFrame[]) => CapturedFrame[];

export const ETHER_TYPE = { ipv4: 0x0800, ipv6: 0x86dd } as const;
const TAGS: ReadonlySet<number> = new Set([0x8100, 0x88a8, 0x9100]);

/** What is longer (bytes) fits into no other packet. */
const LONGEST = 65_000;

/** Bytes of a frame that begin at some layer. */
export interface Inner {
  readonly bytes: Buffer;
  /** How many more there were on the wire, behind those captured. */
  readonly missing: number;
}

/** The IP packet of a frame that has one right behind its link header, without padding. */
export function ipPacketOf(frame: CapturedFrame): Inner | undefined {
  const at = ipOffset(frame);
  if (at === undefined) return undefined;
  const bytes = frame.bytes.subarray(at);
  const headerLength = isV6(bytes) ? 40 : 20;
  if (bytes.length < headerLength) return undefined;
  const onWire = frame.originalLength - at;
  const length = ipLength(bytes) ?? onWire;
  // A packet that lies about its length means something in its own frame only.
  if (length < headerLength || length > onWire || length > LONGEST) return undefined;
  if (length <= bytes.length) return { bytes: bytes.subarray(0, length), missing: 0 };
  return { bytes, missing: length - bytes.length };
}

/** The frame as one of Ethernet; undefined when it is none and has no IP packet either. */
export function ethernetOf(frame: CapturedFrame): Inner | undefined {
  if (frame.linkType === LINK_TYPES.ethernet) {
    if (frame.originalLength > LONGEST) return undefined;
    return { bytes: frame.bytes, missing: frame.originalLength - frame.bytes.length };
  }
  const packet = ipPacketOf(frame);
  if (packet === undefined) return undefined;
  return {
    bytes: ethernet(etherTypeOf(packet.bytes), packet.bytes),
    missing: packet.missing,
  };
}

/**
 * The frame with other bytes, at the same time. `make` gets what was on the wire, zeros where the
 * capture cut it off, so that all lengths come out right; the same number of bytes is cut again.
 */
export function remade(
  frame: CapturedFrame,
  { bytes, missing }: Inner,
  make: (bytes: Buffer) => Buffer,
  linkType: number = LINK_TYPES.ethernet,
): CapturedFrame {
  const whole = missing === 0 ? bytes : Buffer.concat([bytes, Buffer.alloc(missing)]);
  const made = make(whole);
  const { time } = frame;
  const captured = made.subarray(0, made.length - missing);
  return { bytes: captured, time, originalLength: made.length, linkType };
}

/** An IP packet as an Ethernet frame of its own. */
export function plainFrame(packet: Buffer, time: number): CapturedFrame {
  const bytes = ethernet(etherTypeOf(packet), packet);
  return { bytes, time, originalLength: bytes.length, linkType: LINK_TYPES.ethernet };
}

export function etherTypeOf(packet: Uint8Array): number {
  return isV6(packet) ? ETHER_TYPE.ipv6 : ETHER_TYPE.ipv4;
}

export function isV6(packet: Uint8Array): boolean {
  return (packet[0] ?? 0) >> 4 === 6;
}

/** An Ethernet frame between two hosts of a mirror. */
export function ethernet(etherType: number, ...parts: Uint8Array[]): Buffer {
  return Buffer.concat([MACS, u16(etherType), ...parts]);
}

const MACS = Buffer.from('001b54aabb02001b54aabb01', 'hex');

export function u16(...values: number[]): Buffer {
  const bytes = Buffer.alloc(2 * values.length);
  values.forEach((value, i) => {
    bytes.writeUInt16BE(value, 2 * i);
  });
  return bytes;
}

export function u32(...values: number[]): Buffer {
  const bytes = Buffer.alloc(4 * values.length);
  values.forEach((value, i) => {
    bytes.writeUInt32BE(value >>> 0, 4 * i);
  });
  return bytes;
}

/** Where the IP packet of a frame begins; undefined when it does not follow the link header. */
function ipOffset({ bytes, linkType }: CapturedFrame): number | undefined {
  switch (linkType) {
    case LINK_TYPES.ethernet:
      return behindTags(bytes, 12);
    case LINK_TYPES.sll:
      return behindTags(bytes, 14);
    case LINK_TYPES.sll2:
      return isIp(bytes, 0) ? 20 : undefined;
    case LINK_TYPES.null:
    case LINK_TYPES.loop:
      return versionAt(bytes, 4);
    case LINK_TYPES.raw:
    case LINK_TYPES.ipv4:
    case LINK_TYPES.ipv6:
      return versionAt(bytes, 0);
    default:
      return undefined;
  }
}

function behindTags(bytes: Buffer, typeAt: number): number | undefined {
  let at = typeAt;
  while (at + 2 <= bytes.length && TAGS.has(bytes.readUInt16BE(at))) at += 4;
  return isIp(bytes, at) ? at + 2 : undefined;
}

function isIp(bytes: Buffer, typeAt: number): boolean {
  if (typeAt + 2 > bytes.length) return false;
  const type = bytes.readUInt16BE(typeAt);
  return type === ETHER_TYPE.ipv4 || type === ETHER_TYPE.ipv6;
}

function versionAt(bytes: Buffer, at: number): number | undefined {
  const version = (bytes[at] ?? 0) >> 4;
  return version === 4 || version === 6 ? at : undefined;
}

/** What an IP header says of its packet's length; undefined where it leaves that open. */
function ipLength(packet: Buffer): number | undefined {
  const field = packet.readUInt16BE(isV6(packet) ? 4 : 2);
  if (field === 0) return undefined;
  return isV6(packet) ? 40 + field : field;
}
