import type { FrameSink } from '../capture/frames.js';
import { ByteQueue } from './byte-queue.js';

const FIRST_BYTES = 64 * 1024;
const FIRST_FRAMES = 256;

/** Frames that wait, first in, first out, with bytes of their own. It grows as it must. */
export class FrameQueue {
  length = 0;
  /** Of the first frame: packet time (s), and when it was put in, as `push` was told. */
  headTime = Number.NaN;
  headSince = Number.NaN;

  private bytes = new ByteQueue(FIRST_BYTES);
  private first = 0;
  private times = new Float64Array(FIRST_FRAMES);
  private since = new Float64Array(FIRST_FRAMES);
  private lengths = new Uint32Array(FIRST_FRAMES);
  private originalLengths = new Uint32Array(FIRST_FRAMES);
  private linkTypes = new Uint32Array(FIRST_FRAMES);

  push(
    buf: Buffer,
    from: number,
    to: number,
    time: number,
    originalLength: number,
    linkType: number,
    since: number,
  ): void {
    const length = to - from;
    if (this.length === this.times.length) this.growFrames();
    let at = this.bytes.reserve(length);
    if (at < 0) at = this.growBytes(length);
    buf.copy(this.bytes.buf, at, from, to);
    this.bytes.commit(length);
    const slot = (this.first + this.length) % this.times.length;
    this.times[slot] = time;
    this.since[slot] = since;
    this.lengths[slot] = length;
    this.originalLengths[slot] = originalLength;
    this.linkTypes[slot] = linkType;
    if (this.length++ === 0) this.see();
  }

  /** Hands the first frame to the sink. Gives how many bytes it had. */
  shift(sink: FrameSink): number {
    const slot = this.first;
    const { bytes } = this;
    const length = this.lengths[slot]!;
    const from = bytes.head;
    this.first = (slot + 1) % this.times.length;
    this.length--;
    this.see();
    const originalLength = this.originalLengths[slot]!;
    const linkType = this.linkTypes[slot]!;
    sink.frame(bytes.buf, from, from + length, this.times[slot]!, originalLength, linkType);
    bytes.release(length);
    return length;
  }

  private see(): void {
    this.headTime = this.length === 0 ? Number.NaN : this.times[this.first]!;
    this.headSince = this.length === 0 ? Number.NaN : this.since[this.first]!;
  }

  private growBytes(length: number): number {
    let capacity = this.bytes.buf.length * 2;
    while (capacity < this.bytes.length + length) capacity *= 2;
    const larger = new ByteQueue(capacity);
    while (this.bytes.length > 0) {
      const together = this.bytes.together();
      const { buf, head } = this.bytes;
      buf.copy(larger.buf, larger.reserve(together), head, head + together);
      larger.commit(together);
      this.bytes.release(together);
    }
    this.bytes = larger;
    return larger.reserve(length);
  }

  private growFrames(): void {
    this.times = doubled(this.times, this.first);
    this.since = doubled(this.since, this.first);
    this.lengths = doubled(this.lengths, this.first);
    this.originalLengths = doubled(this.originalLengths, this.first);
    this.linkTypes = doubled(this.linkTypes, this.first);
    this.first = 0;
  }
}

/** A full ring that begins at `first`, in order, and as much room again. */
function doubled<T extends Float64Array | Uint32Array>(ring: T, first: number): T {
  const larger = new (ring.constructor as new (length: number) => T)(ring.length * 2);
  larger.set(ring.subarray(first));
  larger.set(ring.subarray(0, first), ring.length - first);
  return larger;
}
