import type { Counters } from '../telemetry/counters.js';
import { allocateChunk, CHUNK_LENGTH } from './chunk.js';
import { FrameOutlet } from './frame-outlet.js';
import { type FrameSink, NotACaptureError } from './frames.js';
import { PcapRecords } from './pcap-records.js';
import { PcapngRecords } from './pcapng-records.js';
import { cutWarning, type RecordReader } from './record-reader.js';

const MAGIC_LENGTH = 4;
/** A pcapng stream is known by its first 12 bytes: block type, length, byte order. */
const SECTION_MAGIC_LENGTH = 12;

/**
 * Turns the bytes of one pcap or pcapng stream, as they come, into frames. Bytes come in either
 * without a copy (read into `space()`, then `commit` how many) or copied by `write`. After the last
 * byte call `end`.
 */
export class PcapReader {
  readonly outlet: FrameOutlet;
  /** What errors call the stream. */
  readonly name: string;
  /** Why the stream was not read to its end, in one line with the byte offset. */
  warning: string | undefined = undefined;

  private records: RecordReader | undefined = undefined;
  /** `chunk[0, filled)` is not read yet; `offset` is the place of `chunk[0]` in the stream. */
  private chunk: Buffer;
  private filled = 0;
  private offset = 0;

  constructor(sink: FrameSink, counters: Counters, name: string, chunkLength = CHUNK_LENGTH) {
    this.outlet = new FrameOutlet(sink, counters);
    this.name = name;
    this.chunk = allocateChunk(Math.max(chunkLength, SECTION_MAGIC_LENGTH));
  }

  get format(): 'pcap' | 'pcapng' | undefined {
    return this.records?.format;
  }

  /** Bytes of the stream that were used up so far. */
  get position(): number {
    return this.offset;
  }

  /** The rest is corrupt: more bytes are of no use. */
  get stopped(): boolean {
    return this.records?.fault !== undefined;
  }

  /** Where the next bytes go; never empty. Good until the next `commit`. */
  space(): Buffer {
    if (this.filled === this.chunk.length) this.grow();
    return this.chunk.subarray(this.filled);
  }

  /** `length` bytes were put into `space()`. Throws NotACaptureError when they begin no capture. */
  commit(length: number): void {
    this.filled += length;
    if (this.records === undefined && !this.recognise()) return;
    const records = this.records!;
    if (records.fault !== undefined) {
      this.filled = 0;
      return;
    }
    const used = records.read(this.chunk, 0, this.filled, this.offset);
    if (used > 0) this.chunk.copyWithin(0, used, this.filled);
    this.filled -= used;
    this.offset += used;
    this.warning = records.fault;
  }

  /** Copies `bytes` in. */
  write(bytes: Uint8Array): void {
    let at = 0;
    while (at < bytes.length && !this.stopped) {
      const space = this.space();
      const length = Math.min(space.length, bytes.length - at);
      space.set(bytes.subarray(at, at + length));
      this.commit(length);
      at += length;
    }
  }

  /** Nothing more will come. Throws NotACaptureError when nothing, or too little to tell, ever did. */
  end(): void {
    if (this.warning !== undefined) return;
    if (this.records !== undefined) {
      this.warning = this.records.cut(this.filled, this.offset);
    } else if (this.filled < MAGIC_LENGTH) {
      throw this.notACapture();
    } else {
      this.warning = cutWarning('the file header', 0, this.filled, SECTION_MAGIC_LENGTH);
    }
  }

  /** Looks at the first bytes, once there are enough of them. */
  private recognise(): boolean {
    if (this.filled < MAGIC_LENGTH) return false;
    this.records = PcapRecords.open(this.chunk, 0, this.outlet);
    if (this.records === undefined && PcapngRecords.mayBegin(this.chunk, 0)) {
      if (this.filled < SECTION_MAGIC_LENGTH) return false;
      this.records = PcapngRecords.open(this.chunk, 0, this.outlet);
    }
    if (this.records === undefined) throw this.notACapture();
    return true;
  }

  private notACapture(): NotACaptureError {
    if (this.filled === 0) {
      return new NotACaptureError(`${this.name}: empty, not a pcap or pcapng capture`);
    }
    const begin = this.chunk.toString('hex', 0, Math.min(this.filled, MAGIC_LENGTH));
    const bytes = begin.replace(/..(?=.)/g, '$& ') + (this.filled > MAGIC_LENGTH ? ' …' : '');
    return new NotACaptureError(
      `${this.name}: not a pcap or pcapng capture (begins with ${bytes}); ` +
        'editcap -F pcap converts other capture formats',
    );
  }

  /** A record wants more than the chunk holds. It doubles, so a false length costs no memory. */
  private grow(): void {
    const larger = allocateChunk(this.chunk.length * 2);
    this.chunk.copy(larger, 0, 0, this.filled);
    this.chunk = larger;
  }
}
