import { close, open, write } from 'node:fs';
import { ByteQueue } from './byte-queue.js';
import {
  interfaceDescription,
  packetBlockLength,
  Resolution,
  sectionHeader,
  writePacketBlock,
} from './pcapng-blocks.js';

/** What waits for a slow disk. */
const QUEUE_LENGTH = 16 * 1024 * 1024;
/** Calls hold passwords and numbers: nobody else may read them. */
const MODE = 0o600;
/** if_snaplen: no limit that we know of. */
const NO_SNAP_LENGTH = 0;
const NANOSECONDS = 1e9;
const UINT32 = 2 ** 32;

export interface RecordingStatus {
  readonly file: string;
  /** Frames in the file, or on their way into it. */
  readonly frames: number;
  readonly bytes: number;
  /** Frames that are not in the file: it is full, the disk too slow, or broken. */
  readonly missed: number;
  /** Why frames are missed now, in one line; undefined while none are. */
  readonly problem: string | undefined;
}

/**
 * A pcapng file that is written while frames come. Times are exact to the nanosecond, so that
 * reading it gives the very numbers that were recorded. Nothing here throws or waits: what cannot
 * be written is counted.
 */
export class RecordingFile {
  private readonly path: string;
  private readonly limit: number;
  private readonly queue: ByteQueue;
  private readonly interfaceIds = new Map<string, number>();
  private fd: number | undefined = undefined;
  private frames = 0;
  private missed = 0;
  /** Bytes that were taken in; no more than `limit`. */
  private bytes = 0;
  private full = false;
  private fault: string | undefined = undefined;
  private behind = false;
  private writing = false;
  private ending: (() => void) | undefined = undefined;

  /** Replaces what was in the file. `limit` and `queueLength` are bytes. */
  constructor(path: string, limit: number, queueLength = QUEUE_LENGTH) {
    this.path = path;
    this.limit = limit;
    this.queue = new ByteQueue(queueLength);
    this.add(sectionHeader());
    this.writing = true;
    open(path, 'w', MODE, (error, fd) => {
      this.writing = false;
      if (error === null) this.fd = fd;
      else this.fail(error);
      this.write();
    });
  }

  /** The number of an interface in the file; -1: there is no room to name it. */
  interfaceId(name: string, linkType: number): number {
    const key = `${linkType} ${name}`;
    const known = this.interfaceIds.get(key);
    if (known !== undefined) return known;
    if (this.full || this.fault !== undefined) return -1;
    const id = this.interfaceIds.size;
    const { Nanoseconds } = Resolution;
    if (!this.add(interfaceDescription(name, linkType, NO_SNAP_LENGTH, Nanoseconds))) return -1;
    this.interfaceIds.set(key, id);
    return id;
  }

  /** Copies the frame `buf[from, to)` in, or counts that it could not. `time`: s since 1970. */
  packet(
    interfaceId: number,
    buf: Buffer,
    from: number,
    to: number,
    time: number,
    originalLength: number,
  ): void {
    const length = packetBlockLength(to - from);
    const at = interfaceId < 0 ? -1 : this.reserve(length);
    if (at < 0) {
      this.missed++;
      return;
    }
    // Both parts of the time are exact: a double holds no digits that nanoseconds would lose.
    const seconds = Math.floor(time);
    const fraction = Math.round((time - seconds) * NANOSECONDS);
    const low = (Math.imul(seconds, NANOSECONDS) + fraction) >>> 0;
    const high = Math.round((seconds * NANOSECONDS + fraction - low) / UINT32) >>> 0;
    const { buf: out } = this.queue;
    writePacketBlock(out, at, interfaceId, high, low, buf, from, to, originalLength);
    this.commit(length);
    this.frames++;
  }

  status(): RecordingStatus {
    const { path: file, frames, bytes, missed } = this;
    return { file, frames, bytes, missed, problem: this.problem() };
  }

  /** Resolves when everything that was taken in is in the file, or cannot be. */
  async end(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.ending = resolve;
      this.write();
    });
  }

  private problem(): string | undefined {
    if (this.fault !== undefined) return `${this.path}: ${this.fault}; nothing more is recorded`;
    if (this.full) return `${this.path} has reached its limit: nothing more is recorded`;
    return this.behind ? `${this.path}: the disk is too slow, frames are missed` : undefined;
  }

  /** Room for `length` bytes in the queue; -1: there is none, now or for good. */
  private reserve(length: number): number {
    if (this.bytes + length > this.limit) this.full = true;
    // The file ends where it became full: a later, shorter frame would hide the gap.
    if (this.full || this.fault !== undefined || this.ending !== undefined) return -1;
    const at = this.queue.reserve(length);
    this.behind = at < 0;
    return at;
  }

  private commit(length: number): void {
    this.queue.commit(length);
    this.bytes += length;
    if (!this.writing) this.write();
  }

  private add(bytes: Buffer): boolean {
    const at = this.reserve(bytes.length);
    if (at < 0) return false;
    bytes.copy(this.queue.buf, at);
    this.commit(bytes.length);
    return true;
  }

  /** Writes what waits, one piece after the other. */
  private write(): void {
    const { queue, fd } = this;
    if (this.writing) return;
    if (fd === undefined || queue.length === 0) {
      this.finish();
      return;
    }
    this.writing = true;
    write(fd, queue.buf, queue.head, queue.together(), null, (error, written) => {
      this.writing = false;
      if (error === null) queue.release(written);
      else this.fail(error);
      this.write();
    });
  }

  private fail(error: Error): void {
    this.fault = error.message;
    const { fd } = this;
    this.fd = undefined;
    if (fd !== undefined) close(fd, () => {});
  }

  private finish(): void {
    const { fd, ending } = this;
    if (ending === undefined) return;
    this.fd = undefined;
    if (fd === undefined) ending();
    else close(fd, () => ending());
  }
}
