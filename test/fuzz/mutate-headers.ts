import { type FrameMap, type HeaderKind, mapFrame } from './frame-map.js';
import { mutateText } from './mutate-sip.js';
import { LONGEST, type Piece, withBytes } from './piece.js';
import type { Random } from './random.js';

/** A field of a header: how far in, how many bytes, and values that somebody once got wrong. */
interface Field {
  readonly at: number;
  readonly width: 1 | 2 | 4;
  readonly values: readonly number[];
}

const LENGTHS = [0, 1, 7, 8, 9, 19, 20, 21, 39, 40, 1500, 32_768, 65_515, 65_527, 65_535];
const PORTS = [0, 53, 5060, 5060, 5061, 4789, 2152, 6081, 65_535];
const ETHER_TYPES = [
  0, 4, 1500, 0x0800, 0x0806, 0x22eb, 0x6558, 0x8100, 0x8847, 0x8848, 0x8864, 0x86dd, 0x88a8,
  0x88be, 0x9100, 0xffff,
];
const PROTOCOLS = [0, 1, 4, 6, 17, 41, 43, 44, 47, 50, 51, 58, 59, 60, 94, 97, 132, 255];
/** Offset in units of 8 bytes, with more-fragments (0x2000), don't-fragment and the evil bit. */
const FRAGMENTS = [0, 0x2000, 0x4000, 0x8000, 1, 0x2001, 0x1fff, 0x3fff, 185, 0x20b9];

const FIELDS: Record<HeaderKind, readonly Field[]> = {
  ethernet: [{ at: 12, width: 2, values: ETHER_TYPES }],
  cooked: [
    { at: 2, width: 2, values: [0, 1, 512, 772, 778, 802, 824, 0xffff] },
    { at: 14, width: 2, values: ETHER_TYPES },
  ],
  vlan: [
    { at: 0, width: 2, values: [0, 1, 4095, 0xe001, 0xffff] },
    { at: 2, width: 2, values: ETHER_TYPES },
  ],
  mpls: [{ at: 2, width: 1, values: [0, 1, 0xff, 0xfe] }],
  pppoe: [
    { at: 0, width: 1, values: [0x11, 0, 0x12, 0x21, 0xff] },
    { at: 1, width: 1, values: [0, 9, 0xa7] },
    { at: 4, width: 2, values: LENGTHS },
    { at: 6, width: 2, values: [0x0021, 0x0057, 0xc021, 0x2145] },
  ],
  ipv4: [
    { at: 0, width: 1, values: [0x40, 0x44, 0x45, 0x46, 0x4f, 0x55, 0x65, 0x05] },
    { at: 2, width: 2, values: LENGTHS },
    { at: 4, width: 2, values: [0, 1, 2, 0xffff] },
    { at: 6, width: 2, values: FRAGMENTS },
    { at: 8, width: 1, values: [0, 1, 255] },
    { at: 9, width: 1, values: PROTOCOLS },
    { at: 12, width: 4, values: [0, 0x7f000001, 0xc6336407, 0xcb007105, 0xe0000001, 0xffffffff] },
    { at: 16, width: 4, values: [0, 0x7f000001, 0xc6336407, 0xcb007105, 0xe0000001, 0xffffffff] },
  ],
  ipv6: [
    { at: 0, width: 1, values: [0x60, 0x40, 0x45, 0x6f, 0xf0] },
    { at: 4, width: 2, values: LENGTHS },
    { at: 6, width: 1, values: PROTOCOLS },
    { at: 8, width: 4, values: [0, 0x20010db8, 0xfe800000, 0xff020000] },
  ],
  extension: [
    { at: 0, width: 1, values: PROTOCOLS },
    { at: 1, width: 1, values: [0, 1, 2, 127, 254, 255] },
    { at: 2, width: 2, values: [0, 1, 8, 9, 0xfff8, 0xfff9] },
    { at: 4, width: 4, values: [0, 1, 0xffffffff] },
  ],
  gre: [
    { at: 0, width: 1, values: [0, 0x10, 0x20, 0x30, 0x40, 0x80, 0xb0, 0xf0, 0xff] },
    { at: 1, width: 1, values: [0, 1, 2, 7, 0x80, 0x81] },
    { at: 2, width: 2, values: ETHER_TYPES },
  ],
  erspan: [
    { at: 0, width: 1, values: [0x10, 0x20, 0x00, 0xff] },
    { at: 6, width: 2, values: [0, 1, 0x8001, 0xffff] },
  ],
  vxlan: [{ at: 0, width: 1, values: [0, 8, 0x0c, 0xff] }],
  geneve: [
    { at: 0, width: 1, values: [0, 1, 2, 63, 0x40, 0xff] },
    { at: 2, width: 2, values: ETHER_TYPES },
  ],
  gtp: [
    { at: 0, width: 1, values: [0x30, 0x32, 0x34, 0x36, 0x37, 0x10, 0x48, 0xff] },
    { at: 1, width: 1, values: [0xff, 1, 2, 0x1a] },
    { at: 2, width: 2, values: LENGTHS },
    { at: 11, width: 1, values: [0, 0x85, 0xc0, 0xff] },
  ],
  icmp: [
    { at: 0, width: 1, values: [0, 1, 3, 5, 8, 11, 12, 255] },
    { at: 1, width: 1, values: [0, 1, 2, 3, 4, 13, 255] },
  ],
  udp: [
    { at: 0, width: 2, values: PORTS },
    { at: 2, width: 2, values: PORTS },
    { at: 4, width: 2, values: LENGTHS },
  ],
  tcp: [
    { at: 0, width: 2, values: PORTS },
    { at: 2, width: 2, values: PORTS },
    { at: 4, width: 4, values: [0, 1, 0x7fffffff, 0x80000000, 0xfffffffe, 0xffffffff] },
    { at: 8, width: 4, values: [0, 1, 0x7fffffff, 0x80000000, 0xffffffff] },
    { at: 12, width: 1, values: [0, 0x40, 0x50, 0x60, 0xf0] },
    {
      at: 13,
      width: 1,
      values: [0, 1, 2, 4, 0x10, 0x11, 0x12, 0x14, 0x18, 0x19, 0x29, 0x3f, 0xff],
    },
    { at: 14, width: 2, values: [0, 1, 65_535] },
  ],
};

