/**
 * Pieces of bytes, first in, first out, in one buffer that is used round and round. A piece is
 * never split at the buffer's end, so it can be read and written in one go.
 */
export class ByteQueue {
  readonly buf: Buffer;
  /** Bytes that are queued. */
  length = 0;
  /** Where the first queued byte is. */
  head = 0;
  private tail = 0;
  /** Where the bytes at the end of the buffer end, when the tail has gone on from its beginning. */
  private wrappedAt = -1;

  /** Memory of the operating system is taken only as far as the queue ever reaches. */
  constructor(capacity: number) {
    this.buf = Buffer.allocUnsafeSlow(capacity);
  }

  /** Where a piece of `length` bytes may be written; -1: no room. `commit` takes it in. */
  reserve(length: number): number {
    if (this.wrappedAt >= 0) return this.head - this.tail >= length ? this.tail : -1;
    if (this.buf.length - this.tail >= length) return this.tail;
    if (this.head < length) return -1;
    this.wrappedAt = this.tail;
    this.tail = 0;
    return 0;
  }

  /** The bytes at the place that was reserved last are queued. */
  commit(length: number): void {
    this.tail += length;
    this.length += length;
  }

  /** How many queued bytes lie together from `head`. */
  together(): number {
    return (this.wrappedAt >= 0 ? this.wrappedAt : this.tail) - this.head;
  }

  /** The first `length` bytes, no more than lie together, are not needed any more. */
  release(length: number): void {
    this.head += length;
    this.length -= length;
    if (this.length === 0) {
      // From the beginning again: little traffic needs little memory.
      this.head = 0;
      this.tail = 0;
      this.wrappedAt = -1;
    } else if (this.head === this.wrappedAt) {
      this.head = 0;
      this.wrappedAt = -1;
    }
  }
}
