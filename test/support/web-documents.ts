import { join } from 'node:path';
import { Router, routeTable } from '../../src/http/router.js';
import { gravestIncidents } from '../../src/http/views/incident-view.js';
import { MESSAGE_BYTES } from '../../src/metrics/message-bytes.js';
import { Metrics, metricRows, PREFIX } from '../../src/metrics/metrics.js';
import { withPart } from './marked-text.js';
import { captureOf, reloadOf } from './readings.js';
import { PCAPS } from './replayed-events.js';
import { START } from './sensor-run.js';
import { WatchedSensor } from './watched-sensor.js';

/** docs/METRICS.md with the table of all metrics anew. */
export function metricsDocument(before: string): string {
  const histogram = { ...MESSAGE_BYTES, labels: ['le'] };
  const rows = [...metricRows(), histogram];
  const series = rows.reduce((sum, { most }) => sum + most, 0);
  const lines = rows.map(
    ({ name, type, labels, most, help }) =>
      `| \`${PREFIX}${name}\` | ${type} | ${labels.join(', ')} | ${most} | ${cell(help)} |\n`,
  );
  const head = '| name | type | labels | series at most | what it tells |\n|---|---|---|---|---|\n';
  const total = `\nTogether at most ${series} series, and about 90 of the process.\n`;
  return withPart(before, 'metrics', head + lines.join('') + total);
}

/** docs/API.md with its routes and its answers anew. */
export async function apiDocument(before: string): Promise<string> {
  const routes = routeTable('/metrics').map(
    ({ method, path, about }) => `| ${method} | \`${path}\` | ${cell(about)} |\n`,
  );
  const table = `| method | path | what it gives |\n|---|---|---|\n${routes.join('')}`;
  let text = withPart(before, 'routes', table);
  for (const [name, answer] of await examples()) {
    const json = JSON.stringify(answer, undefined, 2);
    text = withPart(text, name, `\`\`\`json\n${json}\n\`\`\`\n`);
  }
  return text;
}

/** What is another each time, or on each machine. */
const FIXED = { node_version: '20.20.2', uptime_seconds: 86 };

/** Real answers of a sensor that saw svcrack find a password. */
async function examples(): Promise<[name: string, answer: unknown][]> {
  const watched = new WatchedSensor();
  await watched.see(join(PCAPS, 'svcrack-finds-password'), 'eth1');
  const readings = watched.readings({
    version: '0.1.0',
    captures: () => [
      captureOf({
        filter: 'port 5060',
        frames: watched.counters.frames,
        bytes: watched.counters.frameBytes,
        lastFrameAt: watched.sensor.now,
      }),
    ],
  });
  const router = new Router({
    readings,
    metrics: new Metrics(readings),
    telemetryPath: '/metrics',
    lifecycle: false,
    reload: () => Promise.resolve(reloadOf({ succeededAt: START })),
  });
  const get = async (path: string) => JSON.parse((await router.answer('GET', path, {})).body);
  const [incident] = gravestIncidents(watched.sensor, 1, 0).items;
  const status = await get('/api/v1/status');
  const tables = status.data.tables.slice(0, 2);
  return [
    ['status', { ...status, data: { ...status.data, ...FIXED, tables } }],
    ['sources', await get('/api/v1/sources?limit=1')],
    ['incident', await get(`/api/v1/incidents/${incident?.id}`)],
    ['error', await get('/api/v1/incidents?min_severity=grave')],
  ];
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|');
}
