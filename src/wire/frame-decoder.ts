import type { Counters } from '../telemetry/counters.js';
import type { TableStatus } from '../telemetry/table-status.js';
import type { Address } from './address.js';
import { countDrop, Drop } from './drop.js';
import { readEncapsulation, readIpTunnel } from './encapsulations.js';
import { FragmentInput } from './fragment-input.js';
import { Fragments, IPV6_PATIENCE, type LostDatagram } from './fragments.js';
import { readIcmpv4, readIcmpv6 } from './icmp.js';
import { readIpv4 } from './ipv4.js';
import { readIpv6 } from './ipv6.js';
import { readExtensions } from './ipv6-extensions.js';
import { Layer } from './layer.js';
import { readLink } from './link.js';
import { type Packet, Transport } from './packet.js';
import { EtherType, IP_PROTOCOL, IpProtocol, Next } from './protocol-numbers.js';
import { readTcp } from './tcp.js';
import { isTrustedEnd } from './trusted-ends.js';
import { readUdp } from './udp.js';
import { mayBeTunnel, readUdpTunnel } from './udp-tunnels.js';

/** What `decode` found. */
export const Decoded = {
  /** Nothing to read, or a fragment; a counter says why. */
  None: 0,
  /** A UDP datagram or TCP segment. */
  Payload: 1,
  /** An ICMP error: the datagram or segment that `packet` names did not arrive. */
  Unreachable: 2,
} as const;
export type Decoded = (typeof Decoded)[keyof typeof Decoded];

/** IP packets inside others, one in another: more than anybody runs on purpose. */
const MAX_ENCAPSULATIONS = 8;
/** Headers of all kinds, so that no frame is a labyrinth. */
const MAX_STEPS = 32;

export interface DecoderOptions {
  /** Told of datagrams whose fragments did not all come. */
  onFragmentsLost?: (lost: LostDatagram) => void;
  isTrusted?: (address: Address) => boolean;
}

/**
 * Finds the UDP datagram or TCP segment in a frame, or what an ICMP error quotes. A loop over the
 * layers: each reader moves `layer` past its own header and says what comes next. No frame makes it
 * throw, and the usual ones make it allocate nothing.
 */
export class FrameDecoder {
  /** Whether the network's own devices have this address, so that a tunnel from it shows the truth. */
  isTrusted: (address: Address) => boolean;
  private readonly layer = new Layer();
  private readonly fragment = new FragmentInput();
  private readonly fragments: Fragments;
  private readonly fragmentsV6: Fragments;
  private readonly counters: Counters;
  /** Tunnels that the layer at hand stands in. */
  private depth = 0;
  private hasForeignTunnel = false;

  constructor(counters: Counters, { onFragmentsLost, isTrusted }: DecoderOptions = {}) {
    this.counters = counters;
    this.fragments = new Fragments(counters, onFragmentsLost);
    this.fragmentsV6 = new Fragments(counters, onFragmentsLost, { patience: IPV6_PATIENCE });
    this.isTrusted = isTrusted ?? isTrustedEnd;
  }

  /**
   * Fills every field of `packet` but `frameNumber`, which only the reader of the file knows.
   * `time` is packet time in seconds, `originalLength` what the frame had on the wire. If the
   * result is None, then exactly one counter says why, among them those of `Fragments`.
   */
  decode(
    packet: Packet,
    buf: Buffer,
    from: number,
    to: number,
    time: number,
    originalLength: number,
    linkType: number,
  ): Decoded {
    packet.buf = buf;
    packet.time = time;
    packet.transport = Transport.Udp;
    packet.source = 0;
    packet.sourcePort = 0;
    packet.destination = 0;
    packet.destinationPort = 0;
    packet.payloadFrom = from;
    packet.payloadTo = from;
    packet.payloadLength = 0;
    packet.truncated = false;
    packet.overlapping = false;
    packet.ipIdentification = 0;
    packet.tcpFlags = 0;
    packet.tcpSequence = 0;
    packet.tcpAcknowledgment = 0;
    packet.tcpUrgent = -1;
    packet.tunnelSource = 0;
    packet.tunnelDestination = 0;

    const { layer, counters } = this;
    layer.begin(buf, from, to, originalLength);
    this.depth = 0;
    this.hasForeignTunnel = false;
    let drop = readLink(layer, linkType);
    if (drop === Drop.None) drop = this.readLayers(packet);
    packet.vlan = layer.vlan;
    if (drop !== Drop.None) {
      countDrop(counters, drop);
      return Decoded.None;
    }
    if (this.depth > 0) counters.tunnels++;
    if (layer.next === Next.Payload) return Decoded.Payload;
    counters.icmpUnreachable++;
    return Decoded.Unreachable;
  }

