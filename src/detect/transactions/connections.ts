import { BoundedMap } from '../../tables/bounded-map.js';
import { Hasher } from '../../tables/hash.js';
import type { Counters } from '../../telemetry/counters.js';
import type { TableStatus } from '../../telemetry/table-status.js';
import type { Address } from '../../wire/address.js';
import { type Packet, TcpFlag } from '../../wire/packet.js';
import { isPortsWayBack, isQuoted, isSameWay } from './flow.js';
import { Transaction } from './transaction.js';

const LIMIT = 65_536;
/** An attempt is looked at every so many seconds, so that all wait in one order. */
const STEP = 2;
/** Steps without an answer: a SYN is sent again after 1 and 3 seconds (RFC 6298 §2.1, §5.5). */
const SILENCE = 2;
/** Steps that an accepted connection may stay without a byte of the client. */
const IDLE = 5;
/** The server has not accepted yet; sequence numbers are never negative. */
const NONE = -1;
const { Fin, Syn, Rst, Ack } = TcpFlag;

/** A client's attempt to connect, from its SYN until it is known what became of it. */
export interface Attempt {
  /** Who connects to whom; its key is that of the connection. */
  readonly transaction: Transaction;
  /** Sequence number of the client's first byte; bytes that came with its SYN (RFC 7413). */
  readonly first: number;
  readonly early: number;
  /** What the client acknowledges when it has received the server's SYN. */
  accepted: number;
  proved: boolean;
  /** What became of it is told. It stays a step longer, for a SYN that comes once more. */
  isOver: boolean;
  /** When it is looked at next (packet time, seconds), and how often before it is given up. */
  dueAt: number;
  steps: number;
}

export type AttemptEnd = 'silent' | 'unreachable' | 'opened';

/** Is told how attempts go on. */
export interface AttemptSink {
  begun(attempt: Attempt): void;
  accepted(attempt: Attempt): void;
  /** The client has shown that it receives what is sent to it. */
  proved(attempt: Attempt): void;
  /** The client has sent a byte: from here on messages speak, or TLS. */
  spoke(attempt: Attempt): void;
  ended(attempt: Attempt, end: AttemptEnd): void;
}

/**
 * TCP connections that no byte of the client has crossed yet, told by flags and sequence numbers
 * alone (RFC 9293 §3.5). Others cost one look-up for each segment, or none while nothing waits.
 *
 * Whether somebody is there, only the server's segments tell: a client that nobody answers could
 * send what looks like the end of a handshake.
 */
export class Connections {
  private readonly attempts: BoundedMap<number, Attempt>;
  private readonly hasher = new Hasher();
  private readonly counters: Counters;
  private readonly sink: AttemptSink;

  constructor(counters: Counters, sink: AttemptSink, limit = LIMIT) {
    this.counters = counters;
    this.sink = sink;
    this.attempts = new BoundedMap(limit, (_, { isOver }) => {
      if (!isOver) counters.connectionsEvicted++;
    });
  }

  /** One segment on a SIP port, whichever way it goes. */
  segment(packet: Packet): void {
    const { tunnelSource, tunnelDestination } = packet;
    const begins = (packet.tcpFlags & (Syn | Ack | Rst)) === Syn;
    if (!begins && this.attempts.size === 0) return;
    const key = this.keyOf(packet, tunnelSource, tunnelDestination);
    const attempt = this.attempts.peek(key);
    if (begins) this.syn(packet, key, attempt);
    else if (attempt === undefined || attempt.isOver) return;
    else if (isSameWay(attempt.transaction, packet)) this.fromClient(attempt, packet);
    else if (isPortsWayBack(attempt.transaction, packet)) this.fromServer(attempt, packet);
  }

  /** An ICMP error quotes a segment. Of a connection that stands, it says nothing (RFC 5927). */
  unreachable(packet: Packet): void {
    if (this.attempts.size === 0) return;
    const { tunnelSource, tunnelDestination } = packet;
    const attempt = this.attempts.peek(this.keyOf(packet, tunnelDestination, tunnelSource));
    if (attempt === undefined || attempt.isOver || attempt.accepted !== NONE) return;
    if (isQuoted(attempt.transaction, packet)) this.end(attempt, 'unreachable', packet.time);
  }

  /** When an attempt is to be looked at next (packet time, seconds); infinite: none waits. */
  dueAt(): number {
    return this.attempts.oldest()?.dueAt ?? Number.POSITIVE_INFINITY;
  }

  /** Looks at that attempt: it waits another step, or is over. */
  due(): void {
    const attempt = this.attempts.oldest();
    if (attempt === undefined) return;
    attempt.steps--;
    if (attempt.steps > 0) {
      this.wait(attempt, attempt.dueAt);
      return;
    }
    this.attempts.delete(attempt.transaction.key);
    this.giveUp(attempt);
  }

