import { BoundedMap } from '../tables/bounded-map.js';
import type { TableStatus } from '../telemetry/table-status.js';
import { Packet, Transport } from './packet.js';
import type { StreamReader } from './stream-reader.js';
import type { TcpStream } from './tcp-stream.js';

/** What a held segment costs besides its bytes. */
const HELD_OVERHEAD = 256;

/** The reader's side of the streams: their states, and the sum of what is kept for all of them. */
export class TcpReading<S> {
  private readonly reader: StreamReader<S>;
  private readonly limit: number;
  /** Streams of which anything is kept, the one that has got on with nothing for longest first. */
  private readonly keeping = new BoundedMap<TcpStream<S>, TcpStream<S>>(Number.POSITIVE_INFINITY);
  private kept = 0;
  private evicted = 0;
  /** Stands for a stream's own packet where none is at hand. */
  private readonly stand = new Packet();

  constructor(reader: StreamReader<S>, limit: number) {
    this.reader = reader;
    this.limit = limit;
    this.stand.transport = Transport.Tcp;
  }

  turn(): void {
    this.reader.turn();
  }

  bytes(stream: TcpStream<S>, packet: Packet, buf: Buffer, from: number, to: number): void {
    this.reader.bytes(this.stateOf(stream, packet), packet, buf, from, to);
  }

  gap(stream: TcpStream<S>, packet: Packet, length: number): void {
    this.reader.gap(this.stateOf(stream, packet), packet, length);
  }

  end(stream: TcpStream<S>, packet: Packet): void {
    if (stream.state !== undefined) this.reader.end(stream.state, packet);
    stream.state = undefined;
  }

  /** What is kept of the stream may have changed. */
  account(stream: TcpStream<S>): void {
    const { held, state, aside } = stream;
    const read = state === undefined ? 0 : this.reader.held(state);
    const waiting = held.bytes + held.count * HELD_OVERHEAD;
    const kept = read + waiting + (aside === undefined ? 0 : aside.cost);
    const before = stream.kept;
    if (kept === before) return;
    this.kept += kept - before;
    stream.kept = kept;
    if (kept === 0) this.keeping.delete(stream);
    else if (kept < before || before === 0) this.keeping.set(stream, stream);
  }

  /** While all keep too much: the stream that must give up what it keeps, which is counted here. */
  surplus(): TcpStream<S> | undefined {
    if (this.kept <= this.limit) return undefined;
    const stream = this.keeping.oldestEntry()?.value;
    if (stream !== undefined) this.evicted += stream.kept;
    return stream;
  }

  status(): TableStatus {
    const { kept, evicted, limit } = this;
    return { table: 'tcp_bytes', entries: kept, limit, evicted };
  }

  /** Says who sends this stream to whom, where the packet at hand is another's. */
  packetOf(stream: TcpStream<S>, time: number): Packet {
    const { stand } = this;
    const { connection, isUp, held } = stream;
    stand.time = time;
    stand.truncated = false;
    stand.frameNumber = held.first?.frameNumber ?? stream.frameNumber;
    stand.vlan = stream.vlan;
    stand.source = isUp ? connection.low : connection.high;
    stand.sourcePort = isUp ? connection.lowPort : connection.highPort;
    stand.destination = isUp ? connection.high : connection.low;
    stand.destinationPort = isUp ? connection.highPort : connection.lowPort;
    stand.tunnelSource = isUp ? connection.lowTunnel : connection.highTunnel;
    stand.tunnelDestination = isUp ? connection.highTunnel : connection.lowTunnel;
    return stand;
  }

  private stateOf(stream: TcpStream<S>, packet: Packet): S {
    if (stream.state !== undefined) return stream.state;
    const state = this.reader.begin();
    stream.state = state;
    if (!stream.fromSyn) this.reader.gap(state, packet, 0);
    return state;
  }
}
