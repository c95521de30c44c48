import { BoundedMap } from '../tables/bounded-map.js';
import type { Counters } from '../telemetry/counters.js';
import type { TableStatus } from '../telemetry/table-status.js';
import type { Packet } from './packet.js';
import type { StreamReader } from './stream-reader.js';
import { TcpAdmission } from './tcp-admission.js';
import { type TcpLimits, WINDOW } from './tcp-limits.js';
import { TcpReading } from './tcp-reading.js';
import { distance, isFar, mayBegin, onward } from './tcp-sequence.js';
import { NONE, type TcpStream } from './tcp-stream.js';

/** A hole is waited for so long (seconds). */
const PATIENCE = 2;
/** Acknowledgements may overtake what they acknowledge by so much on their way here (seconds). */
const OVERTAKING = 0.02;

/**
 * So many held segments that one packet sets free count as segments of their own for the reader; it
 * allows the rest together what it allows one. More would cost more than a packet may.
 */
const TURNS = 2;

/**
 * Puts the bytes of streams in order. What is handed on stands: what comes again is trimmed. A hole
 * is given up when the other end has acknowledged what comes behind it, when more would have to be
 * kept than one stream may, or after two seconds; but not by time alone while the other end says
 * that it still waits for it. Bytes that come for a hole given up are read, in their own order, so
 * that who forges a segment ahead does not hide what follows.
 */
export class TcpOrder<S> {
  private readonly counters: Counters;
  private readonly reading: TcpReading<S>;
  private readonly limits: TcpLimits;
  /** Streams with a hole, the one that has waited longest first. */
  private readonly waiting = new BoundedMap<TcpStream<S>, TcpStream<S>>(Number.POSITIVE_INFINITY);

  /** Segments that are not believed yet. */
  readonly admission: TcpAdmission<S>;
  private turnsLeft = 0;

  constructor(counters: Counters, reader: StreamReader<S>, limits: TcpLimits) {
    this.counters = counters;
    this.limits = limits;
    this.reading = new TcpReading(reader, limits.bytes);
    this.admission = new TcpAdmission(counters, this, this.reading);
  }

  /** The payload of a segment, whose first byte has this sequence number. */
  data(stream: TcpStream<S>, packet: Packet, sequence: number): void {
    const captured = packet.payloadTo - packet.payloadFrom;
    const length = Math.max(packet.payloadLength, captured);
    if (!stream.begun && !this.beginsAt(stream, packet, sequence)) return;
    if (stream.ended && !this.admission.livesOn(stream, packet, sequence, length)) return;
    if (
      this.admission.isOutside(stream, sequence) &&
      !this.admission.goesOnAt(stream, packet, sequence, length)
    ) {
      this.counters.tcpOutsideWindow++;
      return;
    }
    if (!stream.candidateIsSyn) stream.candidate = NONE;
    if (packet.tcpUrgent >= 0) {
      this.counters.tcpUrgent++;
      stream.markUrgent(packet.tcpUrgent, sequence);
    }
    if (distance(sequence, stream.next) > 0) this.hold(stream, packet, sequence, length);
    else this.inOrder(stream, packet, sequence, length);
    this.endAtFin(stream, packet.time);
    this.bound(packet.time);
  }

  /** Begins a stream anew behind a SYN, or where it is found to go on. */
  restart(stream: TcpStream<S>, sequence: number, fromSyn: boolean, time: number): void {
    this.counters.tcpBytesEvicted += stream.held.bytes;
    this.dropHeld(stream);
    if (stream.state !== undefined) {
      const packet = this.reading.packetOf(stream, time);
      if (fromSyn) this.reading.end(stream, packet);
      else this.reading.gap(stream, packet, 0);
    }
    if (fromSyn) stream.acked = NONE;
    stream.ended = false;
    stream.begin(sequence, fromSyn);
    this.reading.account(stream);
  }

  /** RFC 9293 §3.6: nothing comes behind `end`. */
  fin(stream: TcpStream<S>, end: number, time: number): void {
    if (!stream.begun || distance(end, stream.next) < 0 || isFar(end, stream.next)) return;
    stream.fin = end;
    this.endAtFin(stream, time);
  }

  /** Gives up holes that the other end says to have filled. */
  settleHoles(stream: TcpStream<S>, time: number): void {
    const { held } = stream;
    if (held.first === undefined || time - stream.holeSince < OVERTAKING) return;
    if (!isFilled(stream)) return;
    const packet = this.reading.packetOf(stream, time);
    while (isFilled(stream)) this.giveUpHole(stream, packet);
    this.endAtFin(stream, time);
    this.bound(time);
  }

  /** No more bytes come: what waits is handed on, unless the other end says it never arrived. */
  end(stream: TcpStream<S>, time: number): void {
    stream.aside = undefined;
    if (stream.ended) {
      this.reading.account(stream);
      return;
    }
    const packet = this.reading.packetOf(stream, time);
    if (!this.isRefuted(stream)) {
      while (stream.held.count > 0) this.giveUpHole(stream, packet);
    }
    this.counters.tcpBytesEvicted += stream.held.bytes;
    this.dropHeld(stream);
    this.reading.end(stream, packet);
    stream.ended = true;
    this.reading.account(stream);
  }

