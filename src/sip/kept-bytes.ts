const NOTHING = Buffer.alloc(0);
const SMALLEST = 256;

/** The beginning of something whose end has not come yet, in a buffer of its own that grows. */
export class KeptBytes {
  buf: Buffer = NOTHING;
  length = 0;

  /** What it costs, which may be twice what is in it. */
  get size(): number {
    return this.buf.length;
  }

  append(buf: Buffer, from: number, to: number): void {
    this.reserve(to - from);
    buf.copy(this.buf, this.length, from, to);
    this.length += to - from;
  }

  /** Bytes under the mask of RFC 6455 §5.3, of which the first is at `position`. */
  appendMasked(buf: Buffer, from: number, to: number, mask: number, position: number): void {
    this.reserve(to - from);
    const kept = this.buf;
    let end = this.length;
    let shift = 24 - (position & 3) * 8;
    for (let at = from; at < to; at++) {
      kept[end++] = buf[at] ^ (mask >>> shift);
      shift = shift === 0 ? 24 : shift - 8;
    }
    this.length = end;
  }

  clear(): void {
    this.buf = NOTHING;
    this.length = 0;
  }

  private reserve(bytes: number): void {
    const needed = this.length + bytes;
    if (needed <= this.buf.length) return;
    // Not from the common pool, of which a few bytes would keep 8 KiB alive.
    const grown = Buffer.allocUnsafeSlow(Math.max(needed, this.buf.length * 2, SMALLEST));
    if (this.length > 0) this.buf.copy(grown, 0, 0, this.length);
    this.buf = grown;
  }
}
