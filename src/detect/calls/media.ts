import type { SipMessage } from '../../sip/message.js';
import { BoundedMap } from '../../tables/bounded-map.js';
import { Hasher } from '../../tables/hash.js';
import type { Counters } from '../../telemetry/counters.js';
import type { TableStatus } from '../../telemetry/table-status.js';
import { type Address, networkOf, parseAddress } from '../../wire/address.js';
import { type Packet, Transport } from '../../wire/packet.js';
import type { ObservationWriter } from '../observation-writer.js';
import type { SourceTable } from '../sources/sources.js';
import type { Call, MediaReport } from './call.js';
import { isBleedProbe, isRtp } from './rtp.js';

const ENDPOINTS_LIMIT = 131_072;
const PROBERS_LIMIT = 16_384;
/** RTP that was seen so long ago says nothing of what the mirror shows now (seconds). */
const VISIBLE = 600;
/** Who has probed a host so long ago and is sent RTP now is no answer to that any more. */
const LEAK_MEMORY = 60;
/** Fewer packets tell nothing of silence: a third of a second of speech. */
const ENOUGH_PACKETS = 16;
/** Endpoints of one call: two sides, a few media each, and changes under way. */
const MOST_OF_CALL = 8;

const UNKNOWN: MediaReport = { media: 'unknown', mediaAfter: undefined, silence: undefined };

/** An address and port that a session description names. */
interface MediaEndpoint {
  readonly call: Call;
  /** The caller listens there, and sends from there as a rule (symmetric RTP, RFC 4961). */
  readonly ofCaller: boolean;
}

/**
 * Follows the media that session descriptions announce, and notices who asks media ports for media
 * that is not his. RTP of which no description was seen is nobody's, and tells nothing.
 */
export class Media {
  private readonly endpoints: BoundedMap<number, MediaEndpoint>;
  private readonly probers: BoundedMap<number, { at: number; leaked: boolean }>;
  private readonly hasher = new Hasher();
  private readonly sources: SourceTable;
  private readonly writer: ObservationWriter;
  private seenAt = Number.NEGATIVE_INFINITY;

  constructor(counters: Counters, sources: SourceTable, writer: ObservationWriter) {
    this.sources = sources;
    this.writer = writer;
    this.endpoints = new BoundedMap(ENDPOINTS_LIMIT, (_, { call }) => {
      counters.mediaEvicted++;
      call.mediaKeys.length = 0; // it is judged by what it has shown until now
    });
    this.probers = new BoundedMap(PROBERS_LIMIT, () => {
      counters.mediaEvicted++;
    });
  }

  /** A session description of one side of a call. */
  announced(call: Call, message: SipMessage, ofCaller: boolean): void {
    if (message.bodyFrom >= message.bodyTo || call.mediaKeys.length >= MOST_OF_CALL) return;
    const { sdp } = message;
    if (!sdp.present || sdp.mediaPort <= 0) return;
    const address = parseAddress(sdp.connectionAddress() ?? '');
    if (address === undefined) return;
    const key = this.keyOf(address, sdp.mediaPort);
    if (!call.mediaKeys.includes(key)) call.mediaKeys.push(key);
    this.endpoints.set(key, { call, ofCaller });
  }

  /** The call is over: its ports are free for others. */
  ended(call: Call): void {
    for (const key of call.mediaKeys) {
      if (this.endpoints.peek(key)?.call === call) this.endpoints.delete(key);
    }
  }

  /** A UDP datagram that is no SIP. */
  datagram(packet: Packet): void {
    if (packet.transport !== Transport.Udp) return;
    if (isBleedProbe(packet)) this.probed(packet);
    else if (isRtp(packet)) this.rtp(packet);
  }

  /** What is known of the caller's media. */
  report(call: Call, now: number): MediaReport {
    const { callerMedia: sent, answeredAt } = call;
    if (sent.firstAt === -1) {
      // Where one direction is shown, the caller's media may be in the other.
      const isTwoWay = call.asked && call.heard;
      const blind = !isTwoWay || now - this.seenAt > VISIBLE || call.mediaKeys.length === 0;
      return blind ? UNKNOWN : { media: 'none', mediaAfter: undefined, silence: undefined };
    }
    return {
      media: 'seen',
      mediaAfter: answeredAt === -1 ? undefined : Math.max(0, sent.firstAt - answeredAt),
      silence: sent.packets < ENOUGH_PACKETS ? undefined : sent.silent / sent.packets,
    };
  }

