import { BoundedMap } from '../tables/bounded-map.js';
import type { Counters } from '../telemetry/counters.js';
import type { TableStatus } from '../telemetry/table-status.js';
import { type Packet, TcpFlag } from './packet.js';
import type { StreamReader } from './stream-reader.js';
import { agrees, mayAcknowledge } from './tcp-agreement.js';
import { connectionKey, isUpward, TcpConnection } from './tcp-connection.js';
import { TCP_LIMITS, type TcpLimits } from './tcp-limits.js';
import { TcpOrder } from './tcp-order.js';
import { distance, isFar, onward } from './tcp-sequence.js';
import { NONE, type TcpStream } from './tcp-stream.js';

/**
 * A connection without a segment for so long (seconds) is forgotten. Telephones keep theirs for
 * days with a ping every minute or two (RFC 5626 §4.4.1); one that comes back is joined anew.
 */
const IDLE = 3600;
/**
 * A connection that for so long (seconds) showed nothing but segments that its ends would not take
 * is another one by now: it is joined anew. Telephones ping every minute or two.
 */
const STALE = 300;
/** What idle connections still hold is told for so many in a second of packet time. */
const TOLD_A_SECOND = 64;
/** Idle strangers that are forgotten with each segment. */
const FORGOTTEN_AT_ONCE = 16;

/**
 * The streams of TCP connections: puts their segments in order and hands the bytes to a reader.
 * Each direction stands alone, so a mirror that shows one way works, and a connection may be joined
 * in its middle.
 *
 * Who is not on the path of a connection can forge its addresses and ports, but not see its
 * sequence numbers, and may not disturb it:
 * - a segment needs ACK, and where both ends were seen, an acknowledgement of bytes that the other
 *   end sent; bytes count within a window round the next one. Any other segment counts only when
 *   the other end acknowledges it; where that end is not seen, if another follows it exactly;
 * - an acknowledgement counts only from a segment that begins exactly where its own stream stands;
 * - RST ends a connection only with the number that the receiver expects next (RFC 9293 §3.10.7.4:
 *   to any other it answers with a challenge ACK), or as the answer to a SYN;
 * - SYN on a connection that is open begins it anew only when the other end answers it with
 *   SYN-ACK; where that end is not seen, when bytes follow it (RFC 9293 §3.10.7.4).
 */
export class TcpStreams<S> {
  private readonly counters: Counters;
  private readonly order: TcpOrder<S>;
  /**
   * Connections whose ends answer each other, and all others: floods of SYNs and of forged segments
   * push out only their own kind. Closed ones go to the others, and are kept so that what is sent
   * again is not read again.
   */
  private readonly settled: BoundedMap<number, TcpConnection<S>>;
  private readonly strangers: BoundedMap<number, TcpConnection<S>>;
  /** Packet time (seconds) of the last segment, or how far time has passed since. */
  private now = 0;
  /** A second of packet time, and how many idle connections were told in it. */
  private toldIn = 0;
  private told = 0;

  constructor(counters: Counters, reader: StreamReader<S>, limits: Partial<TcpLimits> = {}) {
    const all = { ...TCP_LIMITS, ...limits };
    const evicted = (_: number, connection: TcpConnection<S>) => this.evict(connection);
    this.counters = counters;
    this.order = new TcpOrder(counters, reader, all);
    this.settled = new BoundedMap(all.connections, evicted);
    this.strangers = new BoundedMap(all.connections, evicted);
  }

  /** One TCP segment on a followed port. */
  segment(packet: Packet): void {
    this.now = packet.time;
    this.forgetStrangers(FORGOTTEN_AT_ONCE);
    if ((packet.tcpFlags & (TcpFlag.Syn | TcpFlag.Rst | TcpFlag.Ack)) === 0) {
      this.counters.tcpOutsideWindow++;
      return;
    }
    const isUp = isUpward(packet);
    const connection = this.connectionOf(packet, isUp);
    if (connection === undefined) return;
    this.order.turn();
    connection.time = packet.time;
    const own = connection.stream(isUp);
    own.frameNumber = packet.frameNumber;
    own.vlan = packet.vlan;
    if ((packet.tcpFlags & TcpFlag.Rst) !== 0) this.reset(connection, own, packet);
    else if ((packet.tcpFlags & TcpFlag.Syn) === 0) this.bytes(connection, own, packet);
    else if (this.synchronise(connection, own, packet)) this.bytes(connection, own, packet);
  }

