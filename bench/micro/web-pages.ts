/**
 * How long a scrape and each page hold up the packets, with full tables: 100,000 sources and
 * 10,000 open incidents. Medians and worst of some runs, in milliseconds.
 */
import { Router } from '../../src/http/router.js';
import { Metrics } from '../../src/metrics/metrics.js';
import { fullSensor } from '../../test/support/full-sensor.js';
import { reloadOf } from '../../test/support/readings.js';

const RUNS = 21;
const PAGES = [
  '/metrics',
  '/',
  '/api/v1/status',
  '/api/v1/sources',
  '/api/v1/sources?limit=500&sort=last_seen',
  '/api/v1/sources/198.51.0.2',
  '/api/v1/incidents',
  '/api/v1/incidents?limit=500',
];

const watched = fullSensor();
const readings = watched.readings();
const router = new Router({
  readings,
  metrics: new Metrics(readings),
  telemetryPath: '/metrics',
  lifecycle: false,
  reload: () => Promise.resolve(reloadOf()),
});

console.log(`${'page'.padEnd(44)} median  worst    KiB`);
for (const page of PAGES) {
  const times: number[] = [];
  let size = 0;
  for (let run = 0; run < RUNS; run++) {
    const started = performance.now();
    const { body, status } = await router.answer('GET', page, {});
    times.push(performance.now() - started);
    if (status !== 200) throw new Error(`${page}: ${status} ${body}`);
    size = body.length / 1024;
  }
  times.sort((a, b) => a - b);
  const [median, worst] = [times[RUNS >> 1]!, times[RUNS - 1]!].map((ms) => ms.toFixed(1));
  console.log(
    `${page.padEnd(44)} ${median!.padStart(6)} ${worst!.padStart(6)} ${size.toFixed(0).padStart(6)}`,
  );
}
