import { CaptureInterface } from './capture-interface.js';
import type { FrameOutlet } from './frame-outlet.js';
import { InterfaceCounts } from './interface-counts.js';
import {
  cutWarning,
  faultWarning,
  MAX_CAPTURED_LENGTH,
  type RecordReader,
} from './record-reader.js';

/** Block types (draft-ietf-opsawg-pcapng §4). All others are skipped by their length. */
const BLOCK = {
  section: 0x0a0d0d0a,
  interface: 1,
  packet: 2,
  simplePacket: 3,
  statistics: 5,
  enhancedPacket: 6,
} as const;

/** Every block: type, total length, body, total length again. */
const HEADER = { length: 4, body: 8, smallest: 12 } as const;
const SECTION = { byteOrder: 8, versionMajor: 12, smallest: 28 } as const;
const INTERFACE = { linkType: 8, snapLength: 12, options: 16, smallest: 20 } as const;
/** The old Packet block differs only in that its interface id has 16 bits. */
const PACKET = { id: 8, high: 12, low: 16, captured: 20, original: 24, data: 28, smallest: 32 };
const SIMPLE = { original: 8, data: 12, smallest: 16 } as const;
const STATISTICS = { id: 8, options: 20, smallest: 24 } as const;
/** Statistics are a few numbers: a longer block is passed over like an unknown one. */
const MAX_STATISTICS_LENGTH = 4096;
const OPTION = { end: 0, timeResolution: 9, timeOffset: 14 } as const;

const BYTE_ORDER_MAGIC = 0x1a2b3c4d;
const MAX_BLOCK_LENGTH = 16 * 1024 * 1024;
const MAX_INTERFACES = 65536;
/** Without if_tsresol an interface counts microseconds. */
const DEFAULT_RESOLUTION = 6;

/** Reads pcapng: sections, interfaces with link type and clock of their own, packet blocks. */
export class PcapngRecords implements RecordReader {
  readonly format = 'pcapng';
  fault: string | undefined = undefined;
  needed: number = HEADER.smallest;

  private little = true;
  private interfaces: CaptureInterface[] = [];
  private readonly outlet: FrameOutlet;
  private readonly counts = new InterfaceCounts();
  /** Whether the block at hand is a packet block, for what people are told. */
  private isPacket = false;
  /** Of a block that is skipped: how long it is, and how much of it is still to come. */
  private skippedLength = 0;
  private skipLeft = 0;

  /** A reader for a stream that begins with `buf[from, from + 12)`, or undefined: not pcapng. */
  static open(buf: Buffer, from: number, outlet: FrameOutlet): PcapngRecords | undefined {
    if (!PcapngRecords.mayBegin(buf, from)) return undefined;
    const order = buf.readUInt32LE(from + SECTION.byteOrder);
    const swapped = buf.readUInt32BE(from + SECTION.byteOrder);
    if (order !== BYTE_ORDER_MAGIC && swapped !== BYTE_ORDER_MAGIC) return undefined;
    return new PcapngRecords(outlet);
  }

  /** Whether `buf[from, from + 4)` is the type of a section header, same in both byte orders. */
  static mayBegin(buf: Buffer, from: number): boolean {
    return buf.readUInt32LE(from) === BLOCK.section;
  }

  private constructor(outlet: FrameOutlet) {
    this.outlet = outlet;
  }

  read(buf: Buffer, from: number, to: number, offset: number): number {
    const skipped = Math.min(this.skipLeft, to - from);
    this.skipLeft -= skipped;
    let at = from + skipped;
    while (to - at >= HEADER.smallest) {
      const used = this.readBlock(buf, at, to - at, offset + at - from);
      if (used === 0) return at;
      at += used;
    }
    this.needed = HEADER.smallest;
    this.isPacket = false;
    return at;
  }

  cut(left: number, offset: number): string | undefined {
    if (this.skipLeft > 0) {
      const there = this.skippedLength - this.skipLeft;
      return cutWarning(this.blockName(), offset - there, there, this.skippedLength);
    }
    return left === 0 ? undefined : cutWarning(this.blockName(), offset, left, this.needed);
  }

  /** Uses up the block at `at`, as far as it is there. 0: more bytes are needed, or a fault. */
  private readBlock(buf: Buffer, at: number, left: number, offset: number): number {
    const type = this.uint32(buf, at);
    const order = type === BLOCK.section ? this.readByteOrder(buf, at) : true;
    const length = this.uint32(buf, at + HEADER.length);
    this.isPacket =
      type === BLOCK.enhancedPacket || type === BLOCK.packet || type === BLOCK.simplePacket;
    if (!order) return this.fail(offset, 'it has no byte order');
    if (length < HEADER.smallest || length > MAX_BLOCK_LENGTH || length % 4 !== 0) {
      return this.fail(offset, `it claims ${length} bytes`);
    }
    if (!this.isRead(type, length)) {
      const there = Math.min(length, left);
      this.skippedLength = length;
      this.skipLeft = length - there;
      return there;
    }
    this.needed = length;
    if (length > left) return 0;
    const trailer = this.uint32(buf, at + length - 4);
    if (trailer !== length) return this.fail(offset, `it claims ${length} and ${trailer} bytes`);
    const why = this.readBody(buf, at, type, length);
    return why === undefined ? length : this.fail(offset, why);
  }

  /** Whether the block matters; all others are skipped. */
  private isRead(type: number, length: number): boolean {
    if (this.isPacket || type === BLOCK.section || type === BLOCK.interface) return true;
    return type === BLOCK.statistics && length <= MAX_STATISTICS_LENGTH;
  }

