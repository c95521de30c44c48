import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { Metrics } from '../../src/metrics/metrics.js';
import { DEFAULT_PORTS } from '../../src/sensor/default-ports.js';
import { metricValue, type Series, seriesOf } from '../support/metrics-text.js';
import { NO_PROMTOOL, promtool } from '../support/promtool.js';
import { PCAPS } from '../support/replayed-events.js';
import { WatchedSensor } from '../support/watched-sensor.js';

/** Series of ours, without what collections of garbage make. */
function own(text: string): Series[] {
  return seriesOf(text).filter(({ name }) => name.startsWith('sipseer_'));
}

function keys(text: string): string[] {
  return own(text).map(keyOf);
}

function keyOf({ name, labels }: Series): string {
  return `${name} ${JSON.stringify(labels)}`;
}

function sum(text: string, name: string): number {
  return own(text)
    .filter((series) => series.name === name)
    .reduce((total, { value }) => total + value, 0);
}

const watched = new WatchedSensor();
const metrics = new Metrics(watched.readings());
let atStart = '';
let text = '';

before(async () => {
  atStart = await metrics.text();
  await watched.see(PCAPS);
  text = await metrics.text();
});

test('nothing on the wire makes a series: all captures leave the same ones', () => {
  assert.deepEqual(keys(text), keys(atStart));
  assert.ok(sum(text, 'sipseer_detections_total') > 20);
});

test('what the metrics tell of all captures is what the sensor counted', () => {
  const { sensor, counters } = watched;
  const requests = sum(text, 'sipseer_sip_requests_total');
  const responses = sum(text, 'sipseer_sip_responses_total');
  assert.equal(requests, counters.requests);
  assert.equal(responses, counters.responses);
  assert.equal(metricValue(text, 'sipseer_sip_message_bytes_count'), requests + responses);
  assert.equal(sum(text, 'sipseer_detections_total'), counters.findings);
  assert.equal(sum(text, 'sipseer_alerts_total'), counters.alerts);
  assert.equal(sum(text, 'sipseer_observations_total'), counters.observations);
  assert.equal(sum(text, 'sipseer_incidents_open'), [...sensor.incidents.all()].length);
  const svwar = metricValue(text, 'sipseer_tool_matches_total', { tool: 'sipvicious/svwar' });
  assert.ok((svwar ?? 0) > 0);
});

test('promtool finds nothing after a replay', { skip: NO_PROMTOOL }, () => {
  assert.deepEqual(promtool(['check', 'metrics'], text), { good: true, says: '' });
});

test('no counter goes down when signatures are taken away and brought back', async () => {
  const { sensor, signatures } = watched;
  const ports = DEFAULT_PORTS;
  sensor.reload({ signatures: { ...signatures, signatures: [] }, ports });
  const emptied = await metrics.text();
  assert.equal(sum(emptied, 'sipseer_signatures_loaded'), 0);
  sensor.reload({ signatures, ports });
  for (const later of [emptied, await metrics.text()]) {
    const after = new Map(own(later).map((series) => [keyOf(series), series.value]));
    for (const series of own(text)) {
      if (series.name.endsWith('_total')) {
        assert.equal(after.get(keyOf(series)), series.value, keyOf(series));
      }
    }
  }
});