  /** When (packet time) `advance` will next have something to hand on; infinite: never. */
  dueAt(): number {
    return Math.min(this.order.dueAt(), timeOf(this.settled) + IDLE);
  }

  /** Packet time passes (seconds): gives up holes, forgets connections long idle. */
  advance(now: number): void {
    this.now = now;
    this.order.advance(now);
    this.forgetIdle(now);
    this.forgetStrangers(FORGOTTEN_AT_ONCE);
  }

  /** Packet time begins anew from before. */
  setBack(now: number): void {
    this.now = now;
    this.order.setBack(now);
    for (const table of [this.strangers, this.settled]) {
      for (const connection of table.values()) connection.time = Math.min(connection.time, now);
    }
  }

  /** The input has ended: every stream ends. */
  finish(): void {
    this.forgetStrangers(Number.POSITIVE_INFINITY);
    for (const table of [this.strangers, this.settled]) {
      for (const key of table.keys()) {
        const connection = table.peek(key);
        table.delete(key);
        if (connection === undefined) continue;
        this.order.turn();
        this.end(connection, this.now);
      }
    }
  }

  tables(): TableStatus[] {
    return [
      this.strangers.status('tcp_strangers'),
      this.settled.status('tcp_settled'),
      this.order.status(),
    ];
  }

  /** The connection, made when the packet can begin one. */
  private connectionOf(packet: Packet, isUp: boolean): TcpConnection<S> | undefined {
    const key = connectionKey(packet, isUp);
    const known = this.settled.get(key) ?? this.strangers.get(key);
    if (known?.isOf(packet, isUp) && !this.isForgotten(known)) return known;
    if ((packet.tcpFlags & TcpFlag.Rst) !== 0) return undefined;
    // Neither a SYN nor bytes: where the stream stands is not certain (a keep-alive is one behind).
    if ((packet.tcpFlags & TcpFlag.Syn) === 0 && packet.payloadLength === 0) return undefined;
    if (known !== undefined) {
      this.settled.delete(key);
      this.strangers.delete(key);
      this.evict(known);
    }
    const connection = new TcpConnection<S>(packet, isUp, key);
    this.strangers.set(key, connection);
    return connection;
  }

  private bytes(connection: TcpConnection<S>, own: TcpStream<S>, packet: Packet): void {
    const { tcpAcknowledgment, tcpFlags, time, payloadLength } = packet;
    const isSyn = (tcpFlags & TcpFlag.Syn) !== 0;
    const sequence = isSyn ? onward(packet.tcpSequence, 1) : packet.tcpSequence;
    const other = own.isUp ? connection.down : connection.up;
    own.isSeen = true;
    if (other !== undefined && (tcpFlags & TcpFlag.Ack) !== 0) {
      if (connection.agreed && !this.isTaken(own, other, packet, sequence)) {
        if (this.isAnother(connection, other, packet)) this.joinAnew(connection, packet);
        return;
      }
      if (!connection.agreed && agrees(own, other, packet, sequence)) this.agree(own, sequence);
      if (own.begun && sequence === own.next) {
        this.acknowledge(connection, own, other, packet);
        connection.agreedAt = time;
      }
    }
    if ((tcpFlags & TcpFlag.Ack) !== 0) own.acknowledges = tcpAcknowledgment;
    if (payloadLength > 0) this.order.data(own, packet, sequence);
    if ((tcpFlags & TcpFlag.Fin) !== 0) this.order.fin(own, onward(sequence, payloadLength), time);
    this.order.settleHoles(own, time);
    if (other !== undefined) {
      this.order.settleHoles(other, time);
      if (own.wasRead && other.wasRead) this.settle(connection);
    }
    if (connection.isClosed) this.unsettle(connection);
  }

