import type { FrameSink } from './capture/frames.js';
import { setOrigin } from './detect/hosts/origins.js';
import type { Peer } from './detect/hosts/peers.js';
import { DEFAULT_DIAL_PLAN, type DialPlan } from './detect/numbers/dial-plan.js';
import type { Observation } from './detect/observation.js';
import { Observer } from './detect/observer.js';
import type { SourceProfile } from './detect/sources/sources.js';
import { Relays } from './detect/transactions/relays.js';
import { type AlertSink, IncidentTracker } from './incident/tracker.js';
import { RuleEngine } from './rules/engine.js';
import { deviationsOf, MessageSubject } from './rules/fields/message-fields.js';
import type { LoadedSignatures } from './rules/load.js';
import { CapturePlace } from './sensor/capture-place.js';
import { PassingTime } from './sensor/passing-time.js';
import { type PayloadSink, PayloadWay } from './sensor/payload-way.js';
import { type KeptState, restoreState, savedState } from './sensor/saved-state.js';
import { TrustedFindings } from './sensor/trusted-findings.js';
import { Deviation, isMalformed } from './sip/deviations.js';
import type { SipMessage } from './sip/message.js';
import type { Counters } from './telemetry/counters.js';
import { PacketTime } from './telemetry/packet-time.js';
import type { PortTally } from './telemetry/port-tally.js';
import type { RestoreResult, SavedEntry } from './telemetry/saved-entry.js';
import type { TableStatus } from './telemetry/table-status.js';
import { Traffic } from './telemetry/traffic.js';
import { ONE_WAY, Sight, Visibility } from './telemetry/visibility.js';
import type { Address } from './wire/address.js';
import type { LostDatagram } from './wire/fragments.js';
import { Decoded, FrameDecoder } from './wire/frame-decoder.js';
import { Packet, Transport } from './wire/packet.js';
import { isTrustedEnd } from './wire/trusted-ends.js';

/** What a sensor looks at; may be changed while it runs. */
export interface SensorSubject {
  readonly signatures: LoadedSignatures;
  /** Ports that SIP is looked for on; undefined means any port. */
  readonly ports: ReadonlySet<number> | undefined;
  /** Ends of tunnels that are believed like the mirror itself. Default: private addresses. */
  readonly trustedTunnels?: (address: Address) => boolean;
  /** Hosts that the operator declared. */
  readonly peers?: readonly Peer[];
  /** Proxies whose word on whom a request came from is believed. Default: none. */
  readonly trustedHops?: (address: Address) => boolean;
  /** How numbers are dialled. Default: that of nowhere in particular. */
  readonly dialPlan?: DialPlan;
}

export interface SensorOptions extends SensorSubject {
  readonly counters: Counters;
  readonly onAlert: AlertSink;
  /** Where SIP messages on other ports are counted by port. */
  readonly otherPorts?: PortTally;
  /** Seconds without a frame until `advance` notices the silence. Default 600. */
  readonly silence?: number;
}

/** Marks of a message of which a part was not read. */
const CUT = Deviation.TooManyHeaders | Deviation.HeaderTooLong;

/**
 * Joins the rooms. A frame goes in; what follows from it comes out as alerts, in the same call.
 * Knows no clock but the packets' own, so the same frames give the same alerts, live or replayed.
 */
export class Sensor implements FrameSink {
  readonly engine: RuleEngine;
  readonly observer: Observer;
  readonly incidents: IncidentTracker;
  readonly traffic = new Traffic();
  readonly visibility: Visibility;
  private capture = new CapturePlace('');
  private readonly time: PassingTime;
  private readonly kept: KeptState;
  private readonly counters: Counters;
  private readonly decoder: FrameDecoder;
  private readonly payloads: PayloadWay;
  private readonly relays: Relays;
  private readonly packet = new Packet();
  private readonly subject: MessageSubject;

