import type { FrameOutlet } from './frame-outlet.js';
import {
  cutWarning,
  faultWarning,
  MAX_CAPTURED_LENGTH,
  type RecordReader,
} from './record-reader.js';

/** Offsets in the file header (draft-ietf-opsawg-pcap §4). */
const FILE = { versionMajor: 4, linkType: 20, length: 24 } as const;

/** Offsets in a record header (draft-ietf-opsawg-pcap §5). */
const RECORD = { seconds: 0, fraction: 4, captured: 8, original: 12, length: 16 } as const;

/** Kuznetzov's header goes on with interface index, protocol and packet type, 8 bytes together. */
const MODIFIED_RECORD_LENGTH = 24;

/** What the magic number says: as written, in the byte order of the writer. */
const MAGICS = [
  { magic: 0xa1b2c3d4, unitsPerSecond: 1e6, recordLength: RECORD.length },
  { magic: 0xa1b23c4d, unitsPerSecond: 1e9, recordLength: RECORD.length },
  { magic: 0xa1b2cd34, unitsPerSecond: 1e6, recordLength: MODIFIED_RECORD_LENGTH },
];

/** Reads the classic pcap format: one link type, 32-bit seconds, either byte order. */
export class PcapRecords implements RecordReader {
  readonly format = 'pcap';
  fault: string | undefined = undefined;
  needed: number = FILE.length;

  private linkType = -1;
  private readonly outlet: FrameOutlet;
  private readonly little: boolean;
  private readonly unitsPerSecond: number;
  private readonly recordLength: number;

  /** A reader for a stream that begins with `buf[from, from + 4)`, or undefined: not pcap. */
  static open(buf: Buffer, from: number, outlet: FrameOutlet): PcapRecords | undefined {
    for (const { magic, unitsPerSecond, recordLength } of MAGICS) {
      if (buf.readUInt32LE(from) === magic) {
        return new PcapRecords(outlet, true, unitsPerSecond, recordLength);
      }
      if (buf.readUInt32BE(from) === magic) {
        return new PcapRecords(outlet, false, unitsPerSecond, recordLength);
      }
    }
    return undefined;
  }

  private constructor(
    outlet: FrameOutlet,
    little: boolean,
    unitsPerSecond: number,
    recordLength: number,
  ) {
    this.outlet = outlet;
    this.little = little;
    this.unitsPerSecond = unitsPerSecond;
    this.recordLength = recordLength;
  }

  read(buf: Buffer, from: number, to: number, offset: number): number {
    let at = from;
    if (this.linkType < 0) {
      if (to - at < FILE.length || !this.readFileHeader(buf, at)) return at;
      at += FILE.length;
    }
    while (to - at >= this.recordLength) {
      const captured = this.uint32(buf, at + RECORD.captured);
      if (captured > MAX_CAPTURED_LENGTH) {
        const why = `it claims ${captured} bytes`;
        this.fault = faultWarning(this.packetName(), offset + at - from, why);
        return at;
      }
      const next = at + this.recordLength + captured;
      if (next > to) {
        this.needed = next - at;
        return at;
      }
      const time = this.time(
        this.uint32(buf, at + RECORD.seconds),
        this.uint32(buf, at + RECORD.fraction),
      );
      const original = this.uint32(buf, at + RECORD.original);
      this.outlet.emit(buf, at + this.recordLength, next, time, original, this.linkType);
      at = next;
    }
    this.needed = this.recordLength;
    return at;
  }

  cut(left: number, offset: number): string | undefined {
    if (this.linkType < 0) return cutWarning('the file header', offset, left, FILE.length);
    return left === 0 ? undefined : cutWarning(this.packetName(), offset, left, this.needed);
  }

  private readFileHeader(buf: Buffer, at: number): boolean {
    const version = this.little
      ? buf.readUInt16LE(at + FILE.versionMajor)
      : buf.readUInt16BE(at + FILE.versionMajor);
    if (version !== 2) {
      this.fault = faultWarning('the file header', 0, `pcap version ${version}, not 2`);
      return false;
    }
    // The upper bits say whether frames carry a check sequence at their end: IP lengths cut it off.
    this.linkType = this.uint32(buf, at + FILE.linkType) & 0xffff;
    this.outlet.declare(this.linkType);
    return true;
  }

  /** Microseconds since 1970 fit a double, so one division gives the double next to the truth. */
  private time(seconds: number, fraction: number): number {
    return this.unitsPerSecond === 1e6
      ? (seconds * 1e6 + fraction) / 1e6
      : seconds + fraction / this.unitsPerSecond;
  }

  private packetName(): string {
    return `packet ${this.outlet.frames + 1}`;
  }

  private uint32(buf: Buffer, at: number): number {
    return this.little ? buf.readUInt32LE(at) : buf.readUInt32BE(at);
  }
}