  /** Both ends speak of the same connection; this one may have begun with a bare ACK. */
  private agree(own: TcpStream<S>, sequence: number): void {
    own.connection.agreed = true;
    own.connection.agreedAt = this.now;
    if (!own.begun) own.begin(sequence, false);
  }

  /** Whether the receiver takes this segment; else it may have been kept aside. */
  private isTaken(
    own: TcpStream<S>,
    other: TcpStream<S>,
    packet: Packet,
    sequence: number,
  ): boolean {
    const { tcpAcknowledgment, tcpFlags, payloadLength } = packet;
    this.order.admission.admit(other, own.next, packet, sequence);
    if ((tcpFlags & TcpFlag.Syn) !== 0 || mayAcknowledge(other, tcpAcknowledgment)) return true;
    // Bytes of the other end may not have been seen: that is no reason to believe those of this.
    if (own.begun && sequence === own.next && !isFar(tcpAcknowledgment, other.next)) {
      other.acked = tcpAcknowledgment;
      other.ackedAt = packet.time;
    }
    const isFin = (tcpFlags & TcpFlag.Fin) !== 0;
    if (payloadLength === 0 && !isFin) return false;
    this.counters.tcpOutsideWindow++;
    this.order.admission.setAside(own, packet, sequence, isFin);
    return false;
  }

  /** For long, nothing belonged to it, and what comes instead acknowledges each other. */
  private isAnother(
    { agreedAt }: TcpConnection<S>,
    { aside }: TcpStream<S>,
    { tcpAcknowledgment, tcpSequence, time }: Packet,
  ): boolean {
    if (aside === undefined || time - agreedAt < STALE) return false;
    for (const { end, acknowledgment } of aside.list) {
      if (end === tcpAcknowledgment && acknowledgment === tcpSequence) return true;
    }
    return false;
  }

  private joinAnew(connection: TcpConnection<S>, packet: Packet): void {
    this.settled.delete(connection.key);
    this.strangers.delete(connection.key);
    this.evict(connection);
    this.segment(packet);
  }

  /** What `own` says of the bytes of `other`; it shows to know where its own stream stands. */
  private acknowledge(
    connection: TcpConnection<S>,
    own: TcpStream<S>,
    other: TcpStream<S>,
    { tcpAcknowledgment, tcpFlags, time }: Packet,
  ): void {
    const isAnswered = other.candidateIsSyn && other.candidate === tcpAcknowledgment;
    if (isAnswered && !connection.agreed) this.order.restart(other, tcpAcknowledgment, true, time);
    other.acked = tcpAcknowledgment;
    other.ackedAt = time;
    const isThird = own.isOpener && own.fromSyn && other.fromSyn && (tcpFlags & TcpFlag.Syn) === 0;
    if (isThird && other.next === tcpAcknowledgment) this.settle(connection);
  }

  /** A SYN; false: it is only kept in mind, since the connection is open. */
  private synchronise(connection: TcpConnection<S>, own: TcpStream<S>, packet: Packet): boolean {
    const { tcpAcknowledgment, tcpFlags, time } = packet;
    const sequence = onward(packet.tcpSequence, 1);
    const isAgain = own.begun && own.fromSyn && own.origin === sequence && !own.ended;
    if ((tcpFlags & TcpFlag.Ack) !== 0) {
      // The answer says where the other end begins: at a SYN that was kept in mind, or not seen.
      const other = connection.stream(!own.isUp);
      if (other.candidateIsSyn && other.candidate === tcpAcknowledgment) {
        this.order.restart(other, tcpAcknowledgment, true, time);
        if (!isAgain) this.order.restart(own, sequence, true, time);
        this.openedBy(other, time);
        return true;
      }
      if (!other.begun) other.begin(tcpAcknowledgment, true);
    } else if (connection.isClosed) {
      // Its ports are used again: what the other end sent before says nothing of what comes.
      const other = own.isUp ? connection.down : connection.up;
      if (other !== undefined) this.order.drop(other);
      if (own.isUp) connection.down = undefined;
      else connection.up = undefined;
    }
    if (isAgain) return true;
    if (!own.begun || own.ended) {
      this.order.restart(own, sequence, true, time);
      connection.agreed = false;
      this.answer(connection, own, packet);
      return true;
    }
    own.candidate = sequence;
    own.candidateIsSyn = true;
    this.counters.tcpOutsideWindow++;
    return false;
  }

