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
 * Segments that wait for an earlier one, in the order of their sequence numbers. They may overlap,
 * and then it is as in Linux (tcp_data_queue_ofo): one that brings nothing new is dropped, one that
 * covers others takes their place, else the one that begins earlier is handed on first and stands.
 * BSD and Windows keep what came first where two begin alike.
 */
export class HeldSegments {
  first: HeldSegment | undefined = undefined;
  count = 0;
  /** Bytes that are here. */
  bytes = 0;

  /** Keeps a copy of the payload; false when one that is held already covers it all. */
  insert(sequence: number, length: number, packet: Packet): boolean {
    const { buf, payloadFrom, payloadTo } = packet;
    const end = sequence + length;
    let before: HeldSegment | undefined;
    let after = this.first;
    while (after !== undefined && distance(after.sequence, sequence) <= 0) {
      if (distance(after.sequence + after.length, end) >= 0) return false;
      if (after.sequence === sequence) break;
      before = after;
      after = after.next;
    }
    while (after !== undefined && distance(after.sequence + after.length, end) <= 0) {
      this.count--;
      this.bytes -= after.bytes.length;
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

  /** Whether some byte of the payload is another than the one that is held for its place. */
  contradicts(sequence: number, packet: Packet): boolean {
    const { buf, payloadFrom, payloadTo } = packet;
    const captured = payloadTo - payloadFrom;
    for (let held = this.first; held !== undefined; held = held.next) {
      const at = distance(held.sequence, sequence);
      if (at >= captured) return false;
      const from = Math.max(at, 0);
      const to = Math.min(at + held.bytes.length, captured);
      if (from >= to) continue;
      const isSame =
        buf.compare(held.bytes, from - at, to - at, payloadFrom + from, payloadFrom + to) === 0;
      if (!isSame) return true;
    }
    return false;
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
