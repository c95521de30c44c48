import type { Observation, ObservationName } from '../../src/detect/observation.js';
import { Observer } from '../../src/detect/observer.js';
import type { SourceProfile } from '../../src/detect/sources/sources.js';
import { SipMessage } from '../../src/sip/message.js';
import { Counters } from '../../src/telemetry/counters.js';
import { type Address, parseAddress } from '../../src/wire/address.js';
import { Packet, TcpFlag, Transport } from '../../src/wire/packet.js';

export const CLIENT = '198.51.100.7';
export const SERVER = '203.0.113.5';

export interface SegmentFields {
  flags: number;
  seq?: number;
  ack?: number;
  /** Bytes of payload. */
  length?: number;
}

/** An observer and all that it said, in order. */
export class ObserverRun {
  readonly counters = new Counters();
  readonly said: Observation[] = [];
  readonly observer = new Observer(this.counters, (observation) => this.said.push(observation));
  /** Ends of the tunnel that packets come in, from here on; 0 and 0: none. */
  tunnel: [source: Address, destination: Address] = [0, 0];
  private readonly message = new SipMessage();
  private readonly packet = new Packet();
  private frames = 0;

  /** One message at a packet time; addresses as `198.51.100.7` or with `:port`. */
  send(
    text: string,
    time: number,
    from = CLIENT,
    to = SERVER,
    transport: Transport = Transport.Udp,
  ) {
    const buf = Buffer.from(text, 'latin1');
    this.fillPacket(buf, time, from, to, transport);
    this.message.reset(buf, 0, buf.length);
    this.observer.message(this.message, this.packet);
    return text;
  }

  /** The server's word to the client. */
  reply(text: string, time: number, transport: Transport = Transport.Udp): string {
    return this.send(text, time, SERVER, CLIENT, transport);
  }

  empty(time: number, from = CLIENT, to = SERVER): void {
    this.fillPacket(Buffer.alloc(0), time, from, to, Transport.Udp);
    this.observer.emptyDatagram(this.packet);
  }

  /** A UDP datagram that is no SIP. */
  datagram(bytes: Buffer, time: number, from: string, to: string): void {
    this.fillPacket(bytes, time, from, to, Transport.Udp);
    this.observer.datagram(this.packet);
  }

  /** One TCP segment. */
  segment(fields: SegmentFields, time: number, from = CLIENT, to = SERVER): void {
    const { packet } = this;
    this.fillPacket(Buffer.alloc(fields.length ?? 0), time, from, to, Transport.Tcp);
    packet.tcpFlags = fields.flags;
    packet.tcpSequence = fields.seq ?? 0;
    packet.tcpAcknowledgment = fields.ack ?? 0;
    this.observer.segment(packet);
  }

  syn(time: number, from = CLIENT, to = SERVER, seq = 1000): void {
    this.segment({ flags: TcpFlag.Syn, seq }, time, from, to);
  }

  /** The server refuses what `syn` began. */
  refuse(time: number, from = CLIENT, to = SERVER, ack = 1001): void {
    this.segment({ flags: TcpFlag.Rst | TcpFlag.Ack, ack }, time, to, from);
  }

  /** The server accepts it. */
  accept(time: number, from = CLIENT, to = SERVER, ack = 1001): void {
    this.segment({ flags: TcpFlag.Syn | TcpFlag.Ack, seq: 5000, ack }, time, to, from);
  }

  /** The client's next segment: the end of the handshake, if no more is said. */
  client(fields: Partial<SegmentFields>, time: number, from = CLIENT, to = SERVER): void {
    this.segment({ flags: TcpFlag.Ack, seq: 1001, ack: 5001, ...fields }, time, from, to);
  }

  /** An ICMP error that quotes what went from one to the other. */
  unreachable(time: number, transport: Transport, from = CLIENT, to = SERVER): void {
    this.fillPacket(Buffer.alloc(0), time, from, to, transport);
    this.observer.unreachable(this.packet);
  }

  /** The client begins TLS. */
  encrypted(time: number, from = CLIENT, to = SERVER): void {
    this.fillPacket(Buffer.alloc(0), time, from, to, Transport.Tcp);
    this.observer.encrypted(this.packet);
  }

  wait(time: number): this {
    this.observer.advance(time);
    return this;
  }

  names(): ObservationName[] {
    return this.said.map(({ name }) => name);
  }

  of(name: ObservationName): Observation[] {
    return this.said.filter((observation) => observation.name === name);
  }

  profile(address = CLIENT): SourceProfile {
    return this.observer.sources.find(parseAddress(address)!)!;
  }

  private fillPacket(buf: Buffer, time: number, from: string, to: string, transport: Transport) {
    this.observer.advance(time);
    const { packet } = this;
    const [source, sourcePort] = endpoint(from);
    const [target, targetPort] = endpoint(to);
    packet.buf = buf;
    packet.time = time;
    packet.frameNumber = ++this.frames;
    packet.transport = transport;
    packet.source = source;
    packet.sourcePort = sourcePort;
    packet.origin = source;
    packet.originPort = sourcePort;
    packet.destination = target;
    packet.destinationPort = targetPort;
    packet.payloadFrom = 0;
    packet.payloadTo = buf.length;
    packet.payloadLength = buf.length;
    [packet.tunnelSource, packet.tunnelDestination] = this.tunnel;
  }
}

/** `198.51.100.7`, `198.51.100.7:5060` or `[2001:db8::7]:5060`. */
function endpoint(text: string): [Address, port: number] {
  const [, host = '', port = '5060'] = /^(\[.*\]|[^:]*)(?::(\d+))?$/.exec(text)!;
  return [parseAddress(host)!, Number(port)];
}