  /** The clock was set back to `now`. */
  setBack(now: number): void {
    this.seenAt = Math.min(this.seenAt, now);
    for (const prober of this.probers.values()) prober.at = Math.min(prober.at, now);
  }

  tables(): TableStatus[] {
    return [this.endpoints.status('media_endpoints'), this.probers.status('media_probers')];
  }

  private rtp(packet: Packet): void {
    if (this.probers.size > 0) this.leaked(packet);
    if (this.endpoints.size === 0) return;
    const { source, sourcePort, destination, destinationPort } = packet;
    const from = this.endpoints.get(this.keyOf(source, sourcePort));
    const to = this.endpoints.get(this.keyOf(destination, destinationPort));
    if (from === undefined && to === undefined) return;
    this.seenAt = packet.time;
    // Where a port is reused, what it is sent to tells the call; behind NAT, only that is known.
    const isCallers = to === undefined ? from!.ofCaller : !to.ofCaller;
    const { call } = to ?? from!;
    if (isCallers) call.callerMedia.add(packet, call.answered);
  }

  private probed(packet: Packet): void {
    const { origin, source, sourcePort, destination, destinationPort, time } = packet;
    if (this.endpoints.has(this.keyOf(source, sourcePort))) return;
    this.probers.set(this.flowKey(source, sourcePort, destination, destinationPort), {
      at: time,
      leaked: false,
    });
    const profile = this.sources.touch(origin, time);
    this.writer.frameNumber = packet.frameNumber;
    this.writer.say('media.probed', doingOf(packet, destination, destinationPort), profile, {});
  }

  /**
   * RTP from the port that was asked so, to the one that asked: unless he takes part in a call
   * there. Of other ports, a forged question would make a thief of whoever is sent RTP.
   */
  private leaked(packet: Packet): void {
    const { source, sourcePort, destination, destinationPort, time } = packet;
    const prober = this.probers.peek(
      this.flowKey(destination, destinationPort, source, sourcePort),
    );
    if (prober === undefined || prober.leaked || time - prober.at > LEAK_MEMORY) return;
    if (this.endpoints.has(this.keyOf(destination, destinationPort))) return;
    if (this.takesPart(destination, source, sourcePort)) return;
    prober.leaked = true;
    const profile = this.sources.touch(destination, time);
    this.writer.frameNumber = packet.frameNumber;
    const doing = { ...doingOf(packet, source, sourcePort), origin: destination };
    this.writer.say('media.leaked', { ...doing, originPort: destinationPort }, profile, {});
  }

  /** He signals for the call that the port belongs to; behind NAT his media has another address. */
  private takesPart(host: Address, media: Address, port: number): boolean {
    const call = this.endpoints.peek(this.keyOf(media, port))?.call;
    if (call === undefined) return false;
    const network = networkOf(host);
    return networkOf(call.source) === network || networkOf(call.target) === network;
  }

  private keyOf(address: Address, port: number): number {
    return this.hasher.begin().addKey(address).addNumber(port).end();
  }

  private flowKey(from: Address, fromPort: number, to: Address, toPort: number): number {
    const { hasher } = this;
    return hasher.begin().addKey(from).addNumber(fromPort).addKey(to).addNumber(toPort).end();
  }
}

function doingOf(packet: Packet, target: Address, targetPort: number) {
  const { origin, originPort, transport } = packet;
  return { origin, originPort, target, targetPort, transport, method: 'RTP' };
}

/** The caller's first media is late from here on: 47 CFR 64.1200(a)(7). Seconds. */
const LATE = 2;
const MOSTLY = 0.9;

/**
 * Whether the callee of an answered call heard nothing for two seconds, or but silence; undefined
 * when media is unknown, or when the call was over before that could be told.
 */
export function deadAirOf(
  { media, mediaAfter, silence }: MediaReport,
  talkedFor: number | undefined,
): boolean | undefined {
  if (talkedFor === undefined || talkedFor < LATE || media === 'unknown') return undefined;
  return media === 'none' || (mediaAfter ?? 0) > LATE || (silence ?? 0) >= MOSTLY;
}