  /** A SYN-ACK that answers the SYN of the other end. */
  private answer(connection: TcpConnection<S>, own: TcpStream<S>, packet: Packet): void {
    const other = own.isUp ? connection.down : connection.up;
    if (other === undefined || (packet.tcpFlags & TcpFlag.Ack) === 0) return;
    const isAnswer = other.fromSyn && other.origin === packet.tcpAcknowledgment;
    if (isAnswer || other.next === packet.tcpAcknowledgment) this.openedBy(other, packet.time);
  }

  private openedBy(opener: TcpStream<S>, time: number): void {
    opener.isOpener = true;
    const { connection } = opener;
    connection.agreed = opener.isSeen;
    connection.agreedAt = time;
  }

  private reset(connection: TcpConnection<S>, own: TcpStream<S>, packet: Packet): void {
    const { tcpSequence, tcpAcknowledgment, tcpFlags, time } = packet;
    const other = own.isUp ? connection.down : connection.up;
    const { acked, next } = own;
    const isAhead = acked !== NONE && distance(acked, next) > 0;
    const isExpected = own.begun && (tcpSequence === next || (isAhead && tcpSequence === acked));
    const isAnswer =
      !own.begun &&
      (tcpFlags & TcpFlag.Ack) !== 0 &&
      other?.begun === true &&
      tcpAcknowledgment === other.next;
    if (!isExpected && !isAnswer) {
      this.counters.tcpOutsideWindow++;
      return;
    }
    this.end(connection, time);
    this.unsettle(connection);
  }

  private settle(connection: TcpConnection<S>): void {
    if (connection.settled || connection.isClosed) return;
    connection.settled = true;
    this.strangers.delete(connection.key);
    this.settled.set(connection.key, connection);
  }

  private unsettle(connection: TcpConnection<S>): void {
    if (!connection.settled) return;
    connection.settled = false;
    this.settled.delete(connection.key);
    this.strangers.set(connection.key, connection);
  }

  private end({ up, down }: TcpConnection<S>, time: number): void {
    if (up !== undefined) this.order.end(up, time);
    if (down !== undefined) this.order.end(down, time);
  }

  private evict(connection: TcpConnection<S>): void {
    if (this.isForgotten(connection)) {
      this.drop(connection);
      return;
    }
    this.order.turn();
    const { up, down } = connection;
    if (up?.state !== undefined) this.counters.tcpStreamsEvicted++;
    if (down?.state !== undefined) this.counters.tcpStreamsEvicted++;
    this.end(connection, this.now);
  }

  /** Of settled connections, what they still hold is told: so many that no packet pays for all. */
  private forgetIdle(now: number): void {
    for (;;) {
      const connection = this.settled.oldest();
      if (connection === undefined || connection.time + IDLE > now) return;
      this.settled.delete(connection.key);
      const time = connection.time + IDLE;
      if (Math.floor(time) !== this.toldIn) {
        this.toldIn = Math.floor(time);
        this.told = 0;
      }
      if (this.told++ < TOLD_A_SECOND) {
        this.order.turn();
        this.end(connection, time);
      } else this.drop(connection);
    }
  }

  /** Nothing of idle strangers is told, so it does not matter when they are forgotten. */
  private forgetStrangers(limit: number): void {
    for (let i = 0; i < limit; i++) {
      const connection = this.strangers.oldest();
      if (connection === undefined || !this.isForgotten(connection)) return;
      this.strangers.delete(connection.key);
      this.drop(connection);
    }
  }

  private isForgotten({ settled, time }: TcpConnection<S>): boolean {
    return !settled && time + IDLE <= this.now;
  }

  private drop({ up, down }: TcpConnection<S>): void {
    if (up !== undefined) this.order.drop(up);
    if (down !== undefined) this.order.drop(down);
  }
}

/** When the connection idle for longest last showed a segment; infinite: there is none. */
function timeOf<S>(table: BoundedMap<number, TcpConnection<S>>): number {
  return table.oldest()?.time ?? Number.POSITIVE_INFINITY;
}
