import { StreamFramer } from '../../src/sip/stream-framer.js';
import { Counters } from '../../src/telemetry/counters.js';
import { Packet } from '../../src/wire/packet.js';

/** Where messages begin and end in `buf[from, to)`, if that is how a TCP stream begins. */
export function messagesIn(buf: Buffer, from: number, to: number): [from: number, to: number][] {
  const found: [from: number, to: number][] = [];
  const framer = new StreamFramer(new Counters(), {
    message: (_, text, begin, end) => {
      // What comes in one piece is told in place.
      if (text !== buf) throw new Error('a message of one piece was copied');
      found.push([begin, end]);
    },
    encrypted() {},
  });
  framer.turn();
  framer.bytes(framer.begin(), new Packet(), buf, from, to);
  return found;
}
