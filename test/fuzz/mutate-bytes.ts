import { LONGEST } from './piece.js';
import type { Random } from './random.js';

/** A change to any bytes, whatever they mean. `other` is material to take from. */
export type ByteMutator = (random: Random, bytes: Buffer, other: Buffer) => Buffer;

/** Where lengths, counts and offsets go wrong: the ends of their ranges and what lies round them. */
const INTERESTING = [
  0, 1, 2, 3, 4, 7, 8, 9, 15, 16, 19, 20, 21, 31, 32, 39, 40, 63, 64, 127, 128, 255, 256, 511, 512,
  1023, 1024, 1500, 4095, 4096, 8191, 8192, 32_767, 32_768, 65_507, 65_527, 65_534, 65_535,
  0x7fffffff, 0x80000000, 0xfffffffe, 0xffffffff,
];

export function flipBit(random: Random, bytes: Buffer): Buffer {
  const changed = Buffer.from(bytes);
  if (changed.length === 0) return changed;
  const at = random.below(changed.length);
  changed[at]! ^= 1 << random.below(8);
  return changed;
}

export function setByte(random: Random, bytes: Buffer): Buffer {
  const changed = Buffer.from(bytes);
  if (changed.length > 0) changed[random.below(changed.length)] = random.below(256);
  return changed;
}

/** An integer of 1, 2 or 4 bytes becomes an interesting one, or moves a little. */
export function setInteger(random: Random, bytes: Buffer): Buffer {
  const changed = Buffer.from(bytes);
  const width = random.pick([1, 2, 2, 4]);
  if (changed.length < width) return changed;
  // Headers stand in front: most numbers that matter are in the first hundred bytes.
  const reach = random.chance(0.7) ? Math.min(changed.length, 100) : changed.length;
  const at = random.below(Math.max(reach - width, 0) + 1);
  const little = random.chance(0.3);
  const before = little ? changed.readUIntLE(at, width) : changed.readUIntBE(at, width);
  const moved = before + random.between(-16, 16);
  const value = random.chance(0.3) ? moved : random.pick(INTERESTING);
  const fitting = ((value % 2 ** (8 * width)) + 2 ** (8 * width)) % 2 ** (8 * width);
  if (little) changed.writeUIntLE(fitting, at, width);
  else changed.writeUIntBE(fitting, at, width);
  return changed;
}

export function truncate(random: Random, bytes: Buffer): Buffer {
  const length = random.chance(0.5)
    ? random.below(bytes.length + 1)
    : bytes.length - random.small(bytes.length);
  return Buffer.from(bytes.subarray(0, length));
}

export function removeRange(random: Random, bytes: Buffer): Buffer {
  const [from, to] = rangeIn(random, bytes);
  return Buffer.concat([bytes.subarray(0, from), bytes.subarray(to)]);
}

/** A range comes again, once or often. */
export function repeatRange(random: Random, bytes: Buffer): Buffer {
  const [from, to] = rangeIn(random, bytes);
  const room = LONGEST - bytes.length;
  if (to === from || room <= 0) return bytes;
  const most = Math.floor(room / (to - from));
  const times = random.chance(0.05) ? most : Math.min(1 + random.small(64), most);
  const piece = bytes.subarray(from, to);
  const copies = Buffer.alloc(piece.length * times, piece);
  return Buffer.concat([bytes.subarray(0, to), copies, bytes.subarray(to)]);
}

export function insertRandom(random: Random, bytes: Buffer): Buffer {
  const length = Math.min(1 + random.small(64), LONGEST - bytes.length);
  if (length <= 0) return bytes;
  const fill = Buffer.alloc(length);
  const one = random.chance(0.5);
  const byte = random.below(256);
  for (let i = 0; i < length; i++) fill[i] = one ? byte : random.below(256);
  return inserted(bytes, random.below(bytes.length + 1), fill);
}

/** Up to the size of the longest datagram, filled with one byte or a repeated piece. */
export function grow(random: Random, bytes: Buffer): Buffer {
  const room = LONGEST - bytes.length;
  if (room <= 0) return bytes;
  const length = random.chance(0.2) ? room : random.below(Math.min(room, 4096)) + 1;
  const [from, to] = rangeIn(random, bytes);
  const piece = to > from ? bytes.subarray(from, to) : Buffer.from([random.below(256)]);
  return inserted(bytes, random.below(bytes.length + 1), Buffer.alloc(length, piece));
}

/** The beginning of one and the end of the other. */
export function splice(random: Random, bytes: Buffer, other: Buffer): Buffer {
  const cut = random.below(bytes.length + 1);
  const from = random.below(other.length + 1);
  return Buffer.concat([bytes.subarray(0, cut), other.subarray(from)]).subarray(0, LONGEST);
}

/** A range of the other one, put in or laid over. */
export function graft(random: Random, bytes: Buffer, other: Buffer): Buffer {
  const [from, to] = rangeIn(random, other);
  const at = random.below(bytes.length + 1);
  const piece = other.subarray(from, to);
  if (random.chance(0.5)) return inserted(bytes, at, piece).subarray(0, LONGEST);
  const changed = Buffer.from(bytes);
  piece.copy(changed, at);
  return changed;
}

export const BYTE_MUTATORS: readonly ByteMutator[] = [
  flipBit,
  setByte,
  setInteger,
  setInteger,
  truncate,
  removeRange,
  repeatRange,
  insertRandom,
  splice,
  graft,
];

function inserted(bytes: Buffer, at: number, piece: Uint8Array): Buffer {
  return Buffer.concat([bytes.subarray(0, at), piece, bytes.subarray(at)]);
}

/** Short ones more often than long ones; empty only where there is nothing. */
function rangeIn(random: Random, bytes: Buffer): [from: number, to: number] {
  if (bytes.length === 0) return [0, 0];
  const from = random.below(bytes.length);
  const length = random.chance(0.7)
    ? 1 + random.small(bytes.length)
    : 1 + random.below(bytes.length);
  return [from, Math.min(from + length, bytes.length)];
}
