import type { Packet } from './packet.js';
import { onward } from './tcp-sequence.js';

/** Segments and bytes that one direction keeps aside. A single segment may have more bytes. */
const MAX_SEGMENTS = 8;
const MAX_BYTES = 16 * 1024;
/** What a segment costs besides its bytes. */
const OVERHEAD = 256;

/** A copy of a segment of which it is not known whether its receiver took it. */
export interface AsideSegment {
  readonly sequence: number;
  /** Sequence number behind its last byte. */
  readonly end: number;
  readonly bytes: Buffer;
  /** Bytes on the wire. */
  readonly length: number;
  readonly acknowledgment: number;
  readonly isFin: boolean;
  readonly frameNumber: number;
  readonly truncated: boolean;
}

/** Segments that are believed only when the other end acknowledges them, in the order they came. */
export class AsideSegments {
  readonly list: AsideSegment[] = [];
  private bytes = 0;

  /** Keeps a copy of the payload; the bytes of those that gave way to it. */
  add(packet: Packet, sequence: number, length: number, isFin: boolean): number {
    const { buf, payloadFrom, payloadTo } = packet;
    const size = payloadTo - payloadFrom;
    let lost = 0;
    while (this.list.length >= MAX_SEGMENTS || (this.bytes + size > MAX_BYTES && this.bytes > 0)) {
      lost += this.take(0).bytes.length;
    }
    const bytes = Buffer.allocUnsafeSlow(size);
    buf.copy(bytes, 0, payloadFrom, payloadTo);
    this.list.push({
      sequence,
      end: onward(sequence, length),
      bytes,
      length,
      acknowledgment: packet.tcpAcknowledgment,
      isFin,
      frameNumber: packet.frameNumber,
      truncated: packet.truncated,
    });
    this.bytes += size;
    return lost;
  }

  take(index: number): AsideSegment {
    const [segment] = this.list.splice(index, 1);
    this.bytes -= segment!.bytes.length;
    return segment!;
  }

  get cost(): number {
    return this.bytes + this.list.length * OVERHEAD;
  }
}
