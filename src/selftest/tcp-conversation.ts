import { TcpFlag } from '../wire/packet.js';
import type { ExamplePacket, PacketKind } from './example-messages.js';

/** A segment on the wire, or an ICMP error that quotes one. */
export interface TcpSegment {
  /** Seconds since the example began. */
  readonly at: number;
  readonly from: string;
  readonly to: string;
  readonly flags: number;
  readonly seq: number;
  readonly ack: number;
  readonly payload: Buffer;
  /** An error about what went from `to` to `from` with this sequence number. */
  readonly isError: boolean;
}

const { Syn, Fin, Rst, Ack, Psh } = TcpFlag;
/** One way through the network (seconds). */
const TRAVEL = 0.01;
/** Where each side begins to count, and how far apart two connections of the same ports begin. */
const CLIENT_START = 1000;
const SERVER_START = 5000;
const APART = 1_000_000;
const NOTHING = Buffer.alloc(0);

const FLAGS: Record<Exclude<PacketKind, 'icmp-unreachable'>, number> = {
  payload: Psh | Ack,
  syn: Syn,
  'syn-ack': Syn | Ack,
  ack: Ack,
  rst: Rst,
  fin: Fin | Ack,
};

/**
 * Messages and segments over TCP as what carries them. Each pair of endpoints shakes hands before
 * its first message and parts a second after its last (RFC 9293 §3.5, §3.6), unless the example
 * names segments of that pair itself.
 */
export function tcpSegments(packets: readonly ExamplePacket[]): TcpSegment[] {
  const conversations = new Map<string, ExamplePacket[]>();
  for (const packet of packets) {
    const key = [packet.from, packet.to].sort().join(' ');
    const known = conversations.get(key);
    if (known === undefined) conversations.set(key, [packet]);
    else known.push(packet);
  }
  // Parts may be listed one behind the other and be said at the same time.
  const inTime = (own: ExamplePacket[]) => own.sort((one, other) => one.at - other.at);
  return [...conversations.values()].flatMap((own) => new Conversation(inTime(own)).segments);
}

/** Two endpoints; the client is who sends first. */
class Conversation {
  readonly segments: TcpSegment[] = [];
  private readonly client: string;
  private readonly server: string;
  /** Next sequence number of each side: its data begins behind the SYN. */
  private clientNext = CLIENT_START;
  private serverNext = SERVER_START;
  private connections = 0;
  /** A SYN was the last that was said. */
  private isWaiting = false;

  constructor(packets: readonly ExamplePacket[]) {
    const [{ from, to, at: begin }, last] = [packets[0]!, packets[packets.length - 1]!];
    this.client = from;
    this.server = to;
    if (packets.every(({ kind }) => kind === 'payload' || kind === 'icmp-unreachable')) {
      this.add(begin - 3 * TRAVEL, from, 'syn');
      this.add(begin - 2 * TRAVEL, to, 'syn-ack');
      this.add(begin - TRAVEL, from, 'ack');
      for (const packet of packets) this.add(packet.at, packet.from, packet.kind, packet.payload);
      this.add(last.at + 1, from, 'fin');
      this.add(last.at + 1 + TRAVEL, to, 'fin');
      this.add(last.at + 1 + 2 * TRAVEL, from, 'ack');
    } else {
      for (const packet of packets) this.add(packet.at, packet.from, packet.kind, packet.payload);
    }
  }

  private add(at: number, from: string, kind: PacketKind, payload: Buffer = NOTHING): void {
    const isClient = from === this.client;
    const to = isClient ? this.server : this.client;
    if (kind === 'icmp-unreachable') {
      const seq = isClient ? this.serverNext - 1 : this.clientNext - 1;
      this.segments.push({ at, from, to, flags: 0, seq, ack: 0, payload, isError: true });
      this.isWaiting = false;
      return;
    }
    if (kind === 'syn') this.begin();
    // What refuses a SYN acknowledges it and has no number of its own (RFC 9293 §3.10.7.1).
    const refuses = kind === 'rst' && this.isWaiting && !isClient;
    const flags = refuses ? Rst | Ack : FLAGS[kind];
    const [own, other] = isClient
      ? [this.clientNext, this.serverNext]
      : [this.serverNext, this.clientNext];
    const seq = refuses ? 0 : own;
    const ack = (flags & Ack) === 0 ? 0 : other;
    this.segments.push({ at, from, to, flags, seq, ack, payload, isError: false });
    const next = own + payload.length + ((flags & (Syn | Fin)) === 0 ? 0 : 1);
    if (isClient) this.clientNext = next;
    else this.serverNext = next;
    this.isWaiting = kind === 'syn';
  }

  /** A SYN after a SYN that nobody answered is the same sent again; any other begins anew. */
  private begin(): void {
    if (!this.isWaiting) this.connections++;
    const offset = (this.connections - 1) * APART;
    this.clientNext = CLIENT_START + offset;
    this.serverNext = SERVER_START + offset;
  }
}
