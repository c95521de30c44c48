import { Outcome, SipMessage } from '../sip/message.js';
import { Kind, recognise } from '../sip/recognise.js';
import { type FramerState, StreamFramer } from '../sip/stream-framer.js';
import type { Counters } from '../telemetry/counters.js';
import type { PortTally } from '../telemetry/port-tally.js';
import type { TableStatus } from '../telemetry/table-status.js';
import { Sight, type Visibility } from '../telemetry/visibility.js';
import { Duplicates } from '../wire/duplicates.js';
import { type Packet, TcpFlag, Transport } from '../wire/packet.js';
import { TcpStreams } from '../wire/tcp-streams.js';
import { DEFAULT_PORTS } from './default-ports.js';

/** What payloads turn out to be. Everything is borrowed for the call. */
export interface PayloadSink {
  message(message: SipMessage, packet: Packet): void;
  /** A UDP datagram without a byte, to a SIP port. */
  emptyDatagram(packet: Packet): void;
  /** A UDP datagram that is no SIP, whatever its ports: media, as a rule. */
  datagram(packet: Packet): void;
  /** A TCP segment of a connection to a SIP port, whatever it carries. */
  segment(packet: Packet): void;
  /** A client began TLS on a SIP port. */
  encrypted(packet: Packet): void;
}

/** From UDP datagrams and TCP segments to SIP messages. */
export class PayloadWay {
  /** Ports that SIP is looked for on; undefined means any port. */
  ports: ReadonlySet<number> | undefined;
  readonly streams: TcpStreams<FramerState>;
  private readonly counters: Counters;
  private readonly visibility: Visibility;
  private readonly otherPorts: PortTally | undefined;
  private readonly sink: PayloadSink;
  private readonly duplicates = new Duplicates();
  /** Reused for each message found. */
  readonly message = new SipMessage();

  constructor(
    ports: ReadonlySet<number> | undefined,
    counters: Counters,
    visibility: Visibility,
    otherPorts: PortTally | undefined,
    sink: PayloadSink,
  ) {
    this.ports = ports;
    this.counters = counters;
    this.visibility = visibility;
    this.otherPorts = otherPorts;
    this.sink = sink;
    const framer = new StreamFramer(counters, {
      message: (packet, buf, from, to, cut) => {
        packet.truncated = cut;
        this.read(packet, buf, from, to);
      },
      encrypted: (packet, client) => {
        if (client) sink.encrypted(packet);
      },
    });
    this.streams = new TcpStreams(counters, framer);
  }

  tables(): TableStatus[] {
    return this.streams.tables();
  }

  /** A datagram or segment; `time` is the frame's own, before it was held to packet time. */
  payload(packet: Packet, time: number): void {
    if (!this.isOnSipPort(packet)) {
      this.elsewhere(packet);
      return;
    }
    const overTcp = packet.transport === Transport.Tcp;
    if ((!overTcp || isTelling(packet)) && this.isRepeated(packet, time)) return;
    if (!overTcp || packet.payloadLength > 0) this.counters.payloads++;
    if (overTcp && this.concernsServer(packet)) this.sink.segment(packet);
    if (overTcp) this.streams.segment(packet);
    else this.read(packet, packet.buf, packet.payloadFrom, packet.payloadTo);
  }

  /** Either port is one that SIP is looked for on. */
  isOnSipPort(packet: Packet): boolean {
    const { ports } = this;
    return ports === undefined || ports.has(packet.destinationPort) || ports.has(packet.sourcePort);
  }

  /** Where a server is asked: of any port, only those where SIP is at home count as such. */
  isToSipPort(packet: Packet): boolean {
    return (this.ports ?? DEFAULT_PORTS).has(packet.destinationPort);
  }

  /** A connection is opened to a SIP port, or a segment that may be the answer to that. */
  private concernsServer(packet: Packet): boolean {
    const isAttempt = (packet.tcpFlags & (TcpFlag.Syn | TcpFlag.Ack)) === TcpFlag.Syn;
    return !isAttempt || this.isToSipPort(packet);
  }

  private elsewhere(packet: Packet): void {
    const kind = recognise(packet.buf, packet.payloadFrom, packet.payloadTo);
    if (kind !== Kind.Request && kind !== Kind.Response) {
      if (packet.transport === Transport.Udp) this.sink.datagram(packet);
      return;
    }
    this.counters.sipOnOtherPorts++;
    // The server's port, as far as a single message tells it.
    this.otherPorts?.add(kind === Kind.Request ? packet.destinationPort : packet.sourcePort);
  }

  /** The mirror shows this packet once more. */
  private isRepeated(packet: Packet, time: number): boolean {
    const isDuplicate = this.duplicates.isDuplicate(packet, time);
    if (isDuplicate) this.counters.duplicates++;
    else if (packet.truncated) this.visibility.see(Sight.Truncated);
    this.visibility.see(isDuplicate ? Sight.Duplicate : Sight.Packet);
    return isDuplicate;
  }

  private read(packet: Packet, buf: Buffer, from: number, to: number): void {
    const { message, counters, sink } = this;
    const outcome = message.reset(buf, from, to);
    if (outcome === Outcome.Ok) sink.message(message, packet);
    else if (outcome === Outcome.Empty) {
      counters.payloadsEmpty++;
      // Only towards a SIP port: an empty reply is nobody's probe.
      if (this.isToSipPort(packet)) sink.emptyDatagram(packet);
    } else if (outcome === Outcome.KeepAlive) counters.keepAlives++;
    else {
      counters.notSip++;
      if (packet.transport === Transport.Udp) sink.datagram(packet);
    }
  }
}

/** A TCP segment that, shown twice, would count twice: it carries bytes, or begins or cuts off. */
function isTelling({ payloadLength, tcpFlags }: Packet): boolean {
  return payloadLength > 0 || (tcpFlags & (TcpFlag.Syn | TcpFlag.Rst)) !== 0;
}
