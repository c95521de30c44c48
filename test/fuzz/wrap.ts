import { FRAGMENTATIONS, fragmented } from '../support/rewrap/fragments.js';
import { ethernet, ipPacketOf, type Rewrap } from '../support/rewrap/frames.js';
import { LINKS } from '../support/rewrap/links.js';
import { inTunnel, TUNNELS } from '../support/rewrap/tunnels.js';
import { mapFrame } from './frame-map.js';
import { type Input, LONGEST, type Piece, pieceOf } from './piece.js';
import type { Random } from './random.js';

const TUNNEL_NAMES = Object.keys(TUNNELS);
const LINK_NAMES = Object.keys(LINKS);
const ORDERS = Object.values(FRAGMENTATIONS).map(({ order }) => order ?? 'forwards');
/** The ends of the tunnels that `inTunnel` makes, and others that nobody has reason to trust. */
const TRUSTED_END = Buffer.from('0a6300', 'hex');
const FOREIGN_END = Buffer.from('c63364', 'hex');
const MOST_SEGMENTS = 400;

/** Frames in a tunnel, or in several, one in the other; those that do not fit stay as they are. */
export function tunnelled(random: Random, input: Input): Input {
  let frames = input;
  const depth = random.chance(0.05) ? 1 + random.below(40) : 1 + random.small(6);
  const isForeign = random.chance(0.5);
  for (let left = depth; left > 0; left--) {
    frames = rewrapped(frames, inTunnel(random.pick(TUNNEL_NAMES), random.chance(0.7) ? 4 : 6));
  }
  return isForeign ? frames.map(withForeignEnds) : frames;
}

export function onOtherLink(random: Random, input: Input): Input {
  return rewrapped(input, LINKS[random.pick(LINK_NAMES)]!);
}

/** Frames in IP fragments, in any order, some twice. */
export function inFragments(random: Random, input: Input): Input {
  const size = 8 * (1 + random.small(180));
  const most = random.chance(0.02) ? 1024 : 64;
  const order = random.pick(ORDERS);
  return rewrapped(input, fragmented({ size, most, order, hopByHop: random.chance(0.1) }));
}

/** The rewrappers are made for well-formed frames: what they cannot do is left as it is. */
function rewrapped(input: Input, rewrap: Rewrap): Input {
  return input.flatMap((piece) => {
    try {
      const made = rewrap([piece]);
      return made.every(({ bytes }) => bytes.length <= LONGEST + 300) ? made : [piece];
    } catch {
      return [piece];
    }
  });
}

function withForeignEnds(piece: Piece): Piece {
  const at = piece.bytes.indexOf(TRUSTED_END);
  if (at === -1) return piece;
  const bytes = Buffer.from(piece.bytes);
  FOREIGN_END.copy(bytes, at);
  return { ...piece, bytes };
}

/** The payload of a TCP segment in several segments that follow one another (RFC 9293 §3.4). */
export function segmented(random: Random, piece: Piece): Input {
  const { bytes, linkType, time } = piece;
  const { headers, payloadFrom } = mapFrame(bytes, linkType);
  const ip = headers.findLast(({ kind }) => kind === 'ipv4' || kind === 'ipv6');
  const tcp = headers.at(-1);
  const length = bytes.length - payloadFrom;
  if (ip === undefined || tcp?.kind !== 'tcp' || length < 2 || payloadFrom < tcp.at + 20) {
    return [piece];
  }
  const sequence = bytes.readUInt32BE(tcp.at + 4);
  const size = Math.max(1 + random.small(length), Math.ceil(length / MOST_SEGMENTS));
  const segments: Piece[] = [];
  for (let done = 0; done < length; done += size) {
    const from = payloadFrom + done;
    const part = bytes.subarray(from, Math.min(from + size, bytes.length));
    const segment = Buffer.concat([bytes.subarray(0, payloadFrom), part]);
    segment.writeUInt32BE((sequence + done) >>> 0, tcp.at + 4);
    const ipLength = segment.length - ip.at;
    if (ip.kind === 'ipv6') segment.writeUInt16BE(Math.min(ipLength - 40, 65_535), ip.at + 4);
    else segment.writeUInt16BE(Math.min(ipLength, 65_535), ip.at + 2);
    segments.push(pieceOf(segment, time, linkType));
  }
  return segments;
}

/** An ICMP error that quotes the packet of a frame (RFC 792, RFC 4443), sent by whom it went to. */
export function icmpError(random: Random, piece: Piece): Piece {
  const quoted = ipPacketOf(piece)?.bytes;
  if (quoted === undefined || quoted.length < 28) return piece;
  const isV6 = quoted[0]! >> 4 === 6;
  if (isV6 && quoted.length < 48) return piece;
  const part = quoted.subarray(0, random.chance(0.3) ? 28 : Math.min(quoted.length, 1200));
  const begin = Buffer.from(isV6 ? [1, 4, 0, 0, 0, 0, 0, 0] : [3, 3, 0, 0, 0, 0, 0, 0]);
  const header = Buffer.from(quoted.subarray(0, isV6 ? 40 : 20));
  const [from, length] = isV6 ? [8, 16] : [12, 4];
  quoted.copy(header, from, from + length, from + 2 * length);
  quoted.copy(header, from + length, from, from + length);
  if (isV6) {
    header.writeUInt16BE(begin.length + part.length, 4);
    header[6] = 58;
  } else {
    header[0] = 0x45;
    header.writeUInt16BE(20 + begin.length + part.length, 2);
    header.writeUInt16BE(0, 6);
    header[9] = 1;
  }
  return pieceOf(ethernet(isV6 ? 0x86dd : 0x0800, header, begin, part), piece.time);
}
