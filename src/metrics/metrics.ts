import { performance } from 'node:perf_hooks';
import { Counter, collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import { CAPTURE_ROWS } from './capture-rows.js';
import { detectionRows } from './detection-rows.js';
import { MESSAGE_BYTES, messageBytesMetric } from './message-bytes.js';
import type { MetricRow } from './metric-row.js';
import { OPERATION_ROWS } from './operation-rows.js';
import { PACKET_ROWS } from './packet-rows.js';
import type { Readings } from './readings.js';
import { REASSEMBLY_ROWS } from './reassembly-rows.js';
import { Scrape } from './scrape.js';
import { SIP_ROWS } from './sip-rows.js';
import { TABLE_ROWS } from './table-rows.js';

export const PREFIX = 'sipseer_';

/** Gauges whose names end like counters', which `promtool check metrics` refuses. */
const MISNAMED = [
  'nodejs_active_handles_total',
  'nodejs_active_requests_total',
  'nodejs_active_resources_total',
];

/** Every metric of ours but the histogram, in the order in which it is exported. */
export function metricRows(): readonly MetricRow[] {
  return [
    ...OPERATION_ROWS,
    ...CAPTURE_ROWS,
    ...PACKET_ROWS,
    ...REASSEMBLY_ROWS,
    ...SIP_ROWS,
    ...detectionRows(),
    ...TABLE_ROWS,
  ];
}

/**
 * The numbers of one sensor as Prometheus reads them. The sensor counts in plain integers; they
 * are moved into a registry of prom-client when somebody scrapes. The text is always the classic
 * format: a registry of prom-client has one format, and Prometheus takes this one too when it asks
 * for OpenMetrics first.
 */
export class Metrics {
  readonly contentType: string;
  private readonly registry = new Registry();
  private readonly readings: Readings;
  private scrape: Scrape;
  private lastDuration = 0;

  constructor(readings: Readings) {
    this.readings = readings;
    this.scrape = new Scrape(readings, 0);
    this.contentType = this.registry.contentType;
    for (const row of metricRows()) this.register(row);
    const name = `${PREFIX}${MESSAGE_BYTES.name}`;
    this.registry.registerMetric(messageBytesMetric(name, () => readings.sensor.traffic));
    collectDefaultMetrics({ register: this.registry });
    for (const misnamed of MISNAMED) this.registry.removeSingleMetric(misnamed);
  }

  /** All metrics in Prometheus's text format, version 0.0.4. */
  async text(): Promise<string> {
    const started = performance.now();
    this.scrape = new Scrape(this.readings, this.lastDuration);
    // All values are read in this call, before it waits for anything.
    const text = await this.registry.metrics();
    this.lastDuration = (performance.now() - started) / 1000;
    return text;
  }

  private register({ name, type, help, labels, read }: MetricRow): void {
    const current = (): Scrape => this.scrape;
    const common = {
      name: `${PREFIX}${name}`,
      help,
      labelNames: labels,
      registers: [this.registry],
    };
    if (type === 'gauge') {
      const gauge: Gauge = new Gauge({
        ...common,
        collect() {
          clear(gauge, labels);
          for (const [value, ...own] of read(current())) gauge.set(labelled(labels, own), value);
        },
      });
    } else {
      const counter: Counter = new Counter({
        ...common,
        collect() {
          clear(counter, labels);
          for (const [value, ...own] of read(current())) counter.inc(labelled(labels, own), value);
        },
      });
    }
  }
}

/** Forgets all series; a metric without labels would otherwise stay behind as 0. */
function clear(metric: Gauge | Counter, labels: readonly string[]): void {
  metric.reset();
  if (labels.length === 0) metric.remove();
}

function labelled(names: readonly string[], values: readonly string[]): Record<string, string> {
  const labels: Record<string, string> = {};
  for (let i = 0; i < names.length; i++) labels[names[i]!] = values[i] ?? '';
  return labels;
}
