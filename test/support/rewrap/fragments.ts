import { ipPacketOf, isV6, plainFrame, type Rewrap, u16, u32 } from './frames.js';
import { withHeaderChecksum } from './outer.js';
import { seeded, shuffled } from './seeded.js';

export interface FragmentOptions {
  /** Bytes of the datagram in each fragment, down to a multiple of 8; at least 8. */
  readonly size: number;
  /** Most fragments of a datagram: `size` grows for longer ones. Default 64. */
  readonly most?: number;
  readonly order?: Order;
  /** IPv6: a hop-by-hop header stands before the fragment header. */
  readonly hopByHop?: boolean;
}

/** In which order the fragments of a datagram come, and which of them again. */
export type Order = keyof typeof ORDERS;

const ORDERS = {
  forwards: (pieces: Buffer[]) => pieces,
  backwards: (pieces: Buffer[]) => pieces.reverse(),
  shuffled: (pieces: Buffer[], random: Random) => shuffled(pieces, random),
  /** 1 1 2 2 3 3: the last comes again when the datagram is whole already. */
  'each twice': (pieces: Buffer[]) => pieces.flatMap((piece) => [piece, piece]),
  /** 1 2 3 1 2 3: all of it again. */
  'all twice': (pieces: Buffer[]) => [...pieces, ...pieces],
  'some twice, shuffled': (pieces: Buffer[], random: Random) =>
    shuffled([...pieces, ...pieces.slice(pieces.length / 2)], random),
} as const;

type Random = (below: number) => number;

const DONT_FRAGMENT = 0x4000;
const MORE_FRAGMENTS = 0x2000;
const OFFSET = 0x1fff;
const EXTENSION = { hopByHop: 0, routing: 43, fragment: 44 } as const;
/** RFC 8200 §4.3 and §4.2: nothing but a PadN option that fills the 8 bytes. */
const EMPTY_HOP_BY_HOP = Buffer.from([0, 0, 1, 4, 0, 0, 0, 0]);

/**
 * The outermost IP packets in fragments, all at the time of the packet. One that was cut by the
 * capture, or is an IPv6 fragment already, stays.
 */
export function fragmented(options: FragmentOptions): Rewrap {
  const { size, most = 64, order = 'forwards', hopByHop = false } = options;
  return (frames) => {
    const random = seeded(frames.length);
    const ids = new Identifications();
    return frames.flatMap((frame) => {
      const packet = ipPacketOf(frame);
      if (packet === undefined || packet.missing > 0) return [frame];
      const { bytes } = packet;
      const least = Math.max(size, Math.ceil(bytes.length / most));
      const step = Math.max(8, order === 'forwards' ? least & ~7 : (least + 7) & ~7);
      const pieces = isV6(bytes)
        ? v6Fragments(bytes, step, ids.of(bytes), hopByHop)
        : v4Fragments(bytes, step, ids.of(bytes));
      if (pieces.length === 1) return [frame];
      return ORDERS[order](pieces, random).map((piece) => plainFrame(piece, frame.time));
    });
  };
}

/**
 * Each packet gets an identification of its own, and a packet that was captured twice the same
 * both times: whether a router has passed it on (TTL, header checksum) makes no difference.
 */
class Identifications {
  private readonly known = new Map<string, number>();

  of(packet: Buffer): number {
    const own = Buffer.from(packet);
    if (isV6(own)) own[7] = 0;
    else own.fill(0, 8, 9).fill(0, 10, 12);
    const key = own.toString('latin1');
    const id = this.known.get(key) ?? this.known.size + 1;
    this.known.set(key, id);
    return id;
  }
}

/** RFC 791 §3.2. A fragment is cut into smaller ones; the last tells what it told. */
function v4Fragments(packet: Buffer, step: number, id: number): Buffer[] {
  const headerLength = 4 * (packet[0]! & 15);
  const header = packet.subarray(0, headerLength);
  const body = packet.subarray(headerLength);
  const field = packet.readUInt16BE(6);
  const isFragment = (field & ~DONT_FRAGMENT) !== 0;
  const pieces: Buffer[] = [];
  for (let at = 0; at < body.length; at += step) {
    const isLast = at + step >= body.length;
    const piece = Buffer.concat([header, body.subarray(at, at + step)]);
    piece.writeUInt16BE(piece.length, 2);
    if (!isFragment) piece.writeUInt16BE(id & 0xffff, 4);
    const more = isLast ? field & MORE_FRAGMENTS : MORE_FRAGMENTS;
    piece.writeUInt16BE(more | ((field & OFFSET) + at / 8), 6);
    pieces.push(withHeaderChecksum(piece));
  }
  return pieces.length === 0 ? [packet] : pieces;
}

/** RFC 8200 §4.5: what every hop must read stays in front of the fragment header. */
function v6Fragments(packet: Buffer, step: number, id: number, hopByHop: boolean): Buffer[] {
  let next = packet[6]!;
  let nextAt = 6;
  let at = 40;
  while (next === EXTENSION.hopByHop || next === EXTENSION.routing) {
    nextAt = at;
    next = packet[at]!;
    at += 8 * (packet[at + 1]! + 1);
  }
  if (next === EXTENSION.fragment || packet.length - at <= step) return [packet];
  const head = Buffer.from(packet.subarray(0, at));
  head[nextAt] = EXTENSION.fragment;
  const extra = hopByHop && at === 40 ? Buffer.from(EMPTY_HOP_BY_HOP) : Buffer.alloc(0);
  if (extra.length > 0) {
    extra[0] = EXTENSION.fragment;
    head[6] = EXTENSION.hopByHop;
  }
  const body = packet.subarray(at);
  const pieces: Buffer[] = [];
  for (let offset = 0; offset < body.length; offset += step) {
    const more = offset + step < body.length ? 1 : 0;
    const fragment = Buffer.concat([Buffer.from([next, 0]), u16(offset | more), u32(id)]);
    const part = body.subarray(offset, offset + step);
    const piece = Buffer.concat([head, extra, fragment, part]);
    piece.writeUInt16BE(piece.length - 40, 4);
    pieces.push(piece);
  }
  return pieces;
}

/** What an IP packet of this size (bytes) has room for in IPv4, and so nearly in IPv6. */
const forMtu = (mtu: number) => (mtu - 48) & ~7;

export const FRAGMENTATIONS: Readonly<Record<string, FragmentOptions>> = {
  'for an MTU of 576': { size: forMtu(576) },
  'for an MTU of 1280': { size: forMtu(1280) },
  forwards: { size: 104 },
  backwards: { size: 104, order: 'backwards' },
  shuffled: { size: 104, order: 'shuffled' },
  'each twice': { size: 104, order: 'each twice' },
  'all twice': { size: 104, order: 'all twice' },
  'some twice, shuffled': { size: 56, order: 'some twice, shuffled' },
  tiny: { size: 8 },
  'tiny, backwards': { size: 8, order: 'backwards' },
  'tiny, shuffled': { size: 8, order: 'shuffled' },
  'behind a hop-by-hop header': { size: 104, hopByHop: true },
  'shuffled behind a hop-by-hop header': { size: 40, order: 'shuffled', hopByHop: true },
};
