import type { CapturedFrame } from '../capture-frames.js';
import type { Rewrap } from './frames.js';
import { seeded, shuffled } from './seeded.js';
import { FLAG, isCuttable, part, type Segment, segmentOf } from './tcp-segments.js';

/** Segments of a capture that are split into the smallest pieces; the others into larger ones. */
const MOST_SPLIT_FINELY = 60;
const LARGER = 200;

type Range = readonly [from: number, to: number];

/** Cuts the payload of segments into ranges, all at the time of the segment. */
function cut(rangesOf: (segment: Segment, number: number) => readonly Range[]): Rewrap {
  return (frames) => {
    let number = 0;
    return frames.flatMap((frame) => {
      const segment = segmentOf(frame);
      if (segment === undefined || !isCuttable(segment)) return [frame];
      return parts(segment, rangesOf(segment, number++));
    });
  };
}

function parts(segment: Segment, ranges: readonly Range[]): CapturedFrame[] {
  return ranges.map(([from, to], i) => part(segment, from, to, i));
}

/** Ranges of so many bytes; each begins so many bytes before the one in front of it ends. */
function steps(length: number, size: number, overlap = 0): Range[] {
  const ranges: Range[] = [];
  for (let at = 0; at < length; at += size) {
    ranges.push([Math.max(0, at - overlap), Math.min(length, at + size)]);
  }
  return ranges;
}

/** Pieces of so many bytes; where they are small, only of the first segments of a capture. */
function intoPieces(size: number): Rewrap {
  return cut(({ payload }, number) => {
    const isFine = size >= LARGER || number < MOST_SPLIT_FINELY;
    return steps(payload.length, isFine ? size : LARGER);
  });
}

/** Two pieces, cut so many bytes into the empty line that ends the head of a message. */
function inHeadEnd(offset: number): Rewrap {
  return cut(({ payload }) => {
    const end = payload.indexOf('\r\n\r\n');
    const at = end + offset;
    if (end === -1 || at >= payload.length) return [[0, payload.length]];
    return [
      [0, at],
      [at, payload.length],
    ];
  });
}

/** Pieces that each repeat the end of the one before. */
const overlapping: Rewrap = cut(({ payload }) => steps(payload.length, 100, 33));

/** A whole range, then parts of it again, then it once more with the rest. */
const resent: Rewrap = cut(({ payload }) => {
  const half = payload.length >> 1;
  return [
    [0, half],
    [half >> 1, half],
    [0, half],
    [0, payload.length],
    [half, payload.length],
  ];
});

type Mix = (pieces: CapturedFrame[], random: (below: number) => number) => CapturedFrame[];

/** No network moves a segment past more of them; the sensor keeps 64 that wait. */
const REORDERED = 48;

/**
 * Pieces of at least 100 bytes in another order. Where a capture begins in the midst of a connection, what
 * is seen of it first stays in order: there, no one can tell what came before.
 */
function reordered(mix: Mix): Rewrap {
  return (frames) => {
    const random = seeded(frames.length);
    const begun = new Set<string>();
    return frames.flatMap((frame) => {
      const segment = segmentOf(frame);
      if (segment === undefined) return [frame];
      const { way, payload, flags } = segment;
      const hasBegun = begun.has(way);
      if (payload.length > 0 || (flags & FLAG.syn) !== 0) begun.add(way);
      if (!isCuttable(segment)) return [frame];
      const size = Math.max(100, Math.ceil(payload.length / REORDERED));
      const pieces = parts(segment, steps(payload.length, size));
      return hasBegun ? mix(pieces, random) : pieces;
    });
  };
}

export const TCP_SPLITS: Readonly<Record<string, Rewrap>> = {
  'segments of 1 byte': intoPieces(1),
  'segments of 7 bytes': intoPieces(7),
  'segments of 100 bytes': cut(({ payload }) => steps(payload.length, 100)),
  'segments of 536 bytes': intoPieces(536),
  'a cut before the end of the head': inHeadEnd(0),
  'a cut in the end of the head, after CR': inHeadEnd(1),
  'a cut in the end of the head, after CR LF': inHeadEnd(2),
  'a cut in the end of the head, after CR LF CR': inHeadEnd(3),
  'a cut after the end of the head': inHeadEnd(4),
  'overlapping segments': overlapping,
  'segments that repeat parts': resent,
  'segments backwards': reordered((pieces) => pieces.reverse()),
  'segments shuffled': reordered(shuffled),
};
