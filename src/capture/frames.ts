/**
 * What a capture gives: frames. `buf[from, to)` is borrowed until the call returns; whoever keeps
 * a byte copies it. `time` is packet time in seconds since 1970 (a double: microseconds are exact,
 * nanoseconds are rounded to about 0.25 µs). `originalLength` is the frame's length on the wire in
 * bytes. `linkType` is the LINKTYPE_ value of the tcpdump group's registry.
 */
export interface FrameSink {
  frame(
    buf: Buffer,
    from: number,
    to: number,
    time: number,
    originalLength: number,
    linkType: number,
  ): void;
  /**
   * What the stream says of itself: packets that its interfaces received, and packets that were lost
   * before they were written. Both count from the stream's beginning; undefined: not told.
   */
  statistics?(received: number | undefined, dropped: number | undefined): void;
}

/** A capture that cannot be read at all. The message is one line and says what to do. */
export class CaptureError extends Error {}

/** What was read begins like no capture: a file below a directory is then passed over. */
export class NotACaptureError extends CaptureError {}
