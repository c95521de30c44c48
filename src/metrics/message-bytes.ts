import type { Metric } from 'prom-client';
import { MESSAGE_LENGTHS, type Traffic } from '../telemetry/traffic.js';

export const MESSAGE_BYTES = {
  name: 'sip_message_bytes',
  type: 'histogram',
  help: 'Lengths of SIP messages in bytes. Over UDP, those above 1,300 risk being fragmented (RFC 3261, section 18.1.1).',
  /** Buckets, the one without bound, sum and count. */
  most: MESSAGE_LENGTHS.length + 3,
} as const;

interface HistogramValue {
  readonly metricName: string;
  readonly labels: { readonly le?: number | '+Inf' };
  readonly value: number;
}

/**
 * A metric in the shape that a prom-client registry reads. Its own histogram takes one value at a
 * time and cannot be given counts that were made elsewhere.
 */
export function messageBytesMetric(name: string, traffic: () => Traffic): Metric {
  const { type, help } = MESSAGE_BYTES;
  const metric = {
    name,
    help,
    type,
    aggregator: 'sum',
    get: () => Promise.resolve({ name, help, type, values: valuesOf(name, traffic()) }),
    reset: () => {},
  };
  return metric as unknown as Metric;
}

function valuesOf(name: string, { lengths, bytes }: Traffic): HistogramValue[] {
  const values: HistogramValue[] = [];
  let upTo = 0;
  for (let i = 0; i < lengths.length; i++) {
    upTo += lengths[i]!;
    const le = MESSAGE_LENGTHS[i] ?? '+Inf';
    values.push({ metricName: `${name}_bucket`, labels: { le }, value: upTo });
  }
  values.push({ metricName: `${name}_sum`, labels: {}, value: bytes });
  values.push({ metricName: `${name}_count`, labels: {}, value: upTo });
  return values;
}
