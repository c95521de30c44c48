import { type CaptureStatus, RESTART_REASONS } from '../live/capture-status.js';

/** The state of now, with what earlier readings of the interface counted added: no count falls. */
export function joined(now: CaptureStatus, before: CaptureStatus | undefined): CaptureStatus {
  if (before === undefined) return now;
  const restarts = { ...now.restarts };
  for (const reason of RESTART_REASONS) restarts[reason] += before.restarts[reason];
  return {
    ...now,
    frames: now.frames + before.frames,
    bytes: now.bytes + before.bytes,
    framesTruncated: now.framesTruncated + before.framesTruncated,
    kernelDropped: sum(now.kernelDropped, before.kernelDropped),
    childDropped: sum(now.childDropped, before.childDropped),
    lastFrameAt: now.lastFrameAt ?? before.lastFrameAt,
    restarts,
  };
}

/** What either knows. */
function sum(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined && b === undefined ? undefined : (a ?? 0) + (b ?? 0);
}
