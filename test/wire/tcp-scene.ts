import { Counters } from '../../src/telemetry/counters.js';
import { type Address, parseAddress } from '../../src/wire/address.js';
import { Packet, TcpFlag, Transport } from '../../src/wire/packet.js';
import type { StreamReader } from '../../src/wire/stream-reader.js';
import type { TcpLimits } from '../../src/wire/tcp-limits.js';
import { TcpStreams } from '../../src/wire/tcp-streams.js';

const { Syn, Fin, Rst, Ack } = TcpFlag;

export const CLIENT = '192.0.2.1:40000';
export const SERVER = '192.0.2.2:5060';

export interface SegmentOptions {
  readonly from?: string;
  readonly to?: string;
  readonly ack?: number;
  readonly flags?: number;
  /** Urgent pointer. */
  readonly urgent?: number;
  readonly at?: number;
  /** Bytes on the wire, when fewer are captured. */
  readonly length?: number;
  readonly tunnel?: readonly [Address, Address];
}

interface Read {
  readonly name: string;
  text: string;
  held: number;
}

/** Notes what each direction brings: bytes as they are, `[n]` for a gap, `$` at its end. */
export class NotingReader implements StreamReader<Read> {
  readonly streams: Read[] = [];
  /** What it says that it holds: bytes since the last gap or newline. */
  holds = false;
  times: number[] = [];
  private fresh: Read | undefined;

  turn(): void {}

  begin(): Read {
    this.fresh = { name: '', text: '', held: 0 };
    return this.fresh;
  }

  bytes(read: Read, packet: Packet, buf: Buffer, from: number, to: number): void {
    const own = this.named(read, packet);
    own.text += buf.toString('latin1', from, to);
    if (this.holds) own.held = own.text.length - own.text.lastIndexOf('\n') - 1;
  }

  gap(read: Read, packet: Packet, length: number): void {
    const own = this.named(read, packet);
    own.text += `[${length}]`;
    own.held = 0;
  }

  end(read: Read, packet: Packet): void {
    this.named(read, packet).text += '$';
  }

  held(read: Read): number {
    return read.held;
  }

  private named(read: Read, packet: Packet): Read {
    this.times.push(packet.time);
    const name = `${packet.source}:${packet.sourcePort} ${packet.destination}:${packet.destinationPort}`;
    if (read.name === '') {
      Object.assign(read, { name });
      this.streams.push(read);
    } else if (read.name !== name) throw new Error(`${read.name} is not ${name}`);
    return read;
  }
}

/** Segments into streams, and what came out. */
export class TcpScene {
  readonly counters = new Counters();
  readonly reader = new NotingReader();
  readonly streams: TcpStreams<Read>;
  now = 1000;
  private frames = 0;
  /** What each end acknowledged last, or the SYN that it got. */
  private readonly acknowledged = new Map<string, number>();

  constructor(limits: Partial<TcpLimits> = {}) {
    this.streams = new TcpStreams(this.counters, this.reader, limits);
  }

  /** One segment with this sequence number; by default from the client, with ACK, as before, and nothing else. */
  segment(sequence: number, payload: string | Buffer = '', options: SegmentOptions = {}): this {
    const bytes = typeof payload === 'string' ? Buffer.from(payload, 'latin1') : payload;
    const { from = CLIENT, to = from === SERVER ? CLIENT : SERVER } = options;
    if (options.at !== undefined) this.now = options.at;
    const packet = new Packet();
    packet.buf = Buffer.concat([Buffer.from('##'), bytes, Buffer.from('##')]);
    packet.time = this.now;
    packet.frameNumber = ++this.frames;
    packet.transport = Transport.Tcp;
    [packet.source, packet.sourcePort] = endpoint(from);
    [packet.destination, packet.destinationPort] = endpoint(to);
    packet.payloadFrom = 2;
    packet.payloadTo = 2 + bytes.length;
    packet.payloadLength = options.length ?? bytes.length;
    packet.truncated = packet.payloadLength > bytes.length;
    packet.tcpSequence = sequence >>> 0;
    const way = `${from} ${to}`;
    packet.tcpAcknowledgment = (options.ack ?? this.acknowledged.get(way) ?? 0) >>> 0;
    packet.tcpFlags = options.flags ?? Ack;
    packet.tcpUrgent = options.urgent ?? -1;
    const back = `${to} ${from}`;
    if ((packet.tcpFlags & Syn) !== 0 && !this.acknowledged.has(back)) {
      this.acknowledged.set(back, (sequence + 1 + bytes.length) >>> 0);
    }
    if ((packet.tcpFlags & Ack) !== 0) this.acknowledged.set(way, packet.tcpAcknowledgment);
    const { tunnel } = options;
    if (tunnel !== undefined) [packet.tunnelSource, packet.tunnelDestination] = tunnel;
    this.streams.segment(packet);
    packet.buf.fill(0);
    return this;
  }

  /** The three segments that open a connection; sequence numbers of the bytes are one higher. */
  open(client: number, server: number, from = CLIENT): this {
    this.segment(client, '', { from, flags: Syn });
    this.segment(server, '', { from: SERVER, to: from, flags: Syn | Ack, ack: client + 1 });
    return this.segment(client + 1, '', { from, ack: server + 1 });
  }

  fin(sequence: number, options: SegmentOptions = {}): this {
    return this.segment(sequence, '', { ...options, flags: Fin | Ack });
  }

  rst(sequence: number, options: SegmentOptions = {}): this {
    return this.segment(sequence, '', { flags: Rst, ...options });
  }

  advance(now: number): this {
    this.now = now;
    this.streams.advance(now);
    return this;
  }

  /** What came from this end, stream by stream. */
  read(from = CLIENT): string[] {
    const [address, port] = endpoint(from);
    return this.reader.streams
      .filter(({ name }) => name.startsWith(`${address}:${port} `))
      .map(({ text }) => text);
  }
}

function endpoint(text: string): [Address, number] {
  const colon = text.lastIndexOf(':');
  const address = parseAddress(text.slice(0, colon));
  if (address === undefined) throw new Error(`no address: ${text}`);
  return [address, Number(text.slice(colon + 1))];
}

/** Bytes that wait or are held, and what they cost. */
export function bytesKept(scene: TcpScene): number {
  return scene.streams.tables().find(({ table }) => table === 'tcp_bytes')?.entries ?? Number.NaN;
}