  /** The stream is forgotten, and what waits with it. */
  drop(stream: TcpStream<S>): void {
    this.counters.tcpBytesEvicted += stream.kept;
    this.dropHeld(stream);
    stream.aside = undefined;
    stream.state = undefined;
    stream.ended = true;
    this.reading.account(stream);
  }

  /** What the reader allows itself for one segment begins anew. */
  turn(): void {
    this.turnsLeft = TURNS;
    this.reading.turn();
  }

  /** When the hole that has waited longest is given up; infinite: there is none. */
  dueAt(): number {
    const stream = this.waiting.oldest();
    return stream === undefined ? Number.POSITIVE_INFINITY : stream.holeSince + PATIENCE;
  }

  /** Packet time passes. */
  advance(now: number): void {
    for (;;) {
      const stream = this.waiting.oldest();
      if (stream === undefined || stream.holeSince + PATIENCE > now) return;
      this.waiting.delete(stream);
      if (this.isRefuted(stream)) continue;
      this.turn();
      const time = stream.holeSince + PATIENCE;
      const packet = this.reading.packetOf(stream, time);
      this.giveUpHole(stream, packet);
      // Others behind it have been waited for as long.
      const { held } = stream;
      while (held.first !== undefined && held.first.time + PATIENCE <= time) {
        this.giveUpHole(stream, packet);
      }
      this.endAtFin(stream, time);
      this.bound(time);
    }
  }

  setBack(now: number): void {
    for (const stream of this.waiting.values()) {
      stream.holeSince = Math.min(stream.holeSince, now);
    }
  }

  status(): TableStatus {
    return this.reading.status();
  }

  private endAtFin(stream: TcpStream<S>, time: number): void {
    if (stream.fin !== NONE && stream.fin === stream.next) this.end(stream, time);
  }

  /** Whether a stream whose beginning was not seen begins here, or with the lone byte before. */
  private beginsAt(stream: TcpStream<S>, packet: Packet, sequence: number): boolean {
    const { lone, loneByte } = stream;
    const isNext = lone !== NONE && sequence === onward(lone, 1);
    // A NUL before a longer segment is a keep-alive probe.
    if (isNext && packet.payloadLength > 0 && (packet.payloadLength === 1 || loneByte !== 0)) {
      stream.begin(lone, false);
      const first = Buffer.of(loneByte);
      this.handOn(stream, packet, first, 0, 1, 0, 1);
      return true;
    }
    if (mayBegin(packet)) {
      stream.begin(sequence, false);
      return true;
    }
    if (packet.payloadLength === 1 && packet.payloadTo > packet.payloadFrom) {
      stream.lone = sequence;
      stream.loneByte = packet.buf[packet.payloadFrom]!;
      this.counters.tcpOutsideWindow++;
    }
    return false;
  }

  /** A segment that begins at or before the next byte. */
  private inOrder(stream: TcpStream<S>, packet: Packet, sequence: number, length: number): void {
    if (stream.lateOpen) this.late(stream, packet, sequence, length);
    const known = distance(stream.next, sequence);
    if (known >= length) {
      // One byte before the next is a keep-alive probe, and nothing was lost.
      if (length > 1) this.counters.tcpRetransmitted++;
      return;
    }
    const { buf, payloadFrom, payloadTo } = packet;
    this.handOn(stream, packet, buf, payloadFrom, payloadTo, known, length);
    this.drain(stream, packet);
  }

  /** The bytes of `buf[from, to)`, of a segment of `length`, without the first `known`. */
  private handOn(
    stream: TcpStream<S>,
    packet: Packet,
    buf: Buffer,
    from: number,
    to: number,
    known: number,
    length: number,
  ): void {
    const urgent = stream.urgent === NONE ? -1 : distance(stream.urgent, stream.next) + known;
    stream.next = onward(stream.next, length - known);
    if (stream.lateOpen && distance(stream.next, stream.lateTo) > WINDOW) stream.lateOpen = false;
    if (stream.isLate) this.reading.gap(stream, packet, 0);
    stream.isLate = false;
    if (urgent >= known && urgent < length) {
      stream.urgent = NONE;
      const at = Math.min(from + urgent, to);
      if (from + known < at) this.reading.bytes(stream, packet, buf, from + known, at);
      if (at + 1 < to) this.reading.bytes(stream, packet, buf, at + 1, to);
    } else if (from + known < to) this.reading.bytes(stream, packet, buf, from + known, to);
    const missing = length - Math.max(known, to - from);
    if (missing > 0) this.reading.gap(stream, packet, missing);
    this.reading.account(stream);
  }

