/**
 * What a layer carries is one number: an EtherType, or above 16 bits an IP protocol, or above those
 * what neither registry has a number for. So every layer can stand inside every other.
 */

/** IEEE 802 registry; those that GRE borrows from it too. Below 0x0600 it is a length. */
export const EtherType = {
  Ipv4: 0x0800,
  /** VLAN tags: of customers, of providers (IEEE 802.1ad), and stacked ones from before that. */
  Vlan: 0x8100,
  ServiceVlan: 0x88a8,
  OldStackedVlan: 0x9100,
  OldStackedVlan2: 0x9200,
  OldStackedVlan3: 0x9300,
  TransparentEthernet: 0x6558,
  Ipv6: 0x86dd,
  Ppp: 0x880b,
  Mpls: 0x8847,
  MplsMulticast: 0x8848,
  PppoeSession: 0x8864,
  /** IEEE 802.1ah, MAC in MAC. */
  BackboneBridge: 0x88e7,
  FabricPath: 0x8903,
  CiscoMetadata: 0x8909,
  VnTag: 0x8926,
  /** IEEE 802.1BR. */
  ETag: 0x893f,
  /** RFC 8300. */
  ServiceHeader: 0x894f,
} as const;

export const IP_PROTOCOL = 0x10000;

/** IANA's protocol numbers. */
export const IpProtocol = {
  HopByHop: IP_PROTOCOL + 0,
  Icmp: IP_PROTOCOL + 1,
  Ipv4: IP_PROTOCOL + 4,
  Tcp: IP_PROTOCOL + 6,
  Udp: IP_PROTOCOL + 17,
  Ipv6: IP_PROTOCOL + 41,
  Routing: IP_PROTOCOL + 43,
  Fragment: IP_PROTOCOL + 44,
  Gre: IP_PROTOCOL + 47,
  Authentication: IP_PROTOCOL + 51,
  Icmpv6: IP_PROTOCOL + 58,
  DestinationOptions: IP_PROTOCOL + 60,
  EtherIp: IP_PROTOCOL + 97,
  Mobility: IP_PROTOCOL + 135,
  Mpls: IP_PROTOCOL + 137,
  HostIdentity: IP_PROTOCOL + 139,
  Shim6: IP_PROTOCOL + 140,
  Ethernet: IP_PROTOCOL + 143,
} as const;

/** What else may come next. */
export const Next = {
  Nothing: 0,
  ErspanII: 0x20000,
  ErspanIII: 0x20001,
  /** IEEE 802.11, as Aruba's access points send it through GRE. */
  Wlan: 0x20002,
  /** A part of an IP packet. */
  Fragment: 0x20003,
  /** The end of the way: the payload of a datagram or segment, or an ICMP error that was read. */
  Payload: 0x20004,
  Unreachable: 0x20005,
} as const;

/** "Next Protocol" of the Network Service Header (RFC 8300 §2.2), which VXLAN-GPE has as well. */
const AFTER_SERVICE_HEADER: readonly number[] = [
  Next.Nothing,
  EtherType.Ipv4,
  EtherType.Ipv6,
  EtherType.TransparentEthernet,
  EtherType.ServiceHeader,
  EtherType.Mpls,
];

/** What comes behind such a header. */
export function afterServiceHeader(protocol: number): number {
  return AFTER_SERVICE_HEADER[protocol] ?? Next.Nothing;
}
