import type { Packet } from './packet.js';
import { distance } from './tcp-sequence.js';

/** A segment that came before its turn: a copy of its payload. */
export class HeldSegment {
  readonly sequence: number;
  readonly bytes: Buffer;
  /** Bytes on the wire; more than are here when the segment was captured short. */
  readonly length: number;
  readonly frameNumber: number;
  /** Packet time when it came. */
  readonly time: number;
  next: HeldSegment | undefined = undefined;

  constructor(sequence: number, bytes: Buffer, length: number, packet: Packet) {
    this.sequence = sequence;
    this.bytes = bytes;
    this.length = length;
    this.frameNumber = packet.frameNumber;
    this.time = packet.time;
  }
}

/**
 * Segments that wait for an earlier one, in the order of their sequence numbers. They may overlap:
 * where two do, the one that begins earlier is handed on first and so stands, as in the queues of
 * Linux and BSD; of two that begin alike, the one that came first.
 */
export class HeldSegments {
  first: HeldSegment | undefined = undefined;
  count = 0;
  /** Bytes that are here. */
  bytes = 0;

  /** Keeps a copy of the payload; false when one that is held already covers it all. */
  insert(sequence: number, length: number, packet: Packet): boolean {
    const { buf, payloadFrom, payloadTo } = packet;
    let before: HeldSegment | undefined;
    let after = this.first;
    while (after !== undefined && distance(after.sequence, sequence) <= 0) {
      if (distance(after.sequence + after.length, sequence + length) >= 0) return false;
      before = after;
      after = after.next;
    }
    // Not from the common pool: a few bytes would keep 8 KiB of it alive.
    const copy = Buffer.allocUnsafeSlow(payloadTo - payloadFrom);
    buf.copy(copy, 0, payloadFrom, payloadTo);
    const held = new HeldSegment(sequence, copy, length, packet);
    held.next = after;
    if (before === undefined) this.first = held;
    else before.next = held;
    this.count++;
    this.bytes += copy.length;
    return true;
  }

  takeFirst(): HeldSegment | undefined {
    const { first } = this;
    if (first === undefined) return undefined;
    this.first = first.next;
    this.count--;
    this.bytes -= first.bytes.length;
    return first;
  }

  clear(): void {
    this.first = undefined;
    this.count = 0;
    this.bytes = 0;
  }
}