  /** When (packet time) `advance` will next give something up; infinite: never. */
  dueAt(): number {
    return Math.min(this.fragments.dueAt(), this.fragmentsV6.dueAt());
  }

  /** Packet time passes (seconds): gives up fragments that waited too long for the others. */
  advance(now: number): void {
    this.fragments.advance(now);
    this.fragmentsV6.advance(now);
  }

  /** Packet time begins anew from before. */
  setBack(now: number): void {
    this.fragments.setBack(now);
    this.fragmentsV6.setBack(now);
  }

  /** The input has ended: what is not whole is lost. */
  finish(): void {
    this.fragments.finish();
    this.fragmentsV6.finish();
  }

  tables(): TableStatus[] {
    return [this.fragments.status('fragments_ipv4'), this.fragmentsV6.status('fragments_ipv6')];
  }

  private readLayers(packet: Packet): Drop {
    const { layer } = this;
    for (let steps = 0; steps < MAX_STEPS; steps++) {
      const drop = this.readLayer(packet);
      if (drop !== Drop.None) return drop;
      if (layer.next >= Next.Payload) return Drop.None;
    }
    return Drop.TunnelsTooDeep;
  }

  /** Dispatches on what comes next; what is most frequent stands first. */
  private readLayer(packet: Packet): Drop {
    const { layer } = this;
    switch (layer.next) {
      case EtherType.Ipv4:
        return readIpv4(layer, packet);
      case IpProtocol.Udp:
        return this.readDatagram(packet);
      case IpProtocol.Tcp:
        return readTcp(layer, packet);
      case EtherType.Ipv6:
        return readIpv6(layer, packet);
      case Next.Fragment:
        return this.readFragment(packet);
      case IpProtocol.Icmp:
        return readIcmpv4(layer, packet);
      case IpProtocol.Icmpv6:
        return readIcmpv6(layer, packet);
      case IpProtocol.Authentication:
        // RFC 4302: the one extension header that IPv4 has as well.
        return readExtensions(layer);
      default:
        return layer.next >= IP_PROTOCOL && layer.next < Next.ErspanII
          ? this.enter(packet, readIpTunnel(layer))
          : readEncapsulation(layer);
    }
  }

  private readDatagram(packet: Packet): Drop {
    const { layer } = this;
    const drop = readUdp(layer, packet);
    if (drop !== Drop.None || !mayBeTunnel(packet) || !readUdpTunnel(layer, packet)) return drop;
    return this.enter(packet, Drop.None);
  }

  /** Notes the ends of a tunnel whose header was read; `packet` has the addresses of the outer IP. */
  private enter(packet: Packet, drop: Drop): Drop {
    if (drop !== Drop.None) return drop;
    if (++this.depth > MAX_ENCAPSULATIONS) return Drop.TunnelsTooDeep;
    const { source, destination } = packet;
    if (this.hasForeignTunnel || (this.isTrusted(source) && this.isTrusted(destination)))
      return drop;
    this.hasForeignTunnel = true;
    packet.tunnelSource = source;
    packet.tunnelDestination = destination;
    return drop;
  }

  /** Keeps a fragment; or goes on in the packet that it made whole. */
  private readFragment(packet: Packet): Drop {
    const { layer, fragment } = this;
    this.describeFragment(packet);
    const fragments = fragment.isV6 ? this.fragmentsV6 : this.fragments;
    if (!fragments.add(fragment)) return Drop.Fragment;
    layer.buf = fragments.buf;
    layer.at = fragments.from;
    layer.end = fragments.to;
    layer.wireEnd = fragments.from + fragments.length;
    layer.openEnd = false;
    layer.next = IP_PROTOCOL + fragments.protocol;
    if (fragments.overlapping) packet.overlapping = true;
    // RFC 8200 §4.5: behind the fragment header may stand further extension headers.
    return fragment.isV6 ? readExtensions(layer) : Drop.None;
  }

  private describeFragment(packet: Packet): void {
    const { layer, fragment } = this;
    fragment.source = packet.source;
    fragment.destination = packet.destination;
    fragment.identification = layer.identification;
    fragment.protocol = layer.protocol - IP_PROTOCOL;
    fragment.isV6 = typeof packet.source === 'string';
    fragment.tunnelSource = packet.tunnelSource;
    fragment.tunnelDestination = packet.tunnelDestination;
    fragment.vlan = layer.vlan;
    fragment.time = packet.time;
    fragment.buf = layer.buf;
    fragment.from = layer.at;
    fragment.to = layer.end;
    fragment.length = layer.wireEnd - layer.at;
    fragment.offset = layer.fragmentOffset;
    fragment.more = layer.moreFragments;
  }
}
