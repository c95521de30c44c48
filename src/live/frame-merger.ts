import type { FrameSink } from '../capture/frames.js';
import { FrameQueue } from './frame-queue.js';

/** How long a frame waits for older ones of other interfaces (ms). */
const HOLD = 50;
/** Bytes that wait, over all interfaces. */
const LIMIT = 32 * 1024 * 1024;

/**
 * Puts the frames of several interfaces in the order of their time: a network tap gives each
 * direction on a port of its own, and a reply must not be seen before its request. A frame is
 * handed on as soon as every interface has one that waits, or when it has waited for the others
 * long enough, by the times that `flush` is told. Knows no clock of its own.
 */
export class FrameMerger {
  /** Frames handed on before their time since too many bytes waited. */
  hurried = 0;
  /** Frames that came after a later one was handed on. */
  late = 0;

  private readonly hold: number;
  private readonly limit: number;
  private readonly inputs: MergerInput[] = [];
  private ordering = true;
  private bytes = 0;
  private now = 0;
  private lastTime = Number.NEGATIVE_INFINITY;

  constructor(hold = HOLD, limit = LIMIT) {
    this.hold = hold;
    this.limit = limit;
  }

  /** Takes in an interface: frames given to the result come to `sink` in their turn. */
  join(sink: FrameSink): MergerInput {
    const input = new MergerInput(this, sink);
    this.inputs.push(input);
    return input;
  }

  /** The interface gives no more frames; those that wait are still handed on. */
  leave(input: MergerInput): void {
    if (input.queue.length > 0) this.drain();
    const index = this.inputs.indexOf(input);
    if (index >= 0) this.inputs.splice(index, 1);
  }

  /** With false, frames pass through at once, as is right for a single interface. */
  order(on: boolean): void {
    if (!on) this.drain();
    this.ordering = on;
  }

  /**
   * Hands on what has waited long enough. `now`: milliseconds of a steady clock; a frame's wait
   * begins at the `flush` before it came, so call it every few milliseconds.
   */
  flush(now: number): void {
    this.now = now;
    while (this.inputs.some(({ queue }) => queue.headSince + this.hold <= now)) this.next();
  }

  /** Hands on everything. */
  drain(): void {
    while (this.bytes > 0 || this.inputs.some(({ queue }) => queue.length > 0)) this.next();
  }

  take(
    input: MergerInput,
    buf: Buffer,
    from: number,
    to: number,
    time: number,
    originalLength: number,
    linkType: number,
  ): void {
    if (!this.ordering) {
      input.sink.frame(buf, from, to, time, originalLength, linkType);
      return;
    }
    const length = to - from;
    while (this.bytes > 0 && this.bytes + length > this.limit) {
      this.hurried++;
      this.next();
    }
    input.queue.push(buf, from, to, time, originalLength, linkType, this.now);
    this.bytes += length;
    while (this.allWait()) this.next();
  }

  private allWait(): boolean {
    for (const { queue } of this.inputs) if (queue.length === 0) return false;
    return true;
  }

  /** Hands on the frame with the earliest time; of equal ones, that of the interface taken first. */
  private next(): void {
    let earliest: MergerInput | undefined;
    for (const input of this.inputs) {
      if (input.queue.length === 0) continue;
      if (earliest === undefined || input.queue.headTime < earliest.queue.headTime) {
        earliest = input;
      }
    }
    if (earliest === undefined) return;
    const { queue, sink } = earliest;
    if (queue.headTime < this.lastTime) this.late++;
    this.lastTime = queue.headTime;
    this.bytes -= queue.shift(sink);
  }
}

/** One interface's way into the merger. */
export class MergerInput implements FrameSink {
  readonly queue = new FrameQueue();
  readonly sink: FrameSink;
  private readonly merger: FrameMerger;

  constructor(merger: FrameMerger, sink: FrameSink) {
    this.merger = merger;
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
    this.merger.take(this, buf, from, to, time, originalLength, linkType);
  }

  /** Counts need no order. */
  statistics(received: number | undefined, dropped: number | undefined): void {
    this.sink.statistics?.(received, dropped);
  }
}
