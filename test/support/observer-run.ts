import type { Observation, ObservationName } from '../../src/detect/observation.js';
import { Observer } from '../../src/detect/observer.js';
import type { SourceProfile } from '../../src/detect/sources.js';
import { SipMessage } from '../../src/sip/message.js';
import { Counters } from '../../src/telemetry/counters.js';
import { parseAddress } from '../../src/wire/address.js';
import { Packet, Transport } from '../../src/wire/packet.js';

export const CLIENT = '198.51.100.7';
export const SERVER = '203.0.113.5';

/** An observer and all that it said, in order. */
export class ObserverRun {
  readonly counters = new Counters();
  readonly said: Observation[] = [];
  readonly observer = new Observer(this.counters, (observation) => this.said.push(observation));
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
    this.observer.advance(time);
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
    this.observer.advance(time);
    this.fillPacket(Buffer.alloc(0), time, from, to, Transport.Udp);
    this.observer.emptyDatagram(this.packet);
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
    const { packet } = this;
    const [source = '', sourcePort = '5060'] = from.split(':');
    const [target = '', targetPort = '5060'] = to.split(':');
    packet.buf = buf;
    packet.time = time;
    packet.frameNumber = ++this.frames;
    packet.transport = transport;
    packet.source = parseAddress(source)!;
    packet.sourcePort = Number(sourcePort);
    packet.destination = parseAddress(target)!;
    packet.destinationPort = Number(targetPort);
    packet.payloadFrom = 0;
    packet.payloadTo = buf.length;
  }
}
