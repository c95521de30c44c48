/** Writes pcapng (draft-ietf-opsawg-pcapng) in little endian byte order. */
const BLOCK = {
  section: 0x0a0d0d0a,
  interface: 1,
  statistics: 5,
  enhancedPacket: 6,
} as const;
const BYTE_ORDER_MAGIC = 0x1a2b3c4d;
const OPTION = { name: 2, timeResolution: 9, received: 4, dropped: 5 } as const;
const UINT32 = 2 ** 32;

/** if_tsresol: timestamps count units of 10^-n s. */
export const Resolution = { Microseconds: 6, Nanoseconds: 9 } as const;
type Resolution = (typeof Resolution)[keyof typeof Resolution];

/** A section of unknown length begins. */
export function sectionHeader(): Buffer {
  const body = Buffer.alloc(16, 0xff);
  body.writeUInt32LE(BYTE_ORDER_MAGIC, 0);
  body.writeUInt16LE(1, 4);
  body.writeUInt16LE(0, 6);
  return block(BLOCK.section, body);
}

/** Describes the next interface of the section; the first has id 0. */
export function interfaceDescription(
  name: string,
  linkType: number,
  snapLength: number,
  resolution: Resolution,
): Buffer {
  const fixed = Buffer.alloc(8);
  fixed.writeUInt16LE(linkType, 0);
  fixed.writeUInt32LE(snapLength, 4);
  const options = [
    option(OPTION.name, Buffer.from(name)),
    option(OPTION.timeResolution, Buffer.from([resolution])),
    END_OF_OPTIONS,
  ];
  return block(BLOCK.interface, Buffer.concat([fixed, ...options]));
}

/**
 * How many packets the interface gave since its capture began, and how many of them were dropped
 * before they were written. `time` is in the interface's units.
 */
export function interfaceStatistics(
  interfaceId: number,
  time: number,
  received: number,
  dropped: number,
): Buffer {
  const fixed = Buffer.alloc(12);
  fixed.writeUInt32LE(interfaceId, 0);
  fixed.writeUInt32LE(Math.floor(time / UINT32), 4);
  fixed.writeUInt32LE(time % UINT32, 8);
  const options = [
    option(OPTION.received, uint64(received)),
    option(OPTION.dropped, uint64(dropped)),
    END_OF_OPTIONS,
  ];
  return block(BLOCK.statistics, Buffer.concat([fixed, ...options]));
}

/** Bytes of the block that holds a packet of `captured` bytes. */
export function packetBlockLength(captured: number): number {
  return 32 + captured + (-captured & 3);
}

/**
 * Writes the block of the packet `bytes[from, to)` at `out[at]`. The time is given as the two
 * halves of a 64-bit number in the interface's units.
 */
export function writePacketBlock(
  out: Buffer,
  at: number,
  interfaceId: number,
  timeHigh: number,
  timeLow: number,
  bytes: Buffer,
  from: number,
  to: number,
  originalLength: number,
): void {
  const captured = to - from;
  const length = packetBlockLength(captured);
  // What holds the padding comes first, and is then written over but for the padding.
  out.writeUInt32LE(0, at + length - 8);
  out.writeUInt32LE(BLOCK.enhancedPacket, at);
  out.writeUInt32LE(length, at + 4);
  out.writeUInt32LE(interfaceId, at + 8);
  out.writeUInt32LE(timeHigh, at + 12);
  out.writeUInt32LE(timeLow, at + 16);
  out.writeUInt32LE(captured, at + 20);
  out.writeUInt32LE(originalLength, at + 24);
  bytes.copy(out, at + 28, from, to);
  out.writeUInt32LE(length, at + length - 4);
}

const END_OF_OPTIONS = Buffer.alloc(4);

function option(code: number, value: Buffer): Buffer {
  const head = Buffer.alloc(4);
  head.writeUInt16LE(code, 0);
  head.writeUInt16LE(value.length, 2);
  return Buffer.concat([head, value, Buffer.alloc(-value.length & 3)]);
}

function uint64(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeUInt32LE(value % UINT32, 0);
  bytes.writeUInt32LE(Math.floor(value / UINT32), 4);
  return bytes;
}

function block(type: number, body: Buffer): Buffer {
  const length = 12 + body.length + (-body.length & 3);
  const out = Buffer.alloc(length);
  out.writeUInt32LE(type, 0);
  out.writeUInt32LE(length, 4);
  body.copy(out, 8);
  out.writeUInt32LE(length, length - 4);
  return out;
}
