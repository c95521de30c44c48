import type { Packet } from './packet.js';

/** Reads the bytes of TCP streams in order. `S` is what it remembers of one direction. */
export interface StreamReader<S> {
  /** Another segment follows: what the reader allows itself for one segment begins anew. */
  turn(): void;
  /** State of one direction of a connection, made when its first byte comes. */
  begin(): S;
  /**
   * The next bytes in order; borrowed for the call, and not always those of `packet`, which says
   * who sends to whom and in which frame.
   */
  bytes(state: S, packet: Packet, buf: Buffer, from: number, to: number): void;
  /**
   * So many bytes are missing here; 0: unknown how many. A stream that was not seen from its SYN
   * begins with such a gap. The reader holds no bytes from before an unknown gap after the call.
   */
  gap(state: S, packet: Packet, length: number): void;
  /** No more bytes will come (FIN, RST, idle, evicted, end of input). */
  end(state: S, packet: Packet): void;
  /** Bytes that this state holds, for the common bound. */
  held(state: S): number;
}
