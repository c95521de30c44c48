import { type CaptureStatus, RESTART_REASONS } from '../live/capture-status.js';
import { linkName } from '../wire/link-name.js';
import { type MetricRow, type Sample, WORST_CASE } from './metric-row.js';

const { interfaces } = WORST_CASE;

/** How each interface is read. */
export const CAPTURE_ROWS: readonly MetricRow[] = [
  {
    name: 'capture_info',
    type: 'gauge',
    help: 'Always 1: what reads the interface (backend) and its link type.',
    labels: ['interface', 'backend', 'link_type'],
    most: interfaces,
    read: ({ captures }) =>
      captures.map(
        (capture): Sample => [1, capture.interface, capture.backend, linkName(capture.linkType)],
      ),
  },
  perInterface(
    'gauge',
    'capture_up',
    '1 while frames of the interface are read. 0: down, gone, or its reader is being started again; /api/v1/status says which, and what to do.',
    ({ state }) => (state === 'up' ? 1 : 0),
  ),
  perInterface(
    'gauge',
    'capture_ring_slots',
    'Frames that the kernel can hold while the sensor is busy. Absent where it is not known. Few: raise the buffer, or switch off offloads with ethtool -K.',
    ({ ringSlots }) => ringSlots,
  ),
  perInterface(
    'gauge',
    'capture_last_packet_timestamp_seconds',
    'When the last frame was captured (seconds since 1970). 0: none yet. Long ago: the mirror port is silent.',
    ({ lastFrameAt }) => lastFrameAt ?? 0,
  ),
  perInterface(
    'counter',
    'capture_packets_total',
    'Frames that passed the filter and were read.',
    ({ frames }) => frames,
  ),
  perInterface(
    'counter',
    'capture_bytes_total',
    'Bytes of those frames, as captured.',
    ({ bytes }) => bytes,
  ),
  perInterface(
    'counter',
    'capture_truncated_packets_total',
    'Frames captured shorter than they were on the wire. Raise the snap length, or switch off offloads that join packets.',
    ({ framesTruncated }) => framesTruncated,
  ),
  perInterface(
    'counter',
    'capture_kernel_dropped_packets_total',
    'Frames lost in the kernel since its ring was full. Absent where the backend cannot know (cap). Raise the buffer or narrow the filter.',
    ({ kernelDropped }) => kernelDropped,
  ),
  perInterface(
    'counter',
    'capture_process_dropped_packets_total',
    'Frames let go by the capture process since the sensor read too slowly. Absent where it never does that. Narrow the filter.',
    ({ childDropped }) => childDropped,
  ),
  {
    name: 'capture_restarts_total',
    type: 'counter',
    help: 'How often the capture process was started again. reason: exit (ended), killed (by a signal), hang (did not answer), link (interface down or gone), stream (wrote nonsense).',
    labels: ['interface', 'reason'],
    most: interfaces * RESTART_REASONS.length,
    read: ({ captures }) =>
      captures.flatMap((capture) =>
        RESTART_REASONS.map(
          (reason): Sample => [capture.restarts[reason], capture.interface, reason],
        ),
      ),
  },
];

function perInterface(
  type: MetricRow['type'],
  name: string,
  help: string,
  value: (capture: CaptureStatus) => number | undefined,
): MetricRow {
  return {
    name,
    type,
    help,
    labels: ['interface'],
    most: interfaces,
    read: function* ({ captures }) {
      for (const capture of captures) {
        const known = value(capture);
        if (known !== undefined) yield [known, capture.interface];
      }
    },
  };
}
