import type { Counters } from '../telemetry/counters.js';
import type { Layer } from './layer.js';

/** Why a frame is left unread. Each value is one counter, but for None and Fragment. */
export const Drop = {
  None: 0,
  LinkUnsupported: 1,
  WlanUnsupported: 2,
  EtherTypeOther: 3,
  HeaderTruncated: 4,
  Ipv4Malformed: 5,
  Ipv6Malformed: 6,
  IpProtocolOther: 7,
  /** Kept until its packet is whole; `Fragments` has counted it. */
  Fragment: 8,
  UdpMalformed: 9,
  TcpMalformed: 10,
  IcmpMalformed: 11,
  TunnelMalformed: 12,
  TunnelsTooDeep: 13,
} as const;
export type Drop = (typeof Drop)[keyof typeof Drop];

/** A header that does not fit: was it captured short, or is it broken? */
export function tooShort(layer: Layer, malformed: Drop): Drop {
  return layer.isCut ? Drop.HeaderTruncated : malformed;
}

export function countDrop(counters: Counters, drop: Drop): void {
  switch (drop) {
    case Drop.LinkUnsupported:
      counters.linkUnsupported++;
      break;
    case Drop.WlanUnsupported:
      counters.wlanUnsupported++;
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
    case Drop.UdpMalformed:
      counters.udpMalformed++;
      break;
    case Drop.TcpMalformed:
      counters.tcpMalformed++;
      break;
    case Drop.IcmpMalformed:
      counters.icmpMalformed++;
      break;
    case Drop.TunnelMalformed:
      counters.tunnelMalformed++;
      break;
    case Drop.TunnelsTooDeep:
      counters.tunnelsTooDeep++;
      break;
  }
}
