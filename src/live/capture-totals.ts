import type { FrameSink } from '../capture/frames.js';
import type { CaptureChild } from './capture-child.js';
import { RESTART_REASONS, type RestartReason } from './capture-status.js';

/**
 * What one interface gave, over all its children. Frames go through it to the sink, since a new
 * child counts from zero and the sink is told sums.
 */
export class CaptureTotals implements FrameSink {
  /** Lost before they were written, as far as children have told. */
  dropped = 0;
  readonly restarts: Record<RestartReason, number> = zeroed();

  private readonly sink: FrameSink;
  private frames = 0;
  private bytes = 0;
  private truncated = 0;
  private lastFrameAt: number | undefined = undefined;
  /** Of children that are gone, and of the one that runs. */
  private receivedBefore = 0;
  private droppedBefore = 0;
  private receivedNow = 0;
  private droppedNow = 0;

  constructor(sink: FrameSink) {
    this.sink = sink;
  }

  frame(
    buf: Buffer,
    from: number,
    to: number,
    time: number,
    originalLength: number,
    linkType: number,
  ): void {
    this.sink.frame(buf, from, to, time, originalLength, linkType);
  }

  statistics(received: number | undefined, dropped: number | undefined): void {
    this.receivedNow = received ?? this.receivedNow;
    this.droppedNow = dropped ?? this.droppedNow;
    this.dropped = this.droppedBefore + this.droppedNow;
    this.sink.statistics?.(this.receivedBefore + this.receivedNow, this.dropped);
  }

  /** The child is gone: what it counted is kept. */
  keep({ reader: { outlet } }: CaptureChild): void {
    this.frames += outlet.frames;
    this.bytes += outlet.bytes;
    this.truncated += outlet.truncated;
    if (outlet.frames > 0) this.lastFrameAt = outlet.lastTime;
    this.receivedBefore += this.receivedNow;
    this.droppedBefore += this.droppedNow;
    this.receivedNow = 0;
    this.droppedNow = 0;
  }

  /** The sums with the child that runs, if one does. */
  now(child: CaptureChild | undefined) {
    const outlet = child?.reader.outlet;
    return {
      frames: this.frames + (outlet?.frames ?? 0),
      bytes: this.bytes + (outlet?.bytes ?? 0),
      framesTruncated: this.truncated + (outlet?.truncated ?? 0),
      lastFrameAt: outlet !== undefined && outlet.frames > 0 ? outlet.lastTime : this.lastFrameAt,
      restarts: { ...this.restarts },
    };
  }
}

function zeroed(): Record<RestartReason, number> {
  return Object.fromEntries(RESTART_REASONS.map((reason) => [reason, 0])) as Record<
    RestartReason,
    number
  >;
}
