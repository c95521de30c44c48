import { checksum } from '../pcap-writer.js';
import {
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
import { outerIp, outerUdp, type Version } from './outer.js';

/** How a tunnel stands between its outer IP header and what it carries. */
interface Tunnel {
  readonly carries: 'ip' | 'ethernet';
  /** Outer IP packet with `inner` in it; `number` counts the packets of the capture. */
  wrap(inner: Buffer, outer: Version, number: number): Buffer;
  /** Which IP may be outside; both when left out. */
  readonly outer?: Version;
  /** Only IPv6 is inside, and one end of it is a Teredo client's (RFC 4380 §2.6). */
  readonly isTeredo?: boolean;
}

const PROTOCOL = { ipv4: 4, ipv6: 41, gre: 47, l2tp3: 115 } as const;
const PORT = {
  teredo: 3544,
  l2tp: 1701,
  gtpU: 2152,
  vxlan: 4789,
  vxlanGpe: 4790,
  greInUdp: 4754,
  geneve: 6081,
  tzsp: 37_008,
} as const;
/** Transparent Ethernet bridging. */
const BRIDGED = 0x6558;

type Head = (inner: Buffer, number: number) => Buffer;

/** A header between UDP and what is inside. */
function overUdp(carries: 'ip' | 'ethernet', port: number, head: Head): Tunnel {
  return {
    carries,
    wrap: (inner, outer, number) =>
      outerUdp(outer, port, number, Buffer.concat([head(inner, number), inner])),
  };
}

/** RFC 2784, RFC 2890: a header of GRE, and maybe one of what it carries. */
function gre(carries: 'ip' | 'ethernet', head: Head): Tunnel {
  return {
    carries,
    wrap: (inner, outer, number) =>
      outerIp(outer, PROTOCOL.gre, number, Buffer.concat([head(inner, number), inner])),
  };
}

/** GRE with checksum, key and sequence number; the checksum covers all that follows too. */
const greWithAll: Tunnel = {
  carries: 'ip',
  wrap(inner, outer, number) {
    const head = u16(0xb000, etherTypeOf(inner), 0, 0);
    const body = Buffer.concat([head, u32(0x1234, number), inner]);
    body.writeUInt16BE(checksum(body), 4);
    return outerIp(outer, PROTOCOL.gre, number, body);
  },
};

const VNI = u32(0x00abcd00);

/** RFC 8926: version and length of the options, flags, what is inside, network. */
function geneve(carries: 'ip' | 'ethernet', options: Buffer): Tunnel {
  return overUdp(carries, PORT.geneve, (inner) => {
    const type = carries === 'ip' ? etherTypeOf(inner) : BRIDGED;
    return Buffer.concat([u16((options.length / 4) << 8, type), VNI, options]);
  });
}

/** Two options: class, type, length in words; 4 bytes and none. */
const GENEVE_OPTIONS = Buffer.from('0101800101020304fff00200', 'hex');

/** RFC 7348 and draft-ietf-nvo3-vxlan-gpe: flags, and in GPE what is inside. */
function vxlanGpe(carries: 'ip' | 'ethernet'): Tunnel {
  return overUdp(carries, PORT.vxlanGpe, (inner) => {
    const ip = isV6(inner) ? 2 : 1;
    return Buffer.concat([u32(0x0c000000 + (carries === 'ip' ? ip : 3)), VNI]);
  });
}

/** 3GPP TS 29.281 §5.1: flags, G-PDU, length behind the first 8 bytes, tunnel. */
function gtpU(flags: number, optional: Buffer): Tunnel {
  return overUdp('ip', PORT.gtpU, (inner) => {
    const head = Buffer.concat([Buffer.from([flags, 255]), u16(optional.length + inner.length)]);
    return Buffer.concat([head, u32(0xcafe), optional]);
  });
}

/** Sequence number, N-PDU number, then a PDU session container of one word. */
const GTP_EXTENSION = Buffer.from('0007008501000900', 'hex');

/** RFC 2661 §3.1: data message of version 2, with its length or not; then PPP. */
function l2tp(withLength: boolean): Tunnel {
  return overUdp('ip', PORT.l2tp, (inner) => {
    const ppp = u16(0xff03, isV6(inner) ? 0x0057 : 0x0021);
    const ids = u16(0x11, 0x22);
    if (!withLength) return Buffer.concat([u16(0x0002), ids, ppp]);
    return Buffer.concat([u16(0x4002, 8 + ppp.length + inner.length), ids, ppp]);
  });
}

/** MikroTik: like GRE version 1, then length and, the other way round, the tunnel's number. */
const eoip: Tunnel = {
  ...gre('ethernet', (inner) =>
    Buffer.concat([u16(0x2001, 0x6400, inner.length), u16(0x77).swap16()]),
  ),
  outer: 4,
};

/** draft-foschiano-erspan: version 2 or 3 of the header, VLAN 100, session 5. */
const ERSPAN_2 = u32(0x10640005, 0x00000123);
const ERSPAN_3 = Buffer.concat([u32(0x20640005, 0x01020304), u16(0), u16(0x0000)]);
/** As before with the O bit, and 8 bytes of the platform's. */
const ERSPAN_3_PLATFORM = Buffer.concat([
  u32(0x20640005, 0x01020304),
  u16(0, 0x0001),
  u32(0x04000001, 0x00112233),
]);

/** How the address of every client of Teredo begins. */
const TEREDO_CLIENT = 0x20010000;

const teredo: Tunnel = {
  ...overUdp('ip', PORT.teredo, () => Buffer.alloc(0)),
  outer: 4,
  isTeredo: true,
};

/** RFC 4380 §5.1.1: origin indication, port and address with all bits turned. */
const teredoOrigin: Tunnel = {
  ...overUdp('ip', PORT.teredo, () => Buffer.from('00001234349bffee', 'hex')),
  outer: 4,
  isTeredo: true,
};

export const TUNNELS: Readonly<Record<string, Tunnel>> = {
  GRE: gre('ip', (inner) => u16(0, etherTypeOf(inner))),
  'GRE with key': gre('ip', (inner) => u16(0x2000, etherTypeOf(inner), 0, 42)),
  'GRE with checksum, key and sequence': greWithAll,
  'GRE with Ethernet': gre('ethernet', () => u16(0, BRIDGED)),
  'GRE with key and Ethernet': gre('ethernet', () => u16(0x2000, BRIDGED, 0x00ab, 0xcd01)),
  'ERSPAN I': gre('ethernet', () => u16(0, 0x88be)),
  'ERSPAN II': gre('ethernet', (_, number) =>
    Buffer.concat([u16(0x1000, 0x88be), u32(number), ERSPAN_2]),
  ),
  'ERSPAN III': gre('ethernet', (_, number) =>
    Buffer.concat([u16(0x1000, 0x22eb), u32(number), ERSPAN_3]),
  ),
  'ERSPAN III with platform subheader': gre('ethernet', (_, number) =>
    Buffer.concat([u16(0x1000, 0x22eb), u32(number), ERSPAN_3_PLATFORM]),
  ),
  VXLAN: overUdp('ethernet', PORT.vxlan, () => Buffer.concat([u32(0x08000000), VNI])),
  'VXLAN-GPE with IP': vxlanGpe('ip'),
  'VXLAN-GPE with Ethernet': vxlanGpe('ethernet'),
  'Geneve with Ethernet': geneve('ethernet', Buffer.alloc(0)),
  'Geneve with options and Ethernet': geneve('ethernet', GENEVE_OPTIONS),
  'Geneve with IP': geneve('ip', Buffer.alloc(0)),
  'Geneve with options and IP': geneve('ip', GENEVE_OPTIONS),
  /** IPIP, 6in4, 4in6, 6in6. */
  'IP in IP': {
    carries: 'ip',
    wrap: (inner, outer, number) =>
      outerIp(outer, isV6(inner) ? PROTOCOL.ipv6 : PROTOCOL.ipv4, number, inner),
  },
  'GTP-U': gtpU(0x30, Buffer.alloc(0)),
  'GTP-U with sequence': gtpU(0x32, u32(0x00070000)),
  'GTP-U with sequence and extension': gtpU(0x36, GTP_EXTENSION),
  Teredo: teredo,
  'Teredo with origin': teredoOrigin,
  TZSP: overUdp('ethernet', PORT.tzsp, () => Buffer.from('0100000101', 'hex')),
  'TZSP with tags': overUdp('ethernet', PORT.tzsp, () => Buffer.from('010000010a01c40001', 'hex')),
  EoIP: eoip,
  'GRE in UDP': overUdp('ip', PORT.greInUdp, (inner) => u16(0, etherTypeOf(inner))),
  L2TP: l2tp(false),
  'L2TP with length': l2tp(true),
};

/** Puts what each frame carries into a tunnel over Ethernet; what does not fit there stays. */
export function inTunnel(name: string, version: Version): Rewrap {
  const tunnel = TUNNELS[name]!;
  return (frames) =>
    frames.map((frame, number) => {
      const inner = tunnel.carries === 'ip' ? ipPacketOf(frame) : ethernetOf(frame);
      if (inner === undefined || !fits(tunnel, inner.bytes)) return frame;
      return remade(frame, inner, (bytes) => {
        const packet = tunnel.wrap(bytes, version, number + 1);
        return ethernet(etherTypeOf(packet), packet);
      });
    });
}

/** Whether a tunnel carries nothing but IPv6 of Teredo clients. */
export function isTeredo(name: string): boolean {
  return TUNNELS[name]!.isTeredo === true;
}

/** Whether a tunnel can be carried by this IP. */
export function isCarriedBy(name: string, version: Version): boolean {
  return (TUNNELS[name]!.outer ?? version) === version;
}

function fits(tunnel: Tunnel, packet: Buffer): boolean {
  if (tunnel.isTeredo !== true) return true;
  return isV6(packet) && [8, 24].some((at) => packet.readUInt32BE(at) === TEREDO_CLIENT);
}
