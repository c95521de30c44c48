import type { Counters } from '../telemetry/counters.js';
import type { FrameSink } from './frames.js';

/** The one door through which frames leave a stream: counts them, and remembers what they were. */
export class FrameOutlet {
  frames = 0;
  /** Captured bytes of all frames. */
  bytes = 0;
  /** Frames captured shorter than they were on the wire. */
  truncated = 0;
  /** LINKTYPE_ value of the stream's header, or of its first interface; -1 before it was read. */
  declaredLinkType = -1;
  /** Packet time of the first and the last frame in the order of the stream; NaN before any. */
  firstTime = Number.NaN;
  lastTime = Number.NaN;
  readonly linkTypes = new Set<number>();

  private linkType = -1;
  private readonly sink: FrameSink;
  private readonly counters: Counters;

  constructor(sink: FrameSink, counters: Counters) {
    this.sink = sink;
    this.counters = counters;
  }

  emit(
    buf: Buffer,
    from: number,
    to: number,
    time: number,
    originalLength: number,
    linkType: number,
  ): void {
    const captured = to - from;
    if (this.frames === 0) this.firstTime = time;
    this.frames++;
    this.bytes += captured;
    this.lastTime = time;
    if (linkType !== this.linkType) {
      this.linkType = linkType;
      this.linkTypes.add(linkType);
    }
    this.counters.frames++;
    this.counters.frameBytes += captured;
    if (originalLength > captured) {
      this.truncated++;
      this.counters.framesTruncated++;
    }
    // No frame was shorter on the wire than what was captured of it, whatever the file says.
    const length = originalLength > captured ? originalLength : captured;
    this.sink.frame(buf, from, to, time, length, linkType);
  }

  /** A header names a link type, before any frame has it. */
  declare(linkType: number): void {
    if (this.declaredLinkType < 0) this.declaredLinkType = linkType;
  }

  statistics(received: number | undefined, dropped: number | undefined): void {
    this.sink.statistics?.(received, dropped);
  }
}