  constructor(options: SensorOptions) {
    const { signatures, counters, ports, onAlert, otherPorts, silence } = options;
    this.counters = counters;
    this.visibility = new Visibility(silence);
    this.decoder = new FrameDecoder(counters, {
      onFragmentsLost: (lost) => this.fragmentsLost(lost),
      isTrusted: options.trustedTunnels ?? isTrustedEnd,
    });
    this.payloads = new PayloadWay(
      ports,
      counters,
      this.visibility,
      otherPorts,
      this.payloadSink(),
    );
    this.subject = new MessageSubject(this.payloads.message, this.packet);
    this.relays = new Relays(counters);
    this.observer = new Observer(counters, (observation) => this.observed(observation));
    this.observer.peers.declare(options.peers, options.trustedHops);
    this.observer.callers.dialPlan = options.dialPlan ?? DEFAULT_DIAL_PLAN;
    this.incidents = new IncidentTracker(
      this.observer.sources,
      counters,
      (profile, time) => this.degraded(profile, time),
      onAlert,
    );
    const trusted = new TrustedFindings(this.observer.peers, counters, this.incidents);
    this.engine = new RuleEngine(signatures, counters, trusted, (source) =>
      this.observer.sources.isKnown(source),
    );
    const { engine, observer, incidents, visibility } = this;
    const clock = new PacketTime(counters);
    this.time = new PassingTime(
      clock,
      observer,
      incidents,
      visibility,
      this.decoder,
      this.payloads.streams,
    );
    this.kept = { clock, visibility, engine, incidents, observer };
  }

  /** Packet time (seconds) of the latest frame, or how far `advance` has let it pass since. */
  get now(): number {
    return this.time.now;
  }

  /** Names the capture that the next frames come from, and counts its frames from 1. */
  beginCapture(name: string): void {
    this.capture = new CapturePlace(name);
  }

  /** A capture whose frames come between those of others: it names and numbers its own. */
  tap(name: string): FrameSink {
    const place = new CapturePlace(name);
    return {
      frame: (buf, from, to, time, originalLength, linkType) =>
        this.receive(place, buf, from, to, time, originalLength, linkType),
      statistics: (_, dropped) => this.dropped(place, dropped),
    };
  }

  frame(
    buf: Buffer,
    from: number,
    to: number,
    time: number,
    originalLength: number,
    linkType: number,
  ): void {
    this.receive(this.capture, buf, from, to, time, originalLength, linkType);
  }

  statistics(_: number | undefined, dropped: number | undefined): void {
    this.dropped(this.capture, dropped);
  }

  /** Packet time passes though no packet comes: live only, and never past a frame yet to come. */
  advance(time: number): void {
    this.time.advance(time);
  }

  /** The input has ended: what was waited for is told, and all incidents close. */
  finish(): void {
    this.time.finish();
  }

  /** Looks for other things from now on; what is known stays. */
  reload(subject: SensorSubject): void {
    const { signatures, ports, trustedTunnels, peers, trustedHops, dialPlan } = subject;
    this.engine.reload(signatures);
    this.payloads.ports = ports;
    this.decoder.isTrusted = trustedTunnels ?? isTrustedEnd;
    this.observer.peers.declare(peers, trustedHops);
    this.observer.callers.dialPlan = dialPlan ?? DEFAULT_DIAL_PLAN;
  }

  /** How full every bounded table is. */
  tables(): TableStatus[] {
    return [
      ...this.decoder.tables(),
      ...this.payloads.tables(),
      ...this.observer.tables(),
      this.relays.table(),
      ...this.engine.tables(),
      ...this.incidents.tables(),
    ];
  }

  /** What outlasts a restart, entry by entry; packets may go on between two of them. */
  save(): Iterable<SavedEntry> {
    return savedState(this.kept);
  }

  /** Takes in what was saved, before the first frame. Believes nothing: what is wrong is skipped. */
  restore(entries: Iterable<SavedEntry>): RestoreResult {
    const result = restoreState(this.kept, entries);
    this.time.now = this.kept.clock.now;
    return result;
  }

