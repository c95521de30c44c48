import type { AsideSegments } from './tcp-aside.js';
import type { TcpConnection } from './tcp-connection.js';
import { HeldSegments } from './tcp-held.js';
import { distance, onward } from './tcp-sequence.js';

/** No sequence number. */
export const NONE = -1;

/** One direction of a connection: where it stands, and what waits for its turn. */
export class TcpStream<S> {
  readonly connection: TcpConnection<S>;
  /** Sent by the lower end. */
  readonly isUp: boolean;
  /** The beginning is known: `next` says something. */
  begun = false;
  /** It was seen from its SYN on; `origin` is the first sequence number behind that. */
  fromSyn = false;
  origin = 0;
  /** A segment of its own was seen. */
  isSeen = false;
  /** It sent the SYN that was answered with SYN-ACK. */
  isOpener = false;
  /** FIN or RST was reached: no more bytes will come. */
  ended = false;
  /** Made when the first byte came. */
  state: S | undefined = undefined;
  /** Sequence number of the next byte to hand on. */
  next = 0;
  /** Where a FIN says that it ends, or NONE. */
  fin = NONE;
  /** What the other end acknowledged last, or NONE; and the packet time of that. */
  acked = NONE;
  ackedAt = 0;
  /** What its own last segment acknowledges, or NONE. */
  acknowledges = NONE;
  /** Where a segment out of the window, or a SYN, says that the stream goes on; or NONE. */
  candidate = NONE;
  /** The candidate is behind a SYN. */
  candidateIsSyn = false;
  /** A lone byte that may begin the stream, and its sequence number, or NONE. */
  lone = NONE;
  loneByte = 0;
  /** The byte that URG takes out of the stream, or NONE. */
  urgent = NONE;
  /** Segments that count when the other end acknowledges them. */
  aside: AsideSegments | undefined = undefined;
  /** Segments behind a hole, and the packet time since when the hole is waited for. */
  readonly held = new HeldSegments();
  holeSince = 0;
  /** What was kept of it after the last segment, here and by the reader. */
  kept = 0;
  /** A hole that was given up; bytes that still come for it are read in their own order. */
  lateFrom = 0;
  lateTo = 0;
  lateOpen = false;
  /** The reader got bytes of that hole last. */
  isLate = false;
  /** Of its last segment. */
  frameNumber = 0;
  vlan = -1;

  constructor(connection: TcpConnection<S>, isUp: boolean) {
    this.connection = connection;
    this.isUp = isUp;
  }

  begin(sequence: number, fromSyn: boolean): void {
    this.begun = true;
    this.fromSyn = fromSyn;
    this.origin = this.next = sequence;
    this.fin = NONE;
    this.candidate = NONE;
    this.urgent = NONE;
    this.lateOpen = false;
    this.isLate = false;
  }

  /**
   * The byte before the urgent pointer is not in the stream: Linux takes it out unless a program
   * asks for it (SO_OOBINLINE), and no SIP server does. SIP has no use for URG.
   */
  markUrgent(pointer: number, sequence: number): void {
    const urgent = onward(sequence, Math.max(pointer - 1, 0));
    if (distance(urgent, this.next) < 0) return;
    if (this.urgent === NONE || distance(urgent, this.urgent) > 0) this.urgent = urgent;
  }

  /** Bytes reached the reader. */
  get wasRead(): boolean {
    return this.state !== undefined;
  }
}
