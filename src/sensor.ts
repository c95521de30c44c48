import type { FrameSink } from './capture/frames.js';
import { Observer } from './detect/observer.js';
import { Relays } from './detect/relays.js';
import type { SourceProfile } from './detect/sources.js';
import { type AlertSink, IncidentTracker } from './incident/tracker.js';
import { RuleEngine } from './rules/engine.js';
import type { LoadedSignatures } from './rules/load.js';
import { deviationsOf, MessageSubject } from './rules/message-fields.js';
import { Deviation, isMalformed } from './sip/deviations.js';
import { nextMessageEnd } from './sip/framing.js';
import { Outcome, SipMessage } from './sip/message.js';
import { Kind, recognise } from './sip/recognise.js';
import type { Counters } from './telemetry/counters.js';
import type { PortTally } from './telemetry/port-tally.js';
import { FrameDecoder } from './wire/frame-decoder.js';
import { Packet, Transport } from './wire/packet.js';

/** Where SIP is looked for when nothing else is said (RFC 3261 §18.1.1). */
export const DEFAULT_PORTS: ReadonlySet<number> = new Set([5060]);

export interface SensorOptions {
  readonly signatures: LoadedSignatures;
  readonly counters: Counters;
  /** Ports that SIP is looked for on; undefined means any port. */
  readonly ports: ReadonlySet<number> | undefined;
  readonly onAlert: AlertSink;
  /** Where SIP messages on other ports are counted by port. */
  readonly otherPorts?: PortTally;
}

/** So many requests without a single reply, and the mirror is taken to show one direction only. */
const ONE_WAY_REQUESTS = 20;

/** Marks of a message of which a part was not read. */
const CUT = Deviation.TooManyHeaders | Deviation.HeaderTooLong;

/** A step ahead of more than so long (seconds) is undone when packets go on where it began. */
const LEAP = 3600;
const LEAP_CONFIRMED = 16;

/** After the last packet, time goes on so far that everything still waited for is told (seconds). */
const LAST_WAIT = 10;

/**
 * Joins the rooms. A frame goes in; what follows from it comes out as alerts, in the same call.
 * Knows no clock but the packets' own, so the same frames give the same alerts, live or replayed.
 */
export class Sensor implements FrameSink {
  readonly engine: RuleEngine;
  readonly observer: Observer;
  readonly incidents: IncidentTracker;
  /** Packet time of the latest frame (seconds). */
  now = 0;
  private frameNumber = 0;
  /** Time before the last long step ahead, until some packets have gone on from there. */
  private leapFrom: number | undefined;
  private framesSinceLeap = 0;
  private readonly counters: Counters;
  private readonly ports: ReadonlySet<number> | undefined;
  private readonly otherPorts: PortTally | undefined;
  private readonly decoder: FrameDecoder;
  private readonly relays: Relays;
  private readonly packet = new Packet();
  private readonly message = new SipMessage();
  private readonly subject = new MessageSubject(this.message, this.packet);

  constructor({ signatures, counters, ports, onAlert, otherPorts }: SensorOptions) {
    this.counters = counters;
    this.ports = ports;
    this.otherPorts = otherPorts;
    this.decoder = new FrameDecoder(counters);
    this.relays = new Relays(counters);
    this.observer = new Observer(counters, (observation) => this.engine.observe(observation));
    this.incidents = new IncidentTracker(
      this.observer.sources,
      counters,
      (profile) => this.degraded(profile),
      onAlert,
    );
    this.engine = new RuleEngine(signatures, counters, {
      finding: (finding) => this.incidents.finding(finding),
      repeated: (source, time) => this.incidents.repeated(source, time),
    });
  }

  /** Names the capture that the next frames come from, and counts its frames from 1. */
  beginCapture(name: string): void {
    this.incidents.captureName = name;
    this.frameNumber = 0;
  }

  frame(
    buf: Buffer,
    from: number,
    to: number,
    time: number,
    originalLength: number,
    linkType: number,
  ): void {
    this.frameNumber++;
    this.passTime(time);
    const { packet } = this;
    if (!this.decoder.decode(packet, buf, from, to, this.now, originalLength, linkType)) return;
    packet.frameNumber = this.frameNumber;
    this.payload(packet);
  }

