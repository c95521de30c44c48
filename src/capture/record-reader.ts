/** What the two file formats have in common: records, one after the other. */
export interface RecordReader {
  readonly format: 'pcap' | 'pcapng';
  /** Why nothing more can be read: one line with the byte offset. Undefined while all is well. */
  readonly fault: string | undefined;
  /** How many bytes, from where `read` stopped, the next record needs to be read. */
  readonly needed: number;
  /**
   * Hands over every whole record of `buf[from, to)` and returns where the first unfinished one
   * begins. `offset` is the place of `buf[from]` in the stream.
   */
  read(buf: Buffer, from: number, to: number, offset: number): number;
  /** The stream ended with `left` unread bytes, which begin at `offset`: what was cut, if any. */
  cut(left: number, offset: number): string | undefined;
}

/** MAXIMUM_SNAPLEN of libpcap: no frame is captured longer, so a longer one is corruption. */
export const MAX_CAPTURED_LENGTH = 262144;

export function cutWarning(what: string, offset: number, left: number, needed: number): string {
  return `cut in the middle of ${what} at byte ${offset}: ${left} of ${needed} bytes are there`;
}

export function faultWarning(what: string, offset: number, why: string): string {
  return `${what} at byte ${offset} is corrupt (${why}): nothing after it was read`;
}
