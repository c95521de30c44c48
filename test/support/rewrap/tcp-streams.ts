import type { CapturedFrame } from '../capture-frames.js';
import { again } from './copies.js';
import type { Rewrap } from './frames.js';
import { changed, FLAG, isCuttable, type Segment, segmentOf } from './tcp-segments.js';

/** The timeout after which a sender repeats itself (seconds), RFC 6298 §2.4 at its shortest. */
const RETRANSMISSION = 0.2;
/** So soon (seconds) are segments put together that follow each other. */
const GATHERED = 0.5;
/** So long (bytes) may be what a network card puts together. */
const LONGEST = 60_000;
/** So many bytes of a direction come before its sequence numbers begin anew. */
const BEFORE_WRAP = 300;

/** Each segment with bytes is sent again after a timeout, unless the connection ends before. */
export const retransmitted: Rewrap = (frames) => {
  const endOf = endsOfWays(frames);
  return again(frames, RETRANSMISSION, (frame) => {
    const segment = segmentOf(frame);
    if (segment === undefined || !isCuttable(segment)) return undefined;
    const ends = endOf.get(segment.way) ?? [];
    if (ends.some((end) => end >= frame.time && end <= frame.time + RETRANSMISSION)) {
      return undefined;
    }
    return changed(segment, { identification: 1000 });
  });
};

/** When each way of a connection ends or begins anew. */
function endsOfWays(frames: readonly CapturedFrame[]): Map<string, number[]> {
  const ends = new Map<string, number[]>();
  for (const frame of frames) {
    const segment = segmentOf(frame);
    if (segment === undefined) continue;
    if ((segment.flags & (FLAG.fin | FLAG.rst | FLAG.syn)) === 0) continue;
    for (const way of [segment.way, segment.wayBack]) {
      const known = ends.get(way);
      if (known === undefined) ends.set(way, [frame.time]);
      else known.push(frame.time);
    }
  }
  return ends;
}

/** After each segment, a probe whether the other side still lives (RFC 9293 §3.8.4): a byte again. */
export const probed: Rewrap = (frames) =>
  frames.flatMap((frame) => {
    const segment = segmentOf(frame);
    if (segment === undefined || !isCuttable(segment)) return [frame];
    if ((segment.flags & FLAG.fin) !== 0) return [frame];
    const { sequence, payload } = segment;
    const at = { sequence: sequence + payload.length - 1, flags: FLAG.ack, identification: 2000 };
    const lastByte = payload.subarray(payload.length - 1);
    return [
      frame,
      changed(segment, { ...at, payload: Buffer.alloc(0) }),
      changed(segment, { ...at, payload: lastByte, identification: 2001 }),
    ];
  });

/** Sequence numbers so moved that each direction passes 2^32 after its first bytes. */
export const wrapping: Rewrap = (frames) => {
  const moves = new Map<string, number>();
  return frames.map((frame) => {
    const segment = segmentOf(frame);
    if (segment === undefined) return frame;
    const { way, wayBack, sequence, flags, header } = segment;
    const acknowledgment = header.readUInt32BE(8);
    const isFirst = (flags & FLAG.syn) !== 0 && (flags & FLAG.ack) === 0;
    if (isFirst || !moves.has(way)) moves.set(way, -BEFORE_WRAP - sequence);
    if (isFirst) moves.delete(wayBack);
    if ((flags & FLAG.ack) === 0) {
      return changed(segment, { sequence: sequence + moves.get(way)! });
    }
    if (!moves.has(wayBack)) moves.set(wayBack, -BEFORE_WRAP - acknowledgment);
    return changed(segment, {
      sequence: sequence + moves.get(way)!,
      acknowledgment: acknowledgment + moves.get(wayBack)!,
    });
  });
};

/**
 * Segments of one direction that follow each other within half a second, as one frame: what generic
 * receive offload makes, at the time of its last.
 */
export const coalesced: Rewrap = gathered((group) => {
  const last = group[group.length - 1]!;
  const payload = Buffer.concat(group.map((segment) => segment.payload));
  const { sequence } = group[0]!;
  return [changed(last, { sequence, payload })];
});

/** The plain form of those: the same segments, each group at the time of its last. */
export const inGroups: Rewrap = gathered((group) => {
  const { time } = group[group.length - 1]!;
  return group.map((segment) => changed(segment, { time }));
});

function gathered(make: (group: Segment[]) => CapturedFrame[]): Rewrap {
  return (frames) => {
    const made: CapturedFrame[] = [];
    const groups = new Map<string, Segment[]>();
    const flush = (way: string) => {
      const group = groups.get(way);
      if (group === undefined) return;
      groups.delete(way);
      made.push(...make(group));
    };
    for (const frame of frames) {
      for (const [way, [first]] of groups) if (!isSoon(frame, first!)) flush(way);
      const segment = segmentOf(frame);
      if (segment === undefined) {
        made.push(frame);
        continue;
      }
      flush(segment.wayBack);
      const group = groups.get(segment.way);
      const follows = group !== undefined && isNext(group, segment);
      if (!follows) flush(segment.way);
      if (follows) group.push(segment);
      else if (isCuttable(segment)) groups.set(segment.way, [segment]);
      else made.push(frame);
    }
    for (const way of [...groups.keys()]) flush(way);
    return made;
  };
}

function isSoon(frame: CapturedFrame, { time }: Segment): boolean {
  return Math.abs(frame.time - time) <= GATHERED;
}

/** Whether a segment goes on where the group ends. */
function isNext(group: readonly Segment[], segment: Segment): boolean {
  const last = group[group.length - 1]!;
  if (!isCuttable(segment) || (last.flags & FLAG.fin) !== 0) return false;
  if ((last.sequence + last.payload.length) >>> 0 !== segment.sequence) return false;
  const length = group.reduce((sum, { payload }) => sum + payload.length, 0);
  return length + segment.payload.length <= LONGEST;
}
