import { BoundedMap } from '../tables/bounded-map.js';
import type { Counters } from '../telemetry/counters.js';
import type { TableStatus } from '../telemetry/table-status.js';
import { type Packet, TcpFlag } from './packet.js';
import type { StreamReader } from './stream-reader.js';
import { connectionKey, isUpward, TcpConnection } from './tcp-connection.js';
import { TCP_LIMITS, type TcpLimits } from './tcp-limits.js';
import { TcpOrder } from './tcp-order.js';
import { mayBegin, onward } from './tcp-sequence.js';
import type { TcpStream } from './tcp-stream.js';

/**
 * A connection without a segment for so long (seconds) is forgotten. Telephones keep theirs for
 * days with a ping every minute or two (RFC 5626 §4.4.1); one that comes back is joined anew.
 */
const IDLE = 3600;

/**
 * The streams of TCP connections: puts their segments in order and hands the bytes to a reader.
 * Each direction stands alone, so a mirror that shows one way works, and a connection may be joined
 * in its middle.
 *
 * Who is not on the path of a connection can forge its addresses and ports, but not see its
 * sequence numbers, and may not disturb it:
 * - bytes count within a window round the next one; out of it, a segment is ignored unless the
 *   other end acknowledged bytes near it, or it follows exactly the last such segment;
 * - an acknowledgement counts only from a segment that begins exactly where its own stream stands;
 * - RST ends a connection only with the number that the receiver expects next (RFC 5961 §3.2), or
 *   as the answer to a SYN;
 * - SYN on a connection that is open begins it anew only when the other end answers it, or bytes
 *   follow it (RFC 5961 §4).
 */
export class TcpStreams<S> {
  private readonly counters: Counters;
  private readonly reader: StreamReader<S>;
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

  constructor(counters: Counters, reader: StreamReader<S>, limits: Partial<TcpLimits> = {}) {
    const all = { ...TCP_LIMITS, ...limits };
    const evicted = (_: number, connection: TcpConnection<S>) => this.evict(connection);
    this.counters = counters;
    this.reader = reader;
    this.order = new TcpOrder(counters, reader, all);
    this.settled = new BoundedMap(all.connections, evicted);
    this.strangers = new BoundedMap(all.connections, evicted);
  }

  /** One TCP segment on a followed port. */
  segment(packet: Packet): void {
    this.now = packet.time;
    const isUp = isUpward(packet);
    const connection = this.connectionOf(packet, isUp);
    if (connection === undefined) return;
    this.reader.turn();
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
    const idleSince = Math.min(timeOf(this.strangers), timeOf(this.settled));
    return Math.min(this.order.dueAt(), idleSince + IDLE);
  }

  /** Packet time passes (seconds): gives up holes, forgets connections long idle. */
  advance(now: number): void {
    this.now = now;
    this.order.advance(now);
    this.forgetIdle(this.strangers, now);
    this.forgetIdle(this.settled, now);
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
    for (const table of [this.strangers, this.settled]) {
      for (const key of table.keys()) {
        const connection = table.peek(key);
        table.delete(key);
        if (connection !== undefined) this.end(connection, this.now);
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
    if (known?.isOf(packet, isUp)) return known;
    if ((packet.tcpFlags & TcpFlag.Rst) !== 0) return undefined;
    // Neither a SYN nor bytes: where the stream stands is not certain (a keep-alive is one behind).
    if ((packet.tcpFlags & TcpFlag.Syn) === 0 && !mayBegin(packet)) return undefined;
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
    const { tcpFlags, time, payloadLength } = packet;
    const isSyn = (tcpFlags & TcpFlag.Syn) !== 0;
    const sequence = isSyn ? onward(packet.tcpSequence, 1) : packet.tcpSequence;
    const other = own.isUp ? connection.down : connection.up;
    if (other !== undefined && (tcpFlags & TcpFlag.Ack) !== 0 && own.begun) {
      if (sequence === own.next) this.acknowledge(connection, own, other, packet);
    }
    if (payloadLength > 0) this.order.data(own, packet, sequence);
    if ((tcpFlags & TcpFlag.Fin) !== 0) this.order.fin(own, onward(sequence, payloadLength), time);
    this.order.settleHoles(own, time);
    if (other !== undefined) {
      this.order.settleHoles(other, time);
      if (own.wasRead && other.wasRead) this.settle(connection);
    }
    if (connection.isClosed) this.unsettle(connection);
  }

  /** What `own` says of the bytes of `other`; it shows to know where its own stream stands. */
  private acknowledge(
    connection: TcpConnection<S>,
    own: TcpStream<S>,
    other: TcpStream<S>,
    { tcpAcknowledgment, tcpFlags, time }: Packet,
  ): void {
    if (other.candidateIsSyn && other.candidate === tcpAcknowledgment) {
      this.order.restart(other, tcpAcknowledgment, true, time);
    }
    other.acked = tcpAcknowledgment;
    other.ackedAt = time;
    const isThird = own.fromSyn && other.fromSyn && (tcpFlags & TcpFlag.Syn) === 0;
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
        return true;
      }
      if (!other.begun) other.begin(tcpAcknowledgment, true);
    } else if (connection.isClosed) {
      // Its ports are used again: what the other end sent before says nothing of what comes.
      if (own.isUp) connection.down = undefined;
      else connection.up = undefined;
    }
    if (isAgain) return true;
    if (!own.begun || own.ended) {
      this.order.restart(own, sequence, true, time);
      return true;
    }
    own.candidate = sequence;
    own.candidateIsSyn = true;
    this.counters.tcpOutsideWindow++;
    return false;
  }

  private reset(connection: TcpConnection<S>, own: TcpStream<S>, packet: Packet): void {
    const { tcpSequence, tcpAcknowledgment, tcpFlags, time } = packet;
    const other = own.isUp ? connection.down : connection.up;
    const isExpected = own.begun && (tcpSequence === own.next || tcpSequence === own.acked);
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
    const { up, down } = connection;
    if (up?.state !== undefined) this.counters.tcpStreamsEvicted++;
    if (down?.state !== undefined) this.counters.tcpStreamsEvicted++;
    this.end(connection, this.now);
  }

  private forgetIdle(table: BoundedMap<number, TcpConnection<S>>, now: number): void {
    for (;;) {
      const connection = table.oldestEntry()?.value;
      if (connection === undefined || connection.time + IDLE > now) return;
      table.delete(connection.key);
      this.end(connection, connection.time + IDLE);
    }
  }
}

/** When the connection idle for longest last showed a segment; infinite: there is none. */
function timeOf<S>(table: BoundedMap<number, TcpConnection<S>>): number {
  return table.oldestEntry()?.value.time ?? Number.POSITIVE_INFINITY;
}
