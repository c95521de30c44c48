import { printable } from '../../incident/printable.js';
import type { CaptureStatus } from '../../live/capture-status.js';
import { timestamp } from '../../outputs/timestamp.js';

/** One interface as the API shows it; what is not known is left out. */
export function captureView(capture: CaptureStatus): object {
  return {
    interface: capture.interface,
    backend: capture.backend,
    state: capture.state,
    problem: capture.problem === undefined ? undefined : printable(capture.problem),
    warnings: capture.warnings.map((warning) => printable(warning)),
    pid: capture.pid,
    link_type: capture.linkType,
    filter: capture.filter,
    ring_slots: capture.ringSlots,
    packets: capture.frames,
    bytes: capture.bytes,
    truncated_packets: capture.framesTruncated,
    kernel_dropped_packets: capture.kernelDropped,
    process_dropped_packets: capture.childDropped,
    restarts: capture.restarts,
    last_packet: capture.lastFrameAt === undefined ? undefined : timestamp(capture.lastFrameAt),
  };
}
