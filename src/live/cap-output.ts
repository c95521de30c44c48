import { writeSync } from 'node:fs';
import { ByteQueue } from './byte-queue.js';
import { PacketClock } from './packet-clock.js';
import {
  interfaceDescription,
  interfaceStatistics,
  packetBlockLength,
  Resolution,
  sectionHeader,
  writePacketBlock,
} from './pcapng-blocks.js';

/** What waits for a slow reader: some seconds of much traffic. */
const QUEUE_LENGTH = 32 * 1024 * 1024;
/** Kept free for what is no packet, so that drops can be told in the middle of them. */
const RESERVE = 4096;
/** Bytes that are worth a call of their own; less waits for more, but not longer than this (ms). */
const BATCH_LENGTH = 64 * 1024;
const BATCH_TIME = 20;
/** A reader that took nothing is asked again after this long (ms). */
const RETRY = 1;
const STATISTICS_INTERVAL = 1000;

/**
 * Writes packets as pcapng to a descriptor that must not block. Packets that come while the reader
 * is too slow are queued, and beyond that dropped and counted, so the kernel's ring is emptied at
 * all times and every loss here is known. While packets keep coming the event loop does not turn,
 * so everything is done within the call that brings a packet; the loop is asked only for the rest.
 */
export class CapOutput {
  private readonly onClosed: () => void;
  private readonly fd: number;
  private readonly clock = new PacketClock();
  private readonly queue: ByteQueue;
  private received = 0;
  private dropped = 0;
  /** When the oldest byte that waits came, when the reader last took nothing (steady ms). */
  private waitingSince = 0;
  private refusedAt = Number.NEGATIVE_INFINITY;
  private statisticsAt = performance.now();
  private batchScheduled = false;
  private retryScheduled = false;
  private readonly batchEnded = (): void => {
    this.batchScheduled = false;
    this.clock.compare();
    this.flush(performance.now());
  };
  private readonly retry = (): void => {
    this.retryScheduled = false;
    this.flush(performance.now());
  };

  /** `onClosed`: the reader is gone, and nothing more can be written. */
  constructor(fd: number, onClosed: () => void, queueLength = QUEUE_LENGTH) {
    this.fd = fd;
    this.onClosed = onClosed;
    this.queue = new ByteQueue(queueLength);
  }

  /** Begins the stream with its one interface. */
  begin(name: string, linkType: number, snapLength: number): void {
    this.add(sectionHeader());
    this.add(interfaceDescription(name, linkType, snapLength, Resolution.Microseconds));
    this.flush(performance.now());
  }

  /** A packet of which `bytes[0, length)` was captured. */
  packet(bytes: Buffer, length: number, originalLength: number): void {
    const now = performance.now();
    const { queue } = this;
    this.received++;
    const size = packetBlockLength(length);
    const at = queue.length + size + RESERVE > queue.buf.length ? -1 : queue.reserve(size);
    if (at < 0) this.dropped++;
    else {
      const time = this.clock.microseconds(now);
      const high = Math.floor(time / 2 ** 32);
      writePacketBlock(queue.buf, at, 0, high, time >>> 0, bytes, 0, length, originalLength);
      if (queue.length === 0) this.waitingSince = now;
      queue.commit(size);
    }
    if (now - this.statisticsAt >= STATISTICS_INTERVAL) this.statistics(now);
    if (queue.length >= BATCH_LENGTH || now - this.waitingSince >= BATCH_TIME) this.flush(now);
    if (!this.batchScheduled) {
      this.batchScheduled = true;
      setImmediate(this.batchEnded);
    }
  }

  /** Tells the counts; the reader also takes them as a sign of life. */
  statistics(now = performance.now()): void {
    this.statisticsAt = now;
    this.clock.compare();
    const time = this.clock.microseconds(now);
    this.add(interfaceStatistics(0, time, this.received, this.dropped));
    this.flush(now);
  }

  /** Writes what the reader takes; the loop comes back for the rest. */
  flush(now: number): void {
    const { queue } = this;
    if (now - this.refusedAt >= RETRY) {
      try {
        while (queue.length > 0) {
          queue.release(writeSync(this.fd, queue.buf, queue.head, queue.together()));
        }
        return;
      } catch (error) {
        this.refusedAt = now;
        if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') {
          this.retryScheduled = true; // for good
          this.onClosed();
        }
      }
    }
    if (this.retryScheduled || queue.length === 0) return;
    this.retryScheduled = true;
    setTimeout(this.retry, RETRY);
  }

  /** Everything was taken. */
  get drained(): boolean {
    return this.queue.length === 0;
  }

  private add(bytes: Buffer): void {
    const at = this.queue.reserve(bytes.length);
    if (at < 0) return;
    bytes.copy(this.queue.buf, at);
    this.queue.commit(bytes.length);
  }
}
