import { LF, seek } from './characters.js';
import type { KeptBytes } from './kept-bytes.js';

/**
 * A piece of a stream at hand, and how far it is read. What is being read begins at `start`, or
 * before this piece, and then its beginning is in the kept bytes of the stream.
 */
export class Piece {
  buf: Buffer = Buffer.alloc(0);
  from = 0;
  to = 0;
  start = 0;
  /** What comes next. */
  at = 0;
  /** What is being read, up to `at`, as `gather` found it. */
  text: Buffer = this.buf;
  textFrom = 0;
  textTo = 0;

  set(buf: Buffer, from: number, to: number): void {
    this.buf = buf;
    this.from = this.at = this.start = from;
    this.to = to;
  }

  /** Goes behind the end of the line, or to the end of the piece; whether the line has ended. */
  takeLine(): boolean {
    const feed = seek(this.buf, LF, this.at, this.to);
    this.at = Math.min(feed + 1, this.to);
    return feed < this.to;
  }

  /** Bytes of what is being read, up to `at`. */
  lengthWith(kept: KeptBytes): number {
    return kept.length + this.at - this.start;
  }

  /** Where what is being read is whole: in place if all of it is here, else with what is kept. */
  gather(kept: KeptBytes): void {
    if (kept.length === 0) {
      this.text = this.buf;
      this.textFrom = this.start;
      this.textTo = this.at;
      return;
    }
    kept.append(this.buf, this.start, this.at);
    this.start = this.at;
    this.text = kept.buf;
    this.textFrom = 0;
    this.textTo = kept.length;
  }

  /** What is being read has ended or is given up. */
  drop(kept: KeptBytes): void {
    kept.clear();
    this.start = this.at;
  }
}
