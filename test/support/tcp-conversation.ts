import type { ExamplePacket } from '../../src/selftest/example-messages.js';
import { TcpFlag } from '../../src/wire/packet.js';
import type { SegmentOptions } from './pcap-writer.js';

export interface TimedSegment extends SegmentOptions {
  /** Seconds since the scenario began. */
  at: number;
}

const { Syn, Fin, Ack, Psh } = TcpFlag;
/** One way through the network (seconds). */
const TRAVEL = 0.01;

/**
 * Messages over TCP as the segments that carry them: each pair of endpoints shakes hands before its
 * first message and parts a second after its last (RFC 9293 §3.5, §3.6).
 */
export function tcpSegments(packets: readonly ExamplePacket[]): TimedSegment[] {
  const conversations = new Map<string, ExamplePacket[]>();
  for (const packet of packets) {
    const key = [packet.from, packet.to].sort().join(' ');
    const known = conversations.get(key);
    if (known === undefined) conversations.set(key, [packet]);
    else known.push(packet);
  }
  return [...conversations.values()].flatMap(oneConversation);
}

function oneConversation(packets: ExamplePacket[]): TimedSegment[] {
  const { from: client, to: server, at: begin } = packets[0]!;
  /** Next sequence number of each side: data of both begins behind the SYN. */
  const next = new Map([
    [client, 1000],
    [server, 5000],
  ]);
  const segments: TimedSegment[] = [];
  const send = (at: number, from: string, flags: number, payload: Buffer = Buffer.alloc(0)) => {
    const to = from === client ? server : client;
    const seq = next.get(from)!;
    const ack = (flags & Ack) === 0 ? 0 : next.get(to)!;
    segments.push({ at, from, to, seq, ack, flags, payload });
    next.set(from, seq + payload.length + ((flags & (Syn | Fin)) === 0 ? 0 : 1));
  };
  send(begin - 3 * TRAVEL, client, Syn);
  send(begin - 2 * TRAVEL, server, Syn | Ack);
  send(begin - TRAVEL, client, Ack);
  for (const { at, from, payload } of packets) send(at, from, Psh | Ack, payload);
  const end = packets[packets.length - 1]!.at + 1;
  send(end, client, Fin | Ack);
  send(end + TRAVEL, server, Fin | Ack);
  send(end + 2 * TRAVEL, client, Ack);
  return segments;
}
