import { type FramerSink, StreamFramer } from '../../src/sip/stream-framer.js';
import { Counters } from '../../src/telemetry/counters.js';
import { Packet, TcpFlag, Transport } from '../../src/wire/packet.js';
import { TcpStreams } from '../../src/wire/tcp-streams.js';
import { expect } from './fault.js';
import type { Random } from './random.js';

/** What a router lets through in one piece, nearly always (bytes). */
const SEGMENT = 1400;
/** Segments that come before their turn, at most: far fewer than are kept. */
const LATE = 8;

interface Segment {
  readonly from: number;
  readonly to: number;
}

/**
 * One stream from its SYN on, in plain segments and cut, shuffled and repeated at random: the same
 * messages are found, unless one of the limits that are counted was met.
 */
export function compareSplits(bytes: Buffer, random: Random): void {
  const plain = messagesOf(
    bytes,
    cuts(bytes.length, () => SEGMENT),
    random,
  );
  const shuffled = disturbed(random, cuts(bytes.length, lengthsOf(random)));
  const other = messagesOf(bytes, shuffled, random);
  if (plain === undefined || other === undefined) return;
  expect(
    plain.length === other.length,
    'a stream in other segments gives the same messages',
    () => `${plain.length} and ${other.length}`,
  );
  for (const [i, message] of plain.entries()) {
    expect(
      message === other[i],
      'a stream in other segments gives the same messages',
      () =>
        `message ${i}: ${JSON.stringify(message.slice(0, 200))}, ${JSON.stringify(other[i]!.slice(0, 200))}`,
    );
  }
}

function lengthsOf(random: Random): () => number {
  const kind = random.below(4);
  if (kind === 0) return () => 1 + random.below(3);
  if (kind === 1) return () => 1 + random.small(64);
  return () => 1 + random.below(SEGMENT);
}

function cuts(length: number, next: () => number): Segment[] {
  const segments: Segment[] = [];
  for (let from = 0; from < length; ) {
    // A long stream in single bytes would take its time and show nothing more.
    const to = Math.min(from + (segments.length > 2000 ? SEGMENT : next()), length);
    segments.push({ from, to });
    from = to;
  }
  return segments;
}

/** Some come later than their turn, some twice, some with bytes of the one before. */
function disturbed(random: Random, segments: readonly Segment[]): Segment[] {
  const order = [...segments];
  for (let i = 0; i + 1 < order.length; i++) {
    if (random.chance(0.1)) order[i] = { ...order[i]!, from: Math.max(0, order[i]!.from - 7) };
    if (random.chance(0.15)) {
      const [late] = order.splice(i, 1);
      order.splice(Math.min(i + 1 + random.below(LATE), order.length), 0, late!);
      i += LATE;
    } else if (random.chance(0.05)) order.splice(i, 0, order[i]!);
  }
  return order;
}

/**
 * The messages with their marks; undefined when a limit cut the reading short, or where framing was
 * lost: from there on it counts what segments begin with (`src/sip/segment-begin.ts`), as servers
 * that throw away what they cannot read begin anew with the next bytes.
 */
function messagesOf(
  bytes: Buffer,
  segments: readonly Segment[],
  random: Random,
): string[] | undefined {
  const counters = new Counters();
  const sink = new Listing();
  const streams = new TcpStreams(counters, new StreamFramer(counters, sink));
  const packet = new Packet();
  packet.transport = Transport.Tcp;
  packet.buf = bytes;
  packet.source = 0xc6336407;
  packet.sourcePort = 40_000;
  packet.destination = 0xcb007105;
  packet.destinationPort = 5060;
  const first = random.chance(0.5) ? 0xffffff00 : 1000;
  const send = (flags: number, sequence: number, { from, to }: Segment) => {
    packet.time += 0.001;
    packet.tcpFlags = flags;
    packet.tcpSequence = (first + sequence) >>> 0;
    packet.payloadFrom = from;
    packet.payloadTo = to;
    packet.payloadLength = to - from;
    streams.segment(packet);
  };
  send(TcpFlag.Syn, -1, { from: 0, to: 0 });
  for (const segment of segments) send(TcpFlag.Psh | TcpFlag.Ack, segment.from, segment);
  streams.finish();
  const limited = counters.messagesCrowded + counters.tcpGaps + counters.tcpBytesEvicted;
  const { streamsNotSip, streamBytesSkipped, streamMessagesCut } = counters;
  const lost = streamsNotSip + streamBytesSkipped + streamMessagesCut;
  return limited + lost > 0 ? undefined : sink.messages;
}

/** Keeps what is told. */
class Listing implements FramerSink {
  readonly messages: string[] = [];

  message(_packet: Packet, buf: Buffer, from: number, to: number, cut: boolean): void {
    this.messages.push(`${cut ? 'cut ' : ''}${buf.toString('latin1', from, to)}`);
  }

  encrypted(_packet: Packet, client: boolean): void {
    this.messages.push(client ? 'TLS of a client' : 'TLS of a server');
  }
}