/** One field of one header gets another value; lengths mostly move by a little. */
export function mutateField(random: Random, piece: Piece): Piece {
  const { headers } = mapFrame(piece.bytes, piece.linkType);
  if (headers.length === 0) return piece;
  const { kind, at } = random.pick(headers);
  const { at: place, width, values } = random.pick(FIELDS[kind]);
  const where = at + place;
  if (where + width > piece.bytes.length) return piece;
  const bytes = Buffer.from(piece.bytes);
  const limit = 2 ** (8 * width);
  const near = bytes.readUIntBE(where, width) + random.between(-9, 9);
  const value = random.chance(0.4) ? (near + limit) % limit : random.pick(values);
  bytes.writeUIntBE(value, where, width);
  return { ...piece, bytes };
}

/** What the innermost header carries is changed, and all lengths above it are made right again. */
export function mutatePayload(random: Random, piece: Piece, other: Piece): Piece {
  const map = mapFrame(piece.bytes, piece.linkType);
  const payload = piece.bytes.subarray(map.payloadFrom);
  const theirs = mapFrame(other.bytes, other.linkType).payloadFrom;
  const changed = mutateText(random, payload, other.bytes.subarray(theirs));
  return withPayload(piece, map, changed);
}

/** The frame with another payload and lengths that fit, as far as 16 bits allow. */
export function withPayload(piece: Piece, map: FrameMap, payload: Buffer): Piece {
  const room = LONGEST - map.payloadFrom;
  const fitting = payload.subarray(0, Math.max(room, 0));
  const bytes = Buffer.concat([piece.bytes.subarray(0, map.payloadFrom), fitting]);
  const growth = bytes.length - piece.bytes.length;
  for (const { kind, at } of map.headers) {
    const place = LENGTH_AT[kind];
    if (place === undefined || at + place + 2 > bytes.length) continue;
    const length = bytes.readUInt16BE(at + place) + growth;
    bytes.writeUInt16BE(Math.min(Math.max(length, 0), 65_535), at + place);
  }
  return withBytes(piece, bytes);
}

/** Where a header says how long it and what it carries are. */
const LENGTH_AT: Partial<Record<HeaderKind, number>> = {
  ipv4: 2,
  ipv6: 4,
  udp: 4,
  gtp: 2,
  pppoe: 4,
};