  /** Bytes for the hole that was given up last, whatever else the segment carries. */
  private late(stream: TcpStream<S>, packet: Packet, sequence: number, length: number): void {
    const { lateFrom, lateTo } = stream;
    const skipped = Math.max(0, distance(lateFrom, sequence));
    const begin = onward(sequence, skipped);
    const taken = Math.min(length - skipped, distance(lateTo, begin));
    if (taken <= 0) return;
    if (!stream.isLate || begin !== lateFrom) this.reading.gap(stream, packet, 0);
    stream.isLate = true;
    stream.lateFrom = onward(begin, taken);
    if (stream.lateFrom === lateTo) stream.lateOpen = false;
    const { buf, payloadFrom, payloadTo } = packet;
    const to = Math.min(payloadTo, payloadFrom + skipped + taken);
    const from = payloadFrom + skipped;
    if (from < to) this.reading.bytes(stream, packet, buf, from, to);
    if (to < from + taken) this.reading.gap(stream, packet, 0);
    this.reading.account(stream);
  }

  private hold(stream: TcpStream<S>, packet: Packet, sequence: number, length: number): void {
    const { payloadFrom, payloadTo, time } = packet;
    while (!this.hasRoom(stream, payloadTo - payloadFrom)) {
      if (stream.held.count > 0) this.giveUpHole(stream, packet);
      else this.skipHole(stream, packet, sequence);
      if (distance(sequence, stream.next) > 0) continue;
      this.inOrder(stream, packet, sequence, length);
      return;
    }
    const { held } = stream;
    if (held.contradicts(sequence, packet)) this.counters.tcpContradictions++;
    if (!held.insert(sequence, length, packet)) {
      this.counters.tcpRetransmitted++;
      return;
    }
    this.counters.tcpOutOfOrder++;
    if (held.count === 1) this.awaitFrom(stream, time);
    this.reading.account(stream);
  }

  private hasRoom(stream: TcpStream<S>, bytes: number): boolean {
    const { held } = stream;
    const { streamSegments, streamBytes } = this.limits;
    return held.count < streamSegments && held.bytes + bytes <= streamBytes;
  }

  private awaitFrom(stream: TcpStream<S>, time: number): void {
    stream.holeSince = time;
    this.waiting.set(stream, stream);
  }

  private giveUpHole(stream: TcpStream<S>, packet: Packet): void {
    const { first } = stream.held;
    if (first === undefined) return;
    this.skipHole(stream, packet, first.sequence);
    this.drain(stream, packet);
  }

  /** What is missing before this sequence number is not waited for any more. */
  private skipHole(stream: TcpStream<S>, packet: Packet, sequence: number): void {
    const hole = distance(sequence, stream.next);
    if (hole > 0) {
      this.counters.tcpGaps++;
      this.reading.gap(stream, packet, stream.isLate ? 0 : hole);
      stream.isLate = false;
      stream.lateFrom = stream.next;
      stream.lateTo = sequence;
      stream.lateOpen = true;
    }
    stream.next = sequence;
  }

  /** Hands on the segments whose turn it is. */
  private drain(stream: TcpStream<S>, packet: Packet): void {
    const { held } = stream;
    if (held.count === 0) return;
    let { first } = held;
    while (first !== undefined && distance(first.sequence, stream.next) <= 0) {
      held.takeFirst();
      const known = distance(stream.next, first.sequence);
      const { bytes, length } = first;
      if (this.turnsLeft-- > 0) this.reading.turn();
      if (known < length) this.handOn(stream, packet, bytes, 0, bytes.length, known, length);
      first = held.first;
    }
    if (held.count === 0) this.waiting.delete(stream);
    else this.awaitFrom(stream, packet.time);
    this.reading.account(stream);
  }

  /** The other end has said since the hole came that it waits for it, too. */
  private isRefuted(stream: TcpStream<S>): boolean {
    return stream.acked !== NONE && stream.ackedAt > stream.holeSince && !isFilled(stream);
  }

  private dropHeld(stream: TcpStream<S>): void {
    if (stream.held.count === 0) return;
    stream.held.clear();
    this.waiting.delete(stream);
  }

  /** While all keep too much, the one that has got on with nothing for longest loses what it has. */
  bound(time: number): void {
    for (let stream = this.reading.surplus(); stream; stream = this.reading.surplus()) {
      this.counters.tcpBytesEvicted += stream.kept;
      const packet = this.reading.packetOf(stream, time);
      const { held } = stream;
      for (let first = held.takeFirst(); first !== undefined; first = held.takeFirst()) {
        const end = onward(first.sequence, first.length);
        if (distance(end, stream.next) > 0) stream.next = end;
      }
      this.waiting.delete(stream);
      stream.aside = undefined;
      stream.lateOpen = false;
      if (stream.begun && !stream.ended) this.reading.gap(stream, packet, 0);
      this.reading.account(stream);
    }
  }
}

/** The other end has acknowledged what is missing before the first segment that waits. */
function isFilled<S>({ held, acked }: TcpStream<S>): boolean {
  if (held.first === undefined || acked === NONE) return false;
  return distance(acked, held.first.sequence) >= 0;
}
