import type { CapturedFrame } from '../capture-frames.js';
import { ethernet, etherTypeOf, ipPacketOf, isV6, type Rewrap, remade, u16 } from './frames.js';
import { withHeaderChecksum } from './outer.js';

/** Each frame comes twice at once: the mirror takes it in and out of the switch. */
export const twice: Rewrap = (frames) => frames.flatMap((frame) => [frame, frame]);

/** Each frame comes again so much later (seconds), behind a router and on another VLAN. */
export function routed(later: number): Rewrap {
  return (frames) => again(frames, later, behindRouter);
}

/**
 * The frames, and each again so much later as `copy` makes it; undefined makes none. Nothing comes
 * after the time of the last frame, so that the capture ends when it did.
 */
export function again(
  frames: readonly CapturedFrame[],
  later: number,
  copy: (frame: CapturedFrame) => CapturedFrame | undefined,
): CapturedFrame[] {
  const end = frames[frames.length - 1]?.time ?? 0;
  const all: CapturedFrame[] = [];
  let waiting: CapturedFrame[] = [];
  for (const frame of frames) {
    // Where the capture's own order is not that of time, copies do not wait longer for it.
    const { time } = frame;
    const isDue = (one: CapturedFrame) => one.time <= time || one.time - later > time;
    all.push(...waiting.filter(isDue), frame);
    waiting = waiting.filter((one) => !isDue(one));
    const made = copy(frame);
    if (made !== undefined) waiting.push({ ...made, time: Math.min(time + later, end) });
  }
  return [...all, ...waiting];
}

/** TTL one less, the header checksum that goes with it, VLAN 999. */
function behindRouter(frame: CapturedFrame): CapturedFrame {
  const packet = ipPacketOf(frame);
  if (packet === undefined) return frame;
  return remade(frame, packet, (bytes) => {
    const copy = Buffer.from(bytes);
    const hopsAt = isV6(copy) ? 7 : 8;
    copy[hopsAt] = Math.max(1, copy[hopsAt]! - 1);
    if (!isV6(copy)) withHeaderChecksum(copy);
    return ethernet(0x8100, u16(999, etherTypeOf(copy)), copy);
  });
}
