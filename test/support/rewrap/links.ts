import type { CapturedFrame } from '../capture-frames.js';
import { LINK_TYPES } from '../pcap-writer.js';
import {
  ETHER_TYPE,
  ethernet,
  ethernetOf,
  etherTypeOf,
  ipPacketOf,
  isV6,
  type Rewrap,
  remade,
  u16,
  u32,
} from './frames.js';

/** LINKTYPE_ values beyond those that the capture writer knows. */
const OTHER_LINKS = {
  ppp: 9,
  rawOld: 12,
  rawOpenBsd: 14,
  pppHdlc: 50,
  ciscoHdlc: 104,
  nflog: 239,
} as const;

type Make = (packet: Buffer) => Buffer;

/** Puts each IP packet behind another link header; other frames stay. */
function link(make: Make, linkType?: number | ((packet: Buffer) => number)): Rewrap {
  return (frames) =>
    frames.map((frame) => {
      const packet = ipPacketOf(frame);
      if (packet === undefined) return frame;
      const type = typeof linkType === 'function' ? linkType(packet.bytes) : linkType;
      return remade(frame, packet, make, type);
    });
}

/** IEEE 802.1Q: tags of this type and VLAN, the outermost first. */
export function tagged(...tags: readonly (readonly [type: number, id: number])[]): Rewrap {
  const heads = tags.slice(1).map(([type], i) => u16(tags[i]![1], type));
  const last = tags[tags.length - 1]!;
  return link((packet) =>
    ethernet(tags[0]![0], ...heads, u16(last[1], etherTypeOf(packet)), packet),
  );
}

/** IEEE 802.2 and SNAP (RFC 1042), which hold no more than 1,500 bytes. */
const snap: Make = (packet) => {
  const header = Buffer.from('aaaa03000000', 'hex');
  const length = 8 + packet.length;
  if (length > 1500) return ethernet(etherTypeOf(packet), packet);
  return ethernet(length, header, u16(etherTypeOf(packet)), packet);
};

/** Linux cooked: packet type, ARPHRD_ETHER, address length, address, protocol. */
const cooked: Make = (packet) =>
  Buffer.concat([u16(0, 1, 6), Buffer.alloc(8), u16(etherTypeOf(packet)), packet]);

const cookedTagged: Make = (packet) => {
  const tag = u16(0x8100, 7, etherTypeOf(packet));
  return Buffer.concat([u16(0, 1, 6), Buffer.alloc(8), tag, packet]);
};

/** Protocol, reserved, interface index, ARPHRD_ETHER, packet type, address. */
const cooked2: Make = (packet) =>
  Buffer.concat([u16(etherTypeOf(packet), 0, 0, 1, 1, 6), Buffer.alloc(8), packet]);

/** AF_INET, or an AF_INET6: macOS, FreeBSD and Linux have numbers of their own. */
function family(v6: number, little: boolean): Make {
  return (packet) => {
    const value = u32(isV6(packet) ? v6 : 2);
    return Buffer.concat([little ? value.reverse() : value, packet]);
  };
}

const pppProtocol = (packet: Buffer) => u16(isV6(packet) ? 0x0057 : 0x0021);

/** RFC 1661, with or without the address and control bytes of RFC 1662. */
const ppp: Make = (packet) => Buffer.concat([pppProtocol(packet), packet]);
const framedPpp: Make = (packet) => Buffer.concat([u16(0xff03), pppProtocol(packet), packet]);
const ciscoHdlc: Make = (packet) => Buffer.concat([u16(0x0f00, etherTypeOf(packet)), packet]);

/** RFC 2516: version and type 1, session data. */
export const pppoe: Rewrap = link((packet) =>
  ethernet(0x8864, u16(0x1100, 0x1234, 2 + packet.length), pppProtocol(packet), packet),
);

/** Linux: family, version 0, group; then the packet as an attribute, after one to be skipped. */
const nflog: Make = (packet) => {
  const length = u16(4 + packet.length).swap16();
  const head = Buffer.from([isV6(packet) ? 10 : 2, 0, 0, 1]);
  const prefix = Buffer.from('06000a0078000000', 'hex'); // length 6, type 10, "x", padded to 4
  const payloadType = u16(9).swap16();
  const padding = Buffer.alloc(-packet.length & 3);
  return Buffer.concat([head, prefix, length, payloadType, packet, padding]);
};

