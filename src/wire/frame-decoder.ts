import type { Counters } from '../telemetry/counters.js';
import { readIpv4 } from './ipv4.js';
import { readIpv6 } from './ipv6.js';
import { Drop, EtherType, Layer } from './layer.js';
import { readLink } from './link.js';
import { type Packet, Transport } from './packet.js';
import { readTcp } from './tcp.js';
import { readUdp } from './udp.js';

/** Source and destination port begin both transport headers (RFC 768, RFC 9293 §3.1). */
const PORTS_LENGTH = 4;

/** Finds the UDP datagram or TCP segment in a frame. No frame makes it throw or allocate. */
export class FrameDecoder {
  private readonly layer = new Layer();
  private readonly counters: Counters;

  constructor(counters: Counters) {
    this.counters = counters;
  }

  /**
   * Fills every field of `packet` but `frameNumber`, which only the reader of the file knows.
   * False: there is no datagram or segment to read, and one counter says why.
   */
  decode(
    packet: Packet,
    buf: Buffer,
    from: number,
    to: number,
    time: number,
    originalLength: number,
    linkType: number,
  ): boolean {
    packet.buf = buf;
    packet.time = time;
    packet.transport = Transport.Udp;
    packet.source = 0;
    packet.sourcePort = 0;
    packet.destination = 0;
    packet.destinationPort = 0;
    packet.payloadFrom = from;
    packet.payloadTo = from;
    packet.truncated = false;
    packet.firstFragment = false;
    packet.ipIdentification = 0;
    packet.tcpFlags = 0;
    packet.tcpSequence = 0;

    const { layer } = this;
    layer.at = from;
    layer.end = to;
    layer.next = 0;
    layer.truncated = originalLength > to - from;
    layer.openEnd = false;
    layer.vlan = -1;

    let drop = readLink(layer, buf, linkType);
    if (drop === Drop.None) drop = this.readNetwork(packet, buf);
    if (drop === Drop.None) drop = this.readTransport(packet, buf);
    packet.vlan = layer.vlan;
    if (drop === Drop.None) return true;
    if (drop === Drop.Fragment) this.peekPorts(packet, buf);
    this.count(drop);
    return false;
  }

  /** Dispatches on the EtherType. PPPoE and MPLS would be further cases. */
  private readNetwork(packet: Packet, buf: Buffer): Drop {
    switch (this.layer.next) {
      case EtherType.Ipv4:
        return readIpv4(this.layer, packet, buf);
      case EtherType.Ipv6:
        return readIpv6(this.layer, packet, buf);
      default:
        return Drop.EtherTypeOther;
    }
  }

  /** Dispatches on the IP protocol. Tunnels (IP in IP, GRE) would be further cases. */
  private readTransport(packet: Packet, buf: Buffer): Drop {
    switch (this.layer.next) {
      case Transport.Udp:
        return readUdp(this.layer, packet, buf);
      case Transport.Tcp:
        packet.transport = Transport.Tcp;
        return readTcp(this.layer, packet, buf);
      default:
        return Drop.IpProtocolOther;
    }
  }

  /** The first fragment says where the packet goes; `layer` stands at its transport header. */
  private peekPorts(packet: Packet, buf: Buffer): void {
    const { at, end, next } = this.layer;
    if ((next !== Transport.Udp && next !== Transport.Tcp) || end - at < PORTS_LENGTH) return;
    packet.firstFragment = true;
    packet.transport = next;
    packet.sourcePort = buf.readUInt16BE(at);
    packet.destinationPort = buf.readUInt16BE(at + 2);
  }

  private count(drop: Drop): void {
    const { counters } = this;
    switch (drop) {
      case Drop.LinkUnsupported:
        counters.linkUnsupported++;
        break;
      case Drop.EtherTypeOther:
        counters.etherTypeOther++;
        break;
      case Drop.HeaderTruncated:
        counters.headerTruncated++;
        break;
      case Drop.Ipv4Malformed:
        counters.ipv4Malformed++;
        break;
      case Drop.Ipv6Malformed:
        counters.ipv6Malformed++;
        break;
      case Drop.IpProtocolOther:
        counters.ipProtocolOther++;
        break;
      case Drop.Fragment:
        counters.fragments++;
        break;
      case Drop.UdpMalformed:
        counters.udpMalformed++;
        break;
      case Drop.TcpMalformed:
        counters.tcpMalformed++;
        break;
    }
  }
}
