import { uint16, uint32 } from './big-endian.js';
import { Drop } from './drop.js';
import { readEthernet, readEtherType, SMALLEST_ETHER_TYPE } from './ethernet.js';
import type { Layer } from './layer.js';
import { readNflog } from './nflog.js';
import { readCiscoHdlc, readPpp, readPppHdlc, readPppoe } from './ppp.js';
import { EtherType } from './protocol-numbers.js';

/** LINKTYPE_ values of the tcpdump group's registry. RAW is 12 or 14 in files of some systems. */
export const LinkType = {
  Null: 0,
  Ethernet: 1,
  Ppp: 9,
  RawOld: 12,
  RawOpenBsd: 14,
  PppHdlc: 50,
  Pppoe: 51,
  Raw: 101,
  CiscoHdlc: 104,
  Wlan: 105,
  Loop: 108,
  LinuxCooked: 113,
  Prism: 119,
  Radiotap: 127,
  /** USER2, where macOS wrote PKTAP before that had a number of its own. */
  PktapOld: 149,
  Avs: 163,
  Ipv4: 228,
  Ipv6: 229,
  Nflog: 239,
  Pktap: 258,
  LinuxCooked2: 276,
} as const;

const COOKED = { hardware: 2, protocol: 14, length: 16 } as const;
const COOKED2 = { protocol: 0, hardware: 8, length: 20 } as const;
const LOOPBACK = { length: 4 } as const;
/** macOS's header: its own length, 1 for "a packet follows", and the link type of that packet. */
const PKTAP = { length: 0, nextType: 4, linkType: 8, shortest: 108 } as const;
const PKTAP_PACKET = 1;

/** Linux cooked: the protocol of a frame that begins with logical link control. */
const COOKED_LLC = 4;
/** Linux cooked: ARPHRD_NETLINK, where the protocol is no EtherType. */
const NETLINK = 824;

/** Moves `layer` past the link header; `layer.next` becomes what follows. */
export function readLink(layer: Layer, linkType: number): Drop {
  switch (linkType) {
    case LinkType.Ethernet:
      return readEthernet(layer);
    case LinkType.LinuxCooked:
      return readCooked(layer, COOKED.length, COOKED.protocol, COOKED.hardware);
    case LinkType.LinuxCooked2:
      return readCooked(layer, COOKED2.length, COOKED2.protocol, COOKED2.hardware);
    case LinkType.Raw:
    case LinkType.RawOld:
    case LinkType.RawOpenBsd:
      return readRaw(layer);
    case LinkType.Null:
    case LinkType.Loop:
      return readLoopback(layer);
    case LinkType.Ipv4:
      layer.next = EtherType.Ipv4;
      return Drop.None;
    case LinkType.Ipv6:
      layer.next = EtherType.Ipv6;
      return Drop.None;
    default:
      return readOtherLink(layer, linkType);
  }
}

function readOtherLink(layer: Layer, linkType: number): Drop {
  switch (linkType) {
    case LinkType.Ppp:
      return readPpp(layer);
    case LinkType.PppHdlc:
      return readPppHdlc(layer);
    case LinkType.Pppoe:
      return readPppoe(layer);
    case LinkType.CiscoHdlc:
      return readCiscoHdlc(layer);
    case LinkType.Nflog:
      return readNflog(layer);
    case LinkType.Pktap:
    case LinkType.PktapOld:
      return readPktap(layer);
    case LinkType.Wlan:
    case LinkType.Prism:
    case LinkType.Radiotap:
    case LinkType.Avs:
      return Drop.WlanUnsupported;
    default:
      return Drop.LinkUnsupported;
  }
}

function readCooked(layer: Layer, length: number, protocol: number, hardware: number): Drop {
  const { at, buf } = layer;
  if (layer.end - at < length) return Drop.HeaderTruncated;
  if (uint16(buf, at + hardware) === NETLINK) return Drop.EtherTypeOther;
  layer.next = uint16(buf, at + protocol);
  layer.at = at + length;
  if (layer.next < SMALLEST_ETHER_TYPE && layer.next !== COOKED_LLC) return Drop.EtherTypeOther;
  return readEtherType(layer);
}

function readRaw(layer: Layer): Drop {
  if (layer.end === layer.at) return Drop.HeaderTruncated;
  const version = layer.buf[layer.at]! >> 4;
  if (version !== 4 && version !== 6) return Drop.EtherTypeOther;
  layer.next = version === 4 ? EtherType.Ipv4 : EtherType.Ipv6;
  return Drop.None;
}

/**
 * NULL has the address family in the byte order of the machine that captured, LOOP in network
 * order. Families are small, so the order shows.
 */
function readLoopback(layer: Layer): Drop {
  const { at, buf } = layer;
  if (layer.end - at < LOOPBACK.length) return Drop.HeaderTruncated;
  const little = buf.readUInt32LE(at);
  const family = little > 0xffff ? uint32(buf, at) : little;
  layer.at = at + LOOPBACK.length;
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
      layer.next = uint16(buf, at + 2);
      return Drop.None;
  }
}

/** Written by macOS, on machines that are little endian all. */
function readPktap(layer: Layer): Drop {
  const { at, buf } = layer;
  if (layer.end - at < PKTAP.shortest) return Drop.HeaderTruncated;
  const length = buf.readUInt32LE(at + PKTAP.length);
  const linkType = buf.readUInt32LE(at + PKTAP.linkType);
  const isPacket = buf.readUInt32LE(at + PKTAP.nextType) === PKTAP_PACKET;
  if (!isPacket || length < PKTAP.shortest) return Drop.LinkUnsupported;
  if (linkType === LinkType.Pktap || linkType === LinkType.PktapOld) return Drop.LinkUnsupported;
  if (layer.end - at < length) return Drop.HeaderTruncated;
  layer.at = at + length;
  return readLink(layer, linkType);
}
