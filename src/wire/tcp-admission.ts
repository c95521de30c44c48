import type { Counters } from '../telemetry/counters.js';
import type { Packet } from './packet.js';
import { type AsideSegment, AsideSegments } from './tcp-aside.js';
import { WINDOW } from './tcp-limits.js';
import type { TcpOrder } from './tcp-order.js';
import type { TcpReading } from './tcp-reading.js';
import { distance, isFar, onward } from './tcp-sequence.js';
import { NONE, type TcpStream } from './tcp-stream.js';

const NO_BYTES = Buffer.alloc(0);

/** Segments of which it is not known whether their receiver took them, until it says so. */
export class TcpAdmission<S> {
  private readonly counters: Counters;
  private readonly order: TcpOrder<S>;
  private readonly reading: TcpReading<S>;

  constructor(counters: Counters, order: TcpOrder<S>, reading: TcpReading<S>) {
    this.counters = counters;
    this.order = order;
    this.reading = reading;
  }

  /** Keeps a segment that counts only when the other end acknowledges it. */
  setAside(stream: TcpStream<S>, packet: Packet, sequence: number, isFin: boolean): void {
    const captured = packet.payloadTo - packet.payloadFrom;
    const length = Math.max(packet.payloadLength, captured);
    stream.aside ??= new AsideSegments();
    this.counters.tcpBytesEvicted += stream.aside.add(packet, sequence, length, isFin);
    this.reading.account(stream);
    this.order.bound(packet.time);
  }

  /**
   * A segment of the other end, which stands at `place`, acknowledges what was kept aside. One that
   * would move the stream counts only if that segment begins exactly there: nobody can guess it.
   */
  admit(stream: TcpStream<S>, place: number, packet: Packet, sequence: number): void {
    const { aside } = stream;
    if (aside === undefined || isFar(sequence, place)) return;
    for (let i = 0; i < aside.list.length; ) {
      const { sequence: begin, end, acknowledgment } = aside.list[i]!;
      const behind = distance(packet.tcpAcknowledgment, end);
      const isInside = !stream.ended && !isFar(begin, stream.next) && !isFar(acknowledgment, place);
      const isMoving = !isInside && sequence === place && distance(begin, stream.next) >= 0;
      const isKnown = distance(end, stream.next) <= 0 && !isFar(begin, stream.next);
      if (behind < 0 || behind > WINDOW || !(isInside || isMoving || isKnown)) {
        i++;
        continue;
      }
      const segment = aside.take(i);
      if (isKnown) continue;
      if (stream.ended || isFar(begin, stream.next)) {
        this.order.restart(stream, begin, false, packet.time);
      }
      this.takeIn(stream, segment, packet.time);
    }
    if (aside.list.length === 0) stream.aside = undefined;
    this.reading.account(stream);
  }

  /** Bytes behind the end: its ports are used again and the SYN was not seen, if more follow. */
  livesOn(stream: TcpStream<S>, packet: Packet, sequence: number, length: number): boolean {
    const end = onward(sequence, length);
    const isKnown = distance(end, stream.next) <= 0 && !this.isOutside(stream, sequence);
    const { connection } = stream;
    if (!isKnown && connection.agreed && !connection.isClosed) {
      this.counters.tcpOutsideWindow++;
      this.setAside(stream, packet, sequence, false);
      return false;
    }
    if (sequence === stream.candidate) {
      this.order.restart(stream, sequence, false, packet.time);
      return true;
    }
    if (isKnown) this.counters.tcpRetransmitted++;
    else {
      this.counters.tcpOutsideWindow++;
      stream.candidate = end;
      stream.candidateIsSyn = false;
    }
    return false;
  }

  /**
   * Whether a stream goes on at a segment out of its window. Where both ends were seen, only if the
   * other end acknowledges it later. Else if the other end acknowledged bytes near it, or it follows
   * the last such segment, or a SYN, exactly; a single one is ignored, and kept in mind.
   */
  goesOnAt(stream: TcpStream<S>, packet: Packet, sequence: number, length: number): boolean {
    const { acked, candidate } = stream;
    if (stream.connection.agreed) {
      this.setAside(stream, packet, sequence, false);
      return false;
    }
    if (sequence === candidate) {
      this.order.restart(stream, sequence, stream.candidateIsSyn, packet.time);
      return true;
    }
    if (acked !== NONE && Math.abs(distance(sequence, acked)) <= WINDOW) {
      this.order.restart(stream, sequence, false, packet.time);
      return true;
    }
    stream.candidate = onward(sequence, length);
    stream.candidateIsSyn = false;
    return false;
  }

  isOutside(stream: TcpStream<S>, sequence: number): boolean {
    if (isFar(sequence, stream.next)) return true;
    return stream.candidateIsSyn && sequence === stream.candidate && !stream.connection.agreed;
  }

  /** A segment that was kept aside, as if it came now. */
  private takeIn(stream: TcpStream<S>, segment: AsideSegment, time: number): void {
    const { bytes, length, sequence, isFin, end } = segment;
    const packet = this.reading.packetOf(stream, time);
    packet.buf = bytes;
    packet.payloadFrom = 0;
    packet.payloadTo = bytes.length;
    packet.payloadLength = length;
    packet.frameNumber = segment.frameNumber;
    packet.truncated = segment.truncated;
    if (length > 0) this.order.data(stream, packet, sequence);
    if (isFin) this.order.fin(stream, end, time);
    packet.buf = NO_BYTES;
    packet.payloadTo = packet.payloadLength = 0;
  }
}
