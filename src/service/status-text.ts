import type { CaptureStatus } from '../live/capture-status.js';
import { counted, grouped } from '../outputs/text-layout.js';
import type { Sensor } from '../sensor.js';
import type { Counters } from '../telemetry/counters.js';

/** One line that says how it goes: for SIGUSR1. */
export function statusLine(
  counters: Counters,
  sensor: Sensor,
  captures: readonly CaptureStatus[],
): string {
  const { requests, responses, alerts } = counters;
  const conditions = sensor.visibility.conditions().map(({ name }) => name);
  return [
    ...captures.map(captureText),
    `${grouped(requests + responses)} SIP messages`,
    counted(alerts, 'alert'),
    counted([...sensor.incidents.all()].length, 'open incident'),
    ...(conditions.length === 0 ? [] : [`weakened: ${conditions.join(', ')}`]),
  ].join('; ');
}

/** What was captured and what was lost, as tcpdump says it at its end. */
export function captureText(status: CaptureStatus): string {
  const { frames, kernelDropped, childDropped, framesTruncated } = status;
  return [
    `${status.interface} ${status.state}`,
    `${counted(frames, 'packet')} captured`,
    kernelDropped === undefined ? undefined : `${grouped(kernelDropped)} dropped by the kernel`,
    childDropped === undefined ? undefined : `${grouped(childDropped)} dropped by the reader`,
    framesTruncated === 0 ? undefined : `${grouped(framesTruncated)} captured short`,
    ...restartText(status),
  ]
    .filter((part) => part !== undefined)
    .join(', ');
}

function restartText({ restarts }: CaptureStatus): string[] {
  const total = Object.values(restarts).reduce((sum, count) => sum + count, 0);
  return total === 0 ? [] : [counted(total, 'restart')];
}