  /** Reads a whole block. Gives what is wrong with it, if anything. */
  private readBody(buf: Buffer, at: number, type: number, length: number): string | undefined {
    switch (type) {
      case BLOCK.enhancedPacket:
        return this.readPacket(buf, at, length, this.uint32(buf, at + HEADER.body));
      case BLOCK.simplePacket:
        return this.readSimplePacket(buf, at, length);
      case BLOCK.packet:
        return this.readPacket(buf, at, length, this.uint16(buf, at + HEADER.body));
      case BLOCK.interface:
        return this.readInterface(buf, at, length);
      case BLOCK.statistics:
        this.readStatistics(buf, at, length);
        return undefined;
      default:
        return this.readSection(buf, at, length);
    }
  }

  private readPacket(buf: Buffer, at: number, length: number, id: number): string | undefined {
    if (length < PACKET.smallest) return 'it is too short';
    const of = this.interfaces[id];
    if (of === undefined) return `interface ${id} of ${this.interfaces.length}`;
    const captured = this.uint32(buf, at + PACKET.captured);
    if (captured > length - PACKET.smallest || captured > MAX_CAPTURED_LENGTH) {
      return `it claims to hold ${captured} bytes`;
    }
    const from = at + PACKET.data;
    const time = of.seconds(this.uint32(buf, at + PACKET.high), this.uint32(buf, at + PACKET.low));
    const original = this.uint32(buf, at + PACKET.original);
    this.outlet.emit(buf, from, from + captured, time, original, of.linkType);
    return undefined;
  }

  /** A Simple block has no time of its own: its packet is given the time of the one before. */
  private readSimplePacket(buf: Buffer, at: number, length: number): string | undefined {
    if (length < SIMPLE.smallest) return 'it is too short';
    const of = this.interfaces[0];
    if (of === undefined) return 'interface 0 of 0';
    const original = this.uint32(buf, at + SIMPLE.original);
    let captured = Math.min(original, length - SIMPLE.smallest);
    if (of.snapLength > 0) captured = Math.min(captured, of.snapLength);
    if (captured > MAX_CAPTURED_LENGTH) return `it claims to hold ${captured} bytes`;
    const from = at + SIMPLE.data;
    const time = this.outlet.frames === 0 ? 0 : this.outlet.lastTime;
    this.outlet.emit(buf, from, from + captured, time, original, of.linkType);
    return undefined;
  }

  private readSection(buf: Buffer, at: number, length: number): string | undefined {
    if (length < SECTION.smallest) return 'it is too short';
    const version = this.uint16(buf, at + SECTION.versionMajor);
    if (version !== 1) return `pcapng version ${version}, not 1`;
    this.interfaces = [];
    this.counts.newSection();
    return undefined;
  }

  private readInterface(buf: Buffer, at: number, length: number): string | undefined {
    if (length < INTERFACE.smallest) return 'it is too short';
    if (this.interfaces.length >= MAX_INTERFACES) return `more than ${MAX_INTERFACES} interfaces`;
    let resolution = DEFAULT_RESOLUTION;
    let offset = 0;
    const end = at + length - 4;
    let option = at + INTERFACE.options;
    while (option + 4 <= end) {
      const code = this.uint16(buf, option);
      const size = this.uint16(buf, option + 2);
      const value = option + 4;
      if (code === OPTION.end || value + size > end) break;
      if (code === OPTION.timeResolution && size === 1) resolution = buf[value]!;
      if (code === OPTION.timeOffset && size === 8) offset = this.int64(buf, value);
      option = value + size + (-size & 3);
    }
    const linkType = this.uint16(buf, at + INTERFACE.linkType);
    const snapLength = this.uint32(buf, at + INTERFACE.snapLength);
    this.interfaces.push(new CaptureInterface(linkType, snapLength, resolution, offset));
    this.outlet.declare(linkType);
    return undefined;
  }

  /** Counts that make no sense are left alone: they are not worth the frames behind them. */
  private readStatistics(buf: Buffer, at: number, length: number): void {
    if (length < STATISTICS.smallest) return;
    const id = this.uint32(buf, at + STATISTICS.id);
    if (id >= this.interfaces.length) return;
    this.counts.begin(id);
    const end = at + length - 4;
    let option = at + STATISTICS.options;
    while (option + 4 <= end) {
      const code = this.uint16(buf, option);
      const size = this.uint16(buf, option + 2);
      const value = option + 4;
      if (code === OPTION.end || value + size > end) break;
      if (size === 8) this.counts.option(code, this.uint64(buf, value));
      option = value + size + (-size & 3);
    }
    this.outlet.statistics(this.counts.received, this.counts.dropped);
  }

  /** Sets the byte order of the section that begins here; false when it has none. */
  private readByteOrder(buf: Buffer, at: number): boolean {
    this.little = buf.readUInt32LE(at + SECTION.byteOrder) === BYTE_ORDER_MAGIC;
    return this.little || buf.readUInt32BE(at + SECTION.byteOrder) === BYTE_ORDER_MAGIC;
  }

  private fail(offset: number, why: string): 0 {
    this.fault = faultWarning(this.blockName(), offset, why);
    return 0;
  }

  private blockName(): string {
    const { frames } = this.outlet;
    return this.isPacket ? `packet ${frames + 1}` : `the block after packet ${frames}`;
  }

  private int64(buf: Buffer, at: number): number {
    return Number(this.little ? buf.readBigInt64LE(at) : buf.readBigInt64BE(at));
  }

  private uint64(buf: Buffer, at: number): number {
    return Number(this.little ? buf.readBigUInt64LE(at) : buf.readBigUInt64BE(at));
  }

  private uint32(buf: Buffer, at: number): number {
    return this.little ? buf.readUInt32LE(at) : buf.readUInt32BE(at);
  }

  private uint16(buf: Buffer, at: number): number {
    return this.little ? buf.readUInt16LE(at) : buf.readUInt16BE(at);
  }
}
