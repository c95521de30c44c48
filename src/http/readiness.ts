import type { CaptureStatus } from '../live/capture-status.js';
import type { Readings } from '../metrics/readings.js';

/** Why the sensor is not ready, or undefined: it has begun to capture and its signatures are loaded. */
export function notReady({ captures, reload }: Readings): string | undefined {
  if (reload().succeededAt <= 0) return 'the signatures are not loaded yet';
  const all = captures();
  if (all.length === 0) return 'no capture has been opened yet';
  const missing = all.filter((capture) => !hasBegun(capture));
  if (missing.length === 0) return undefined;
  return missing
    .map((capture) => `${capture.interface}: ${capture.problem ?? 'capture has not begun yet'}`)
    .join('; ');
}

/**
 * A capture that once began stays so through restarts, whose outages have metrics of their own: a
 * sensor does not stop being one since a link is down. The link type is in the stream's header.
 */
function hasBegun({ state, linkType }: CaptureStatus): boolean {
  return state === 'up' || linkType !== undefined;
}