/** RFC 3032: labels, the last with the bottom bit, TTL 64. */
function labels(...values: readonly number[]): Buffer {
  return u32(
    ...values.map((label, i) => label * 4096 + (i === values.length - 1 ? 0x100 : 0) + 64),
  );
}

/** MPLS labels in front of each packet. */
export function mpls(...values: readonly number[]): Rewrap {
  return link((packet) => ethernet(0x8847, labels(...values), packet));
}

/** RFC 4448: Ethernet over MPLS with a control word; its sequence number need not be zero. */
export const pseudowire: Rewrap = (frames) =>
  frames.map((frame, i) => {
    const inner = ethernetOf(frame);
    if (inner === undefined) return frame;
    const control = u16(0, (i + 1) & 0xffff);
    return remade(frame, inner, (bytes) => ethernet(0x8847, labels(1001, 2002), control, bytes));
  });

/** IEEE 802.3 §3.2.8: short frames are filled up to 60 bytes, by hardware not always with zeros. */
function padded(bytes: Buffer): Buffer {
  return Buffer.concat([bytes, Buffer.alloc(Math.max(0, 60 - bytes.length), 0x5a)]);
}

/** Behind whole Ethernet frames; where a frame was cut, its end is not there. */
function behind(add: (bytes: Buffer) => Buffer): Rewrap {
  return (frames) =>
    frames.map((frame): CapturedFrame => {
      const packet = ipPacketOf(frame);
      if (packet === undefined || packet.missing > 0) return frame;
      const { bytes } = packet;
      return remade(frame, packet, () => add(ethernet(etherTypeOf(bytes), bytes)));
    });
}

const checkSequence = (bytes: Buffer) => Buffer.concat([bytes, u32(0xdeadbeef)]);

/** Each link that the sensor reads. */
export const LINKS: Readonly<Record<string, Rewrap>> = {
  'Ethernet, no tag': link((packet) => ethernet(etherTypeOf(packet), packet)),
  'one VLAN tag': tagged([0x8100, 0x6123]),
  'two VLAN tags': tagged([0x88a8, 100], [0x8100, 200]),
  'three VLAN tags': tagged([0x9100, 1], [0x88a8, 2], [0x8100, 4094]),
  'a priority tag': tagged([0x8100, 0xe000]),
  'LLC and SNAP': link(snap),
  SLL: link(cooked, LINK_TYPES.sll),
  'SLL with a VLAN tag': link(cookedTagged, LINK_TYPES.sll),
  SLL2: link(cooked2, LINK_TYPES.sll2),
  'NULL, little endian': link(family(30, true), LINK_TYPES.null),
  'NULL, big endian': link(family(28, false), LINK_TYPES.null),
  LOOP: link(family(24, false), LINK_TYPES.loop),
  RAW: link((packet) => packet, LINK_TYPES.raw),
  'RAW as 12': link((packet) => packet, OTHER_LINKS.rawOld),
  'RAW as 14': link((packet) => packet, OTHER_LINKS.rawOpenBsd),
  'IPV4 or IPV6': link(
    (packet) => packet,
    (packet) => (etherTypeOf(packet) === ETHER_TYPE.ipv6 ? LINK_TYPES.ipv6 : LINK_TYPES.ipv4),
  ),
  PPP: link(ppp, OTHER_LINKS.ppp),
  'PPP with HDLC framing': link(framedPpp, OTHER_LINKS.ppp),
  PPP_HDLC: link(framedPpp, OTHER_LINKS.pppHdlc),
  C_HDLC: link(ciscoHdlc, OTHER_LINKS.ciscoHdlc),
  NFLOG: link(nflog, OTHER_LINKS.nflog),
  PPPoE: pppoe,
  'one MPLS label': mpls(16),
  'three MPLS labels': mpls(1048575, 17, 3000),
  'MPLS pseudowire with control word': pseudowire,
  'short frames filled up': behind(padded),
  'a check sequence behind': behind(checkSequence),
  'filled up and a check sequence': behind((bytes) => checkSequence(padded(bytes))),
};
