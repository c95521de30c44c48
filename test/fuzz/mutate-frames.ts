import { BYTE_MUTATORS } from './mutate-bytes.js';
import { mutateField, mutatePayload } from './mutate-headers.js';
import { type Input, LONGEST, type Piece, withBytes } from './piece.js';
import type { Random } from './random.js';
import { icmpError, inFragments, onOtherLink, segmented, tunnelled } from './wrap.js';

/** Bounds on what a sequence grows to. */
const MOST_PIECES = 96;
const MOST_WRAPPED = 1100;
const MOST_BYTES = 512 * 1024;
const LINK_TYPES = [0, 1, 9, 12, 14, 50, 101, 104, 105, 108, 113, 127, 228, 229, 239, 276, 65_535];
/** Steps of packet time that a clock, or a file, may make (seconds). */
const STEPS = [
  0, 0.001, 0.019, 0.021, 0.5, 2, 10, 31, 200, 3599, 3601, 86_400, 1e7, -0.001, -0.5, -2, -3601,
  -1e7,
];

type SequenceMutator = (random: Random, input: Input, other: Input) => Input;

/** Frames in another order, shape, time or number, and some of them changed. */
export function mutateFrames(random: Random, input: Input, other: Input): Input {
  let frames = input;
  for (let left = 1 + random.small(6); left > 0; left--) {
    frames = pickMutator(random)(random, frames, other);
    if (frames.length === 0) frames = input;
  }
  return bounded(frames);
}

/** Changes to the frames themselves are most of all; each weight is a share of 100. */
const MUTATORS: readonly (readonly [weight: number, mutator: SequenceMutator])[] = [
  [28, changePayload],
  [20, changeField],
  [14, changeBytes],
  [8, changeMany],
  [4, cutShort],
  [2, changeLink],
  [4, (random, input) => some(random, input, (part) => tunnelled(random, part))],
  [2, (random, input) => some(random, input, (part) => onOtherLink(random, part))],
  [4, (random, input) => some(random, input, (part) => inFragments(random, part))],
  [4, (random, input) => some(random, input, (part) => part.flatMap((p) => segmented(random, p)))],
  [2, addIcmpError],
  [2, swap],
  [2, repeat],
  [2, remove],
  [2, graftFrames],
  [2, changeTime],
];
const WEIGHTS = MUTATORS.reduce((sum, [weight]) => sum + weight, 0);

function pickMutator(random: Random): SequenceMutator {
  let left = random.below(WEIGHTS);
  for (const [weight, mutator] of MUTATORS) {
    left -= weight;
    if (left < 0) return mutator;
  }
  return changeBytes;
}

function changePayload(random: Random, input: Input, other: Input): Input {
  return changed(random, input, (piece) => mutatePayload(random, piece, random.pick(other)));
}

function changeField(random: Random, input: Input): Input {
  return changed(random, input, (piece) => mutateField(random, piece));
}

function changeBytes(random: Random, input: Input, other: Input): Input {
  return changed(random, input, (piece) => {
    const bytes = random.pick(BYTE_MUTATORS)(random, piece.bytes, random.pick(other).bytes);
    return withBytes(piece, bytes.subarray(0, LONGEST));
  });
}

/** Most frames change a little. */
function changeMany(random: Random, input: Input, other: Input): Input {
  const share = 0.3 + random.below(7) / 10;
  return input.map((piece) => {
    if (!random.chance(share)) return piece;
    return random.chance(0.6)
      ? mutatePayload(random, piece, random.pick(other))
      : mutateField(random, piece);
  });
}

/** As a snap length does: the bytes are gone, their number is known. */
function cutShort(random: Random, input: Input): Input {
  return changed(random, input, (piece) => {
    const length = random.below(piece.bytes.length + 1);
    return { ...piece, bytes: piece.bytes.subarray(0, length) };
  });
}

function changeLink(random: Random, input: Input): Input {
  return changed(random, input, (piece) => ({ ...piece, linkType: random.pick(LINK_TYPES) }));
}

function addIcmpError(random: Random, input: Input): Input {
  const at = random.below(input.length);
  return [...input.slice(0, at + 1), icmpError(random, input[at]!), ...input.slice(at + 1)];
}

function swap(random: Random, input: Input): Input {
  const one = random.below(input.length);
  const two = random.below(input.length);
  const frames = [...input];
  // The bytes change places, the times stay: else it would be a step of the clock.
  frames[one] = { ...input[two]!, time: input[one]!.time };
  frames[two] = { ...input[one]!, time: input[two]!.time };
  return frames;
}

function repeat(random: Random, input: Input): Input {
  const at = random.below(input.length);
  const times = 1 + random.small(16);
  const step = random.pick([0, 0.001, 0.03, 1]);
  const copies = Array.from({ length: times }, (_, i) => {
    return { ...input[at]!, time: input[at]!.time + (i + 1) * step };
  });
  return [...input.slice(0, at + 1), ...copies, ...input.slice(at + 1)];
}

function remove(random: Random, input: Input): Input {
  const from = random.below(input.length);
  return [...input.slice(0, from), ...input.slice(from + 1 + random.small(8))];
}

/** Frames of another sequence come between. */
function graftFrames(random: Random, input: Input, other: Input): Input {
  const at = random.below(input.length);
  const from = random.below(other.length);
  const part = other.slice(from, from + 1 + random.small(16));
  const { time } = input[at]!;
  const begin = part[0]!.time;
  const moved = part.map((piece) => ({ ...piece, time: time + piece.time - begin }));
  return [...input.slice(0, at), ...moved, ...input.slice(at)];
}

/** From one frame on, or for one frame only, the clock is another. */
function changeTime(random: Random, input: Input): Input {
  const at = random.below(input.length);
  const step = random.pick(STEPS);
  const isOne = random.chance(0.5);
  return input.map((piece, i) =>
    i === at || (i > at && !isOne) ? { ...piece, time: piece.time + step } : piece,
  );
}

/** One frame is replaced. */
function changed(random: Random, input: Input, change: (piece: Piece) => Piece): Input {
  const at = random.below(input.length);
  const frames = [...input];
  frames[at] = change(input[at]!);
  return frames;
}

/** One frame, a run of frames, or all of them go through `change`. */
function some(random: Random, input: Input, change: (part: Input) => Input): Input {
  if (random.chance(0.3)) return change(input).slice(0, MOST_WRAPPED);
  const from = random.below(input.length);
  const to = Math.min(from + 1 + random.small(8), input.length);
  const part = change(input.slice(from, to)).slice(0, MOST_WRAPPED);
  return [...input.slice(0, from), ...part, ...input.slice(to)];
}

function bounded(frames: Input): Input {
  const most = frames.length > MOST_PIECES ? MOST_WRAPPED : MOST_PIECES;
  let bytes = 0;
  let count = 0;
  for (const piece of frames) {
    bytes += piece.bytes.length;
    if (bytes > MOST_BYTES || count === most) break;
    count++;
  }
  return frames.slice(0, Math.max(count, 1));
}