  /** The input has ended: what was waited for is told, and all incidents close. */
  finish(): void {
    this.observer.advance(this.now + LAST_WAIT);
    this.incidents.finish(this.now);
  }

  private passTime(time: number): void {
    if (time >= this.now) {
      if (time - this.now > LEAP) {
        this.leapFrom = this.now;
        this.framesSinceLeap = 0;
      } else if (++this.framesSinceLeap > LEAP_CONFIRMED) this.leapFrom = undefined;
      this.now = time;
    } else {
      this.counters.clockStepsBack++;
      const { leapFrom } = this;
      // One packet with a clock far ahead must not hold all that follow at its time.
      if (leapFrom !== undefined && this.now - time > LEAP && time >= leapFrom - LEAP) {
        this.counters.clockLeaps++;
        this.leapFrom = undefined;
        this.now = time;
      }
    }
    this.observer.advance(this.now);
    this.incidents.advance(this.now);
  }

  private payload(packet: Packet): void {
    const { buf, payloadFrom, payloadTo } = packet;
    if (!this.isSipPort(packet)) {
      const kind = recognise(buf, payloadFrom, payloadTo);
      if (kind !== Kind.Request && kind !== Kind.Response) return;
      this.counters.sipOnOtherPorts++;
      // The server's port, as far as a single message tells it.
      const isRequest = kind === Kind.Request;
      this.otherPorts?.add(isRequest ? packet.destinationPort : packet.sourcePort);
      return;
    }
    this.counters.payloads++;
    if (packet.transport === Transport.Udp) this.oneMessage(packet, payloadFrom, payloadTo);
    else if (payloadTo > payloadFrom) this.segment(packet);
  }

  private isSipPort(packet: Packet): boolean {
    const { ports } = this;
    return ports === undefined || ports.has(packet.destinationPort) || ports.has(packet.sourcePort);
  }

  /** Whole messages in a TCP segment. Messages across segments wait for stream reassembly. */
  private segment(packet: Packet): void {
    let at = packet.payloadFrom;
    if (recognise(packet.buf, at, packet.payloadTo) === Kind.NotSip) {
      this.counters.notSip++;
      return;
    }
    while (at < packet.payloadTo) {
      const end = nextMessageEnd(packet.buf, at, packet.payloadTo);
      if (end <= at) {
        this.counters.tcpPartialMessages++;
        return;
      }
      this.oneMessage(packet, at, end);
      at = end;
    }
  }

  private oneMessage(packet: Packet, from: number, to: number): void {
    const { message, counters } = this;
    const outcome = message.reset(packet.buf, from, to);
    if (outcome === Outcome.Empty) {
      counters.payloadsEmpty++;
      // Only towards a SIP port: an empty reply is nobody's probe.
      const ports = this.ports ?? DEFAULT_PORTS;
      if (ports.has(packet.destinationPort)) this.observer.emptyDatagram(packet);
    } else if (outcome === Outcome.KeepAlive) counters.keepAlives++;
    else if (outcome === Outcome.NotSip) counters.notSip++;
    else this.sipMessage(packet);
  }

  private sipMessage(packet: Packet): void {
    const { message, counters } = this;
    if (message.isRequest) counters.requests++;
    else counters.responses++;
    if (isMalformed(deviationsOf(message, packet))) counters.malformed++;
    if (message.isRequest && this.relays.isRelayed(message, packet)) {
      counters.relayed++;
      return;
    }
    if ((message.deviations & CUT) !== 0) counters.messagesCut++;
    // Facts first, so that an alert made by the message itself already knows its sender.
    this.observer.message(message, packet);
    this.subject.next(message, packet);
    this.engine.message(this.subject);
  }

  /** What could not be seen and so weakens an alert. */
  private degraded(profile: SourceProfile | undefined): string[] {
    const missing: string[] = [];
    const answered = profile !== undefined && profile.replies > 0;
    const { sources } = this.observer;
    if (!answered && !sources.isTwoWay(this.now) && this.counters.requests >= ONE_WAY_REQUESTS) {
      missing.push('no reply of any server was seen: the mirror may show one direction only');
    }
    if (profile === undefined) missing.push('the table of sources was full: its numbers are lost');
    return missing;
  }
}
