import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { StreamFramer } from '../../src/sip/stream-framer.js';
import { Counters } from '../../src/telemetry/counters.js';
import { Packet, TcpFlag, Transport } from '../../src/wire/packet.js';
import { TcpStreams } from '../../src/wire/tcp-streams.js';

const MESSAGES = [
  'OPTIONS sip:a SIP/2.0\r\nVia: SIP/2.0/TCP h\r\nContent-Length: 0\r\n\r\n',
  'INVITE sip:a SIP/2.0\r\nSubject: a\r\n b\r\nl: 5\r\n\r\nv=0\r\n',
  'SIP/2.0 200 OK\r\nContent-Length:\r\n 0\r\n\r\n',
  'NOTIFY sip:a SIP/2.0\r\nContent-Length: 18\r\n\r\nSIP/2.0 200 OK\r\n\r\n',
  'ACK sip:a SIP/2.0\nCSeq: 1 ACK\n\n',
];

interface Segment {
  readonly from: number;
  readonly to: number;
  readonly rank: number;
}

const segments = fc
  .record({
    chosen: fc.array(fc.tuple(fc.constantFrom(...MESSAGES), fc.constantFrom('', '\r\n\r\n')), {
      minLength: 1,
      maxLength: 8,
    }),
    cuts: fc.array(fc.nat(), { maxLength: 20 }),
    again: fc.array(fc.tuple(fc.nat(), fc.nat(200)), { maxLength: 8 }),
    ranks: fc.array(fc.nat(5), { minLength: 40, maxLength: 40 }),
  })
  .map(({ chosen, cuts, again, ranks }) => {
    const text = chosen.flat().join('');
    const places = [...new Set([0, ...cuts.map((cut) => cut % text.length), text.length])];
    places.sort((a, b) => a - b);
    const ranges = places.slice(1).map((to, i) => ({ from: places[i] ?? 0, to }));
    for (const [at, length] of again) {
      const from = at % text.length;
      ranges.push({ from, to: Math.min(from + length + 1, text.length) });
    }
    // Shuffled within a few places, as networks do.
    const order: Segment[] = ranges.map((range, i) => ({ ...range, rank: i + (ranks[i] ?? 0) }));
    order.sort((a, b) => a.rank - b.rank);
    return { messages: chosen.map(([message]) => message), text, order };
  });

/** The messages that come out of these segments, of a connection seen from its SYN or joined. */
function read(text: string, order: readonly Segment[], first: number, syn: boolean): string[] {
  const counters = new Counters();
  const messages: string[] = [];
  const framer = new StreamFramer(counters, {
    message: (_, buf, from, to, cut) => {
      assert.equal(cut, false);
      messages.push(buf.toString('latin1', from, to));
    },
    encrypted: () => assert.fail('not TLS'),
  });
  const streams = new TcpStreams(counters, framer);
  const frame = Buffer.alloc(2000);
  const packet = new Packet();
  packet.buf = frame;
  packet.transport = Transport.Tcp;
  packet.source = 1;
  packet.destination = 2;
  const send = (sequence: number, bytes: string, flags: number) => {
    frame.fill(10);
    packet.payloadFrom = 30;
    packet.payloadTo = 30 + frame.write(bytes, 30, 'latin1');
    packet.payloadLength = bytes.length;
    packet.tcpSequence = sequence >>> 0;
    packet.tcpFlags = flags;
    streams.segment(packet);
  };
  if (syn) send(first - 1, '', TcpFlag.Syn);
  for (const { from, to } of order) send(first + from, text.slice(from, to), TcpFlag.Ack);
  streams.finish();
  assert.equal(counters.tcpGaps, 0);
  for (const { table, entries } of streams.tables()) assert.equal(entries, 0, table);
  return messages;
}

test('messages cut into segments that are reordered, repeated and overlap; numbers wrap', () => {
  fc.assert(
    fc.property(segments, fc.nat(400), ({ messages, text, order }, before) => {
      const first = 0x1_0000_0000 - before;
      assert.deepEqual(read(text, order, first, true), messages);
      // Joined in the middle, the first segment says where the stream begins.
      const inOrder = [...order].sort((a, b) => a.from - b.from);
      if ((inOrder[0]?.to ?? 0) > 1) assert.deepEqual(read(text, inOrder, first, false), messages);
    }),
    { numRuns: 1000 },
  );
});
