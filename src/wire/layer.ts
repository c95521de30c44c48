/**
 * Where the decoder stands in a frame: the current layer is `buf[at, end)`. One object, reused for
 * every frame; each layer moves it to the next one.
 */
export class Layer {
  at = 0;
  end = 0;
  /** What comes next: an EtherType above the link, then an IP protocol number above IP. */
  next = 0;
  /** The layer was longer on the wire than what is here. */
  truncated = false;
  /** The IP header left its length open (segmentation offload, jumbogram): it is the frame's. */
  openEnd = false;
  /** Outermost VLAN id, or -1. */
  vlan = -1;
}

/** Why a frame is left unread. Each value but None is one counter. */
export const Drop = {
  None: 0,
  LinkUnsupported: 1,
  EtherTypeOther: 2,
  HeaderTruncated: 3,
  Ipv4Malformed: 4,
  Ipv6Malformed: 5,
  IpProtocolOther: 6,
  Fragment: 7,
  UdpMalformed: 8,
  TcpMalformed: 9,
} as const;
export type Drop = (typeof Drop)[keyof typeof Drop];

/** The EtherTypes that the decoder follows (IEEE 802 registry). */
export const EtherType = {
  Ipv4: 0x0800,
  Vlan: 0x8100,
  Ipv6: 0x86dd,
  ServiceVlan: 0x88a8,
  /** Stacked VLAN tags from before IEEE 802.1ad. */
  OldStackedVlan: 0x9100,
} as const;