  private receive(
    capture: CapturePlace,
    buf: Buffer,
    from: number,
    to: number,
    time: number,
    originalLength: number,
    linkType: number,
  ): void {
    const { packet } = this;
    packet.frameNumber = ++capture.frames;
    this.incidents.captureName = capture.name;
    // What was due before is told before the frame is looked at.
    this.time.frame(time);
    const { now } = this.time;
    const { decoder, payloads } = this;
    const decoded = decoder.decode(packet, buf, from, to, now, originalLength, linkType);
    if (decoded === Decoded.Payload) payloads.payload(packet, time);
    else if (decoded === Decoded.Unreachable && payloads.isOnSipPort(packet)) {
      this.observer.unreachable(ofSender(packet));
    }
  }

  private dropped(capture: CapturePlace, dropped: number | undefined): void {
    const growth = dropped === undefined ? 0 : capture.newlyDropped(dropped);
    if (growth === 0) return;
    this.counters.captureDropped += growth;
    this.visibility.see(Sight.Drop, growth);
  }

  private fragmentsLost({ source, sourcePort, destinationPort }: LostDatagram): void {
    const { ports } = this.payloads;
    const concerns = ports === undefined || ports.has(sourcePort) || ports.has(destinationPort);
    if (concerns) this.visibility.seeFragment(source);
  }

  private payloadSink(): PayloadSink {
    return {
      message: (message, packet) => this.sipMessage(message, packet),
      emptyDatagram: (packet) => this.observer.emptyDatagram(ofSender(packet)),
      datagram: (packet) => this.observer.datagram(ofSender(packet)),
      segment: (packet) => this.observer.segment(ofSender(packet)),
      encrypted: (packet) => this.observer.encrypted(ofSender(packet)),
    };
  }

  private sipMessage(message: SipMessage, packet: Packet): void {
    const { counters } = this;
    setOrigin(packet, message, this.observer.peers);
    this.countMessage(message, packet);
    if (message.isRequest && this.relays.isRelayed(message, packet)) {
      counters.relayed++;
      this.observer.roles.relayed(packet.source, packet.time);
      return;
    }
    if ((message.deviations & CUT) !== 0) counters.messagesCut++;
    // Facts first, so that an alert made by the message itself already knows its sender.
    const unmatched = counters.repliesUnmatched;
    this.observer.message(message, packet);
    const isAnswer = message.isResponse && counters.repliesUnmatched === unmatched;
    this.visibility.see(isAnswer ? Sight.Answer : Sight.Alone);
    this.subject.next(message, packet);
    this.engine.message(this.subject);
  }

  private countMessage(message: SipMessage, packet: Packet): void {
    const { counters, traffic } = this;
    const length = message.to - message.from;
    if (message.isRequest) {
      counters.requests++;
      this.visibility.requests++;
      traffic.request(message.methodId, packet.transport === Transport.Tcp, length);
    } else {
      counters.responses++;
      traffic.response(message.status, length);
    }
    if (isMalformed(deviationsOf(message, packet))) counters.malformed++;
  }

  private observed(observation: Observation): void {
    this.traffic.observation(observation.name);
    this.engine.observe(observation);
  }

  /** What could not be seen and so weakens an alert of this time. */
  private degraded(profile: SourceProfile | undefined, time: number): string[] {
    const missing = this.visibility.weaknesses(time);
    const answered = profile?.heard ?? false;
    const { sources } = this.observer;
    if (!answered && !sources.isTwoWay(time) && this.visibility.requests >= ONE_WAY) {
      missing.push('no reply of any server was seen: the mirror may show one direction only');
    }
    if (profile === undefined) missing.push('the table of sources was full: its numbers are lost');
    return missing;
  }
}

/** The packet, whose sender is held to account himself. */
function ofSender(packet: Packet): Packet {
  packet.origin = packet.source;
  packet.originPort = packet.sourcePort;
  return packet;
}