  /** The clock was set back: nothing may wait for a time that was never to come. */
  setBack(now: number): void {
    for (const attempt of this.attempts.values()) {
      attempt.dueAt = Math.min(attempt.dueAt, now + STEP);
    }
  }

  table(): TableStatus {
    return this.attempts.status('connections');
  }

  private syn(packet: Packet, key: number, known: Attempt | undefined): void {
    const first = (packet.tcpSequence + 1) >>> 0;
    if (known !== undefined && isSameWay(known.transaction, packet)) {
      if (known.first === first) return; // sent again, or mirrored twice
      this.giveUp(known); // the client has begun anew
    } else if (known !== undefined) {
      // Both ends connect to each other at the same time, or two connections share a key.
      if (!known.isOver) this.counters.connectionsEvicted++;
    }
    this.attempts.delete(key);
    const attempt = {
      transaction: new Transaction(packet, 'SYN', key),
      first,
      early: packet.payloadLength,
      accepted: NONE,
      proved: false,
      isOver: false,
      dueAt: packet.time + STEP,
      steps: SILENCE,
    };
    this.attempts.set(key, attempt);
    this.sink.begun(attempt);
  }

  private fromServer(attempt: Attempt, packet: Packet): void {
    const { tcpFlags: flags, tcpAcknowledgment, tcpSequence, time } = packet;
    if (attempt.accepted !== NONE) {
      if ((flags & (Rst | Fin)) !== 0) this.end(attempt, 'opened', time);
      return;
    }
    const taken = (tcpAcknowledgment - attempt.first) >>> 0;
    if ((flags & Ack) === 0 || taken > attempt.early) return;
    if ((flags & Rst) !== 0) this.end(attempt, 'unreachable', time);
    else if ((flags & Syn) !== 0) {
      attempt.accepted = (tcpSequence + 1) >>> 0;
      attempt.steps = IDLE;
      this.wait(attempt, time);
      this.sink.accepted(attempt);
      if (taken > 0) this.speak(attempt, time);
    }
  }

  private fromClient(attempt: Attempt, packet: Packet): void {
    const { tcpFlags: flags, tcpAcknowledgment, tcpSequence, payloadLength, time } = packet;
    if (attempt.accepted === NONE) return;
    // A firewall may refuse an uninvited SYN-ACK with RST and ACK: that opens nothing.
    const isThirdStep = (flags & (Ack | Rst)) === Ack && tcpAcknowledgment === attempt.accepted;
    if (!attempt.proved && isThirdStep) {
      attempt.proved = true;
      this.sink.proved(attempt);
    }
    // Bytes that the mirror missed show in the number; a keep-alive sends the one before the first
    // (RFC 9293 §3.8.4).
    const sent = (tcpSequence + payloadLength - attempt.first) | 0;
    if (sent > 0) this.speak(attempt, time);
    else if ((flags & (Rst | Fin)) !== 0) this.end(attempt, 'opened', time);
  }

  private speak(attempt: Attempt, now: number): void {
    this.finish(attempt, now);
    this.sink.spoke(attempt);
  }

  private end(attempt: Attempt, end: AttemptEnd, now: number): void {
    this.finish(attempt, now);
    this.sink.ended(attempt, end);
  }

  private finish(attempt: Attempt, now: number): void {
    attempt.isOver = true;
    attempt.steps = 1;
    this.wait(attempt, now);
  }

  /** It waited long enough, unless it was over before. */
  private giveUp(attempt: Attempt): void {
    if (attempt.isOver) return;
    this.sink.ended(attempt, attempt.accepted === NONE ? 'silent' : 'opened');
  }

  /** Puts it behind all others, to be looked at a step after `now`. */
  private wait(attempt: Attempt, now: number): void {
    attempt.dueAt = now + STEP;
    this.attempts.get(attempt.transaction.key);
  }

  /** The same for both ways of a connection: its ends are taken in an order of their own. */
  private keyOf(packet: Packet, sourceTunnel: Address, destinationTunnel: Address): number {
    const { source, sourcePort, destination, destinationPort } = packet;
    const hasher = this.hasher.begin();
    const order =
      compare(source, destination) ||
      sourcePort - destinationPort ||
      compare(sourceTunnel, destinationTunnel);
    if (order < 0) {
      hasher.addKey(source).addNumber(sourcePort).addKey(sourceTunnel);
      hasher.addKey(destination).addNumber(destinationPort).addKey(destinationTunnel);
    } else {
      hasher.addKey(destination).addNumber(destinationPort).addKey(destinationTunnel);
      hasher.addKey(source).addNumber(sourcePort).addKey(sourceTunnel);
    }
    return hasher.end();
  }
}

/** Any total order of addresses. */
function compare(a: Address, b: Address): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  const [left, right] = [String(a), String(b)];
  return left === right ? 0 : left < right ? -1 : 1;
}
