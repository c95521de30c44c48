import type { Counters } from '../telemetry/counters.js';
import { Packet } from '../wire/packet.js';

/**
 * Messages that are read out of one segment, however short; and one more for each `BYTES_EACH` of
 * those that are read. The rest is only counted. A busy trunk fills the 64 KB that a network card
 * hands on as one segment with hundreds of messages of the usual size; a crowd of tiny ones, each of
 * which costs as much, is nobody's traffic.
 */
export const MAX_MESSAGES = 64;
export const BYTES_EACH = 512;
/** Messages that are counted at all; the rest of such a segment is thrown away. */
export const MAX_COUNTED = 1024;
/** Bytes of one message, and of one head, that are kept; RFC 3261 §18.1.1 lets no datagram be longer. */
export const MAX_MESSAGE = 65_536;

/** Is told what a stream carries. Bytes are borrowed for the call. */
export interface FramerSink {
  /**
   * One message of a stream; its bytes may be others than those of `packet`, which says who sent it
   * and in which frame it ended. `cut`: its end is missing (gap, truncation, size limit) or unknown.
   */
  message(packet: Packet, buf: Buffer, from: number, to: number, cut: boolean): void;
  /** This direction turned out to be TLS, told once; `client`: it begins with a ClientHello. */
  encrypted(packet: Packet, client: boolean): void;
}

/** Where messages leave for the sink, so many for each segment. */
export class MessageOutlet {
  /** Who sends what is read at the moment. */
  packet: Packet = new Packet();
  /** Of this segment: messages found, those of them that were read, and the bytes of these. */
  private found = 0;
  private told = 0;
  private bytes = 0;
  private readonly counters: Counters;
  private readonly sink: FramerSink;

  constructor(counters: Counters, sink: FramerSink) {
    this.counters = counters;
    this.sink = sink;
  }

  turn(): void {
    this.found = this.told = this.bytes = 0;
  }

  /** So many came out of this segment that it is not worth to look for more. */
  get isCrowded(): boolean {
    return this.found >= MAX_COUNTED;
  }

  tell(buf: Buffer, from: number, to: number, cut: boolean): void {
    this.found++;
    const bytes = this.bytes + to - from;
    if (this.told >= MAX_MESSAGES + bytes / BYTES_EACH) {
      this.counters.messagesCrowded++;
      return;
    }
    this.told++;
    this.bytes = bytes;
    if (cut) this.counters.streamMessagesCut++;
    this.sink.message(this.packet, buf, from, to, cut);
  }

  encrypted(client: boolean): void {
    this.sink.encrypted(this.packet, client);
  }
}
