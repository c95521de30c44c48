import { Drop, EtherType, type Layer } from './layer.js';

/** LINKTYPE_ values of the tcpdump group's registry. RAW is 12 or 14 in files of some systems. */
export const LinkType = {
  Null: 0,
  Ethernet: 1,
  RawOld: 12,
  RawOpenBsd: 14,
  Raw: 101,
  Loop: 108,
  LinuxCooked: 113,
  Ipv4: 228,
  Ipv6: 229,
  LinuxCooked2: 276,
} as const;

const ETHERNET = { etherType: 12, length: 14 } as const;
const VLAN = { etherType: 2, length: 4 } as const;
const COOKED = { hardware: 2, protocol: 14, length: 16 } as const;
const COOKED2 = { protocol: 0, hardware: 8, length: 20 } as const;
const LOOPBACK = { length: 4 } as const;
/** Logical link control with SNAP (IEEE 802.2, RFC 1042): AA AA 03, vendor 00 00 00, EtherType. */
const SNAP = { etherType: 6, length: 8, begin: 0xaaaa0300 } as const;

/** IEEE 802.3 §3.2.6: from here on the field is a type, below it is a length. */
const SMALLEST_ETHER_TYPE = 0x0600;
/** Linux cooked: the protocol of a frame that begins with logical link control. */
const COOKED_LLC = 4;
/** Linux cooked: ARPHRD_NETLINK, where the protocol is no EtherType. */
const NETLINK = 824;
const MAX_VLAN_TAGS = 4;

/** Moves `layer` past the link header; `layer.next` becomes the EtherType of what follows. */
export function readLink(layer: Layer, buf: Buffer, linkType: number): Drop {
  switch (linkType) {
    case LinkType.Ethernet:
      return readEthernet(layer, buf);
    case LinkType.LinuxCooked:
      return readCooked(layer, buf, COOKED.length, COOKED.protocol, COOKED.hardware);
    case LinkType.LinuxCooked2:
      return readCooked(layer, buf, COOKED2.length, COOKED2.protocol, COOKED2.hardware);
    case LinkType.Raw:
    case LinkType.RawOld:
    case LinkType.RawOpenBsd:
      return readRaw(layer, buf);
    case LinkType.Null:
    case LinkType.Loop:
      return readLoopback(layer, buf);
    case LinkType.Ipv4:
      layer.next = EtherType.Ipv4;
      return Drop.None;
    case LinkType.Ipv6:
      layer.next = EtherType.Ipv6;
      return Drop.None;
    default:
      return Drop.LinkUnsupported;
  }
}

function readEthernet(layer: Layer, buf: Buffer): Drop {
  if (layer.end - layer.at < ETHERNET.length) return Drop.HeaderTruncated;
  layer.next = buf.readUInt16BE(layer.at + ETHERNET.etherType);
  layer.at += ETHERNET.length;
  if (layer.next === EtherType.Ipv4) return Drop.None;
  return readTags(layer, buf);
}

/** What may stand between the link header and IP: VLAN tags, then logical link control. */
function readTags(layer: Layer, buf: Buffer): Drop {
  let tags = 0;
  while (isVlan(layer.next)) {
    if (++tags > MAX_VLAN_TAGS) return Drop.EtherTypeOther;
    if (layer.end - layer.at < VLAN.length) return Drop.HeaderTruncated;
    // IEEE 802.1Q §9.6: the lower 12 bits are the id, above them stand priority and eligibility.
    if (tags === 1) layer.vlan = buf.readUInt16BE(layer.at) & 0x0fff;
    layer.next = buf.readUInt16BE(layer.at + VLAN.etherType);
    layer.at += VLAN.length;
  }
  return layer.next < SMALLEST_ETHER_TYPE ? readSnap(layer, buf) : Drop.None;
}

function isVlan(etherType: number): boolean {
  return (
    etherType === EtherType.Vlan ||
    etherType === EtherType.ServiceVlan ||
    etherType === EtherType.OldStackedVlan
  );
}

function readSnap(layer: Layer, buf: Buffer): Drop {
  if (layer.end - layer.at < SNAP.length) return Drop.EtherTypeOther;
  const vendor = buf.readUInt16BE(layer.at + 4);
  if (buf.readUInt32BE(layer.at) !== SNAP.begin || vendor !== 0) return Drop.EtherTypeOther;
  layer.next = buf.readUInt16BE(layer.at + SNAP.etherType);
  layer.at += SNAP.length;
  return Drop.None;
}

function readCooked(
  layer: Layer,
  buf: Buffer,
  length: number,
  protocol: number,
  hardware: number,
): Drop {
  if (layer.end - layer.at < length) return Drop.HeaderTruncated;
  if (buf.readUInt16BE(layer.at + hardware) === NETLINK) return Drop.EtherTypeOther;
  layer.next = buf.readUInt16BE(layer.at + protocol);
  layer.at += length;
  if (layer.next < SMALLEST_ETHER_TYPE && layer.next !== COOKED_LLC) return Drop.EtherTypeOther;
  return readTags(layer, buf);
}

function readRaw(layer: Layer, buf: Buffer): Drop {
  if (layer.end === layer.at) return Drop.HeaderTruncated;
  const version = buf[layer.at]! >> 4;
  if (version !== 4 && version !== 6) return Drop.EtherTypeOther;
  layer.next = version === 4 ? EtherType.Ipv4 : EtherType.Ipv6;
  return Drop.None;
}

/**
 * NULL has the address family in the byte order of the machine that captured, LOOP in network
 * order. Families are small, so the order shows.
 */
function readLoopback(layer: Layer, buf: Buffer): Drop {
  if (layer.end - layer.at < LOOPBACK.length) return Drop.HeaderTruncated;
  const little = buf.readUInt32LE(layer.at);
  const family = little > 0xffff ? buf.readUInt32BE(layer.at) : little;
  layer.at += LOOPBACK.length;
  switch (family) {
    case 2:
      layer.next = EtherType.Ipv4;
      return Drop.None;
    case 10: // AF_INET6 of Linux
    case 23: // Windows
    case 24: // NetBSD, OpenBSD
    case 28: // FreeBSD
    case 30: // macOS
      layer.next = EtherType.Ipv6;
      return Drop.None;
    default:
      // Some stacks write an EtherType into the last two bytes, as Wireshark knows too.
      layer.next = buf.readUInt16BE(layer.at - 2);
      return Drop.None;
  }
}
