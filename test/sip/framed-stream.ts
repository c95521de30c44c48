import { StreamFramer } from '../../src/sip/stream-framer.js';
import { Counters } from '../../src/telemetry/counters.js';
import { Packet } from '../../src/wire/packet.js';

export interface FramedStream {
  /** Latin-1 text of each message. */
  readonly messages: string[];
  /** Those of them that were told as cut. */
  readonly cut: string[];
  readonly encrypted: boolean[];
  readonly counters: Counters;
  /** The most bytes that were held after a piece. */
  readonly held: number;
}

/** A piece of a stream, or a hole of so many bytes (0: unknown). */
export type Piece = Buffer | string | number;

const MARGIN = 7;

/** What the framer finds in these pieces; each comes within other bytes, and is gone after it. */
export function framed(pieces: readonly Piece[], end = true): FramedStream {
  const messages: string[] = [];
  const cut: string[] = [];
  const encrypted: boolean[] = [];
  const counters = new Counters();
  const framer = new StreamFramer(counters, {
    message(_, buf, from, to, isCut) {
      const text = buf.toString('latin1', from, to);
      messages.push(text);
      if (isCut) cut.push(text);
    },
    encrypted: (_, client) => encrypted.push(client),
  });
  const packet = new Packet();
  const state = framer.begin();
  let held = 0;
  for (const piece of pieces) {
    framer.turn();
    if (typeof piece === 'number') framer.gap(state, packet, piece);
    else {
      const bytes = typeof piece === 'string' ? Buffer.from(piece, 'latin1') : piece;
      const frame = Buffer.alloc(bytes.length + 2 * MARGIN, 10);
      bytes.copy(frame, MARGIN);
      framer.bytes(state, packet, frame, MARGIN, MARGIN + bytes.length);
      frame.fill(88);
    }
    held = Math.max(held, framer.held(state));
  }
  if (end) framer.end(state, packet);
  return { messages, cut, encrypted, counters, held };
}
