/** Bytes that are handed on at once, but for a single longer line. */
const CHUNK_BYTES = 64 * 1024;
const NEWLINE = Buffer.from('\n');

/**
 * Lines that wait to be written, in order, with a limit on both their number and their bytes. What
 * is being written stays here until all of it was: it is cut out line by line, so that a line that
 * was written in part can be gone on with, or begun anew.
 */
export class LineQueue {
  private readonly maxLines: number;
  private readonly maxBytes: number;
  private waiting: string[] = [];
  private bytes = 0;
  /** Lines being written, where each ends, and how far it got. */
  private chunk: Buffer = Buffer.alloc(0);
  private ends: number[] = [];
  private at = 0;
  /** A newline of our own stands before the first line. */
  private newlineFirst = false;

  constructor(maxLines: number, maxBytes: number) {
    this.maxLines = maxLines;
    this.maxBytes = maxBytes;
  }

  /** Lines that are not wholly written. */
  get length(): number {
    return this.waiting.length + this.ends.length;
  }

  /** Takes a line with its line end; false when there is no room. */
  add(line: string): boolean {
    const bytes = Buffer.byteLength(line);
    if (this.length >= this.maxLines || this.bytes + bytes > this.maxBytes) return false;
    this.waiting.push(line);
    this.bytes += bytes;
    return true;
  }

  /** What to write next: `bytes` from `from` on. Only while `length` is not 0. */
  next(): { readonly bytes: Buffer; readonly from: number } {
    if (this.ends.length === 0) this.fill();
    return { bytes: this.chunk, from: this.at };
  }

  /** So many bytes were written; gives how many lines are done thereby. */
  wrote(bytes: number): number {
    this.at += bytes;
    let done = 0;
    while (done < this.ends.length && this.ends[done]! <= this.at) done++;
    if (done === 0) return 0;
    const end = this.ends[done - 1]!;
    this.chunk = this.chunk.subarray(end);
    this.ends = this.ends.slice(done).map((each) => each - end);
    this.at -= end;
    this.bytes -= end;
    this.newlineFirst = false;
    return done;
  }

  /** The part of the first line that was written already. */
  begun(): Buffer {
    return this.chunk.subarray(0, this.at);
  }

  /** Begins the first line anew; `afterNewline`: what is there ends in the middle of a line. */
  restart(afterNewline: boolean): void {
    this.at = 0;
    if (this.length === 0 || this.newlineFirst === afterNewline) return;
    this.next();
    this.chunk = afterNewline ? Buffer.concat([NEWLINE, this.chunk]) : this.chunk.subarray(1);
    const shift = afterNewline ? 1 : -1;
    this.ends = this.ends.map((each) => each + shift);
    this.bytes += shift;
    this.newlineFirst = afterNewline;
  }

  /** Gives up all lines; their number. */
  clear(): number {
    const { length } = this;
    this.waiting = [];
    this.ends = [];
    this.chunk = Buffer.alloc(0);
    this.at = 0;
    this.bytes = 0;
    this.newlineFirst = false;
    return length;
  }

  private fill(): void {
    const parts: Buffer[] = [];
    let total = 0;
    for (const line of this.waiting) {
      const part = Buffer.from(line);
      if (parts.length > 0 && total + part.length > CHUNK_BYTES) break;
      parts.push(part);
      total += part.length;
      this.ends.push(total);
    }
    this.waiting = this.waiting.slice(parts.length);
    this.chunk = Buffer.concat(parts);
    this.at = 0;
  }
}
