import assert from 'node:assert/strict';
import { test } from 'node:test';
import { OBSERVATION_NAMES } from '../../src/detect/observation.js';
import { MESSAGE_BYTES } from '../../src/metrics/message-bytes.js';
import { Metrics, metricRows, PREFIX } from '../../src/metrics/metrics.js';
import { RESPONSE_CODES } from '../../src/metrics/response-codes.js';
import type { SignatureTally } from '../../src/rules/engine.js';
import { CLASSES, SEVERITIES } from '../../src/rules/signature.js';
import { METHOD_NAMES, Method } from '../../src/sip/tokens.js';
import { CONDITION_NAMES } from '../../src/telemetry/condition.js';
import { Counters } from '../../src/telemetry/counters.js';
import { Traffic } from '../../src/telemetry/traffic.js';
import { metricValue, seriesOf } from '../support/metrics-text.js';
import { NO_PROMTOOL, promtool } from '../support/promtool.js';
import { captureOf, incidentOf, readingsOf, reloadOf, sensorOf } from '../support/readings.js';
import { START } from '../support/sensor-run.js';
import { signatureOf } from '../support/signature-texts.js';

const signature = signatureOf();

function tallyOf(id: string, more: Partial<SignatureTally> = {}): SignatureTally {
  return { signature: { ...signature, id }, matches: 0, findings: 0, ...more };
}

test('every series that can be known is there from the start, and is 0', async () => {
  const sensor = sensorOf({ engine: { tallies: () => [tallyOf('SIP-TEST-001')] } });
  const text = await new Metrics(readingsOf({ sensor })).text();
  const known: [name: string, label: string, values: readonly string[]][] = [
    ['sip_responses_total', 'code', [...RESPONSE_CODES.map(String), 'other']],
    ['observations_total', 'observation', OBSERVATION_NAMES],
    ['detections_total', 'rule', ['SIP-TEST-001']],
    ['alerts_total', 'severity', SEVERITIES],
    ['incidents_open', 'class', CLASSES],
    ['scanners_active', 'class', CLASSES],
    ['visibility_degraded', 'condition', CONDITION_NAMES],
    ['capture_restarts_total', 'reason', ['exit', 'killed', 'hang', 'link', 'stream']],
    ['ignored_packets_total', 'reason', ['ether_type', 'ip_protocol', 'not_sip', 'other_port']],
    ['signatures_loaded', 'kind', ['anomalies', 'behaviours']],
    ['sink_errors_total', 'sink', ['events']],
    ['table_evictions_total', 'table', ['sources_settled']],
  ];
  for (const [name, label, values] of known) {
    for (const value of values) {
      assert.equal(metricValue(text, PREFIX + name, { [label]: value }), 0, `${name} ${value}`);
    }
  }
  for (const method of METHOD_NAMES) {
    for (const transport of ['udp', 'tcp']) {
      assert.equal(
        metricValue(text, 'sipseer_sip_requests_total', { method, transport }),
        0,
        method,
      );
    }
  }
  assert.equal(metricValue(text, 'sipseer_sip_message_bytes_count'), 0);
  assert.equal(METHOD_NAMES.length, 15);
});

test('counts of the hot path are told as they stand', async () => {
  const traffic = new Traffic();
  traffic.request(Method.Register, false, 300);
  traffic.request(Method.Register, true, 70_000);
  traffic.request(Method.Other, false, 200);
  traffic.response(401, 512);
  traffic.response(477, 513);
  traffic.observation('auth.rejected');
  const counters = new Counters();
  counters.ipv4Malformed = 4;
  counters.sipOnOtherPorts = 5;
  counters.alertsBySeverity[SEVERITIES.indexOf('critical')] = 6;
  const text = await new Metrics(readingsOf({ sensor: sensorOf({ traffic }), counters })).text();
  const value = (name: string, labels = {}) => metricValue(text, PREFIX + name, labels);
  assert.equal(value('sip_requests_total', { method: 'REGISTER', transport: 'udp' }), 1);
  assert.equal(value('sip_requests_total', { method: 'REGISTER', transport: 'tcp' }), 1);
  assert.equal(value('sip_requests_total', { method: 'other', transport: 'udp' }), 1);
  assert.equal(value('sip_responses_total', { code: '401' }), 1);
  assert.equal(value('sip_responses_total', { code: 'other' }), 1);
  assert.equal(value('observations_total', { observation: 'auth.rejected' }), 1);
  assert.equal(value('decode_errors_total', { reason: 'ipv4_header' }), 4);
  assert.equal(value('ignored_packets_total', { reason: 'other_port' }), 5);
  assert.equal(value('alerts_total', { severity: 'critical' }), 6);
  const bucket = (le: string) => value('sip_message_bytes_bucket', { le });
  assert.deepEqual(['256', '512', '1024', '65535', '+Inf'].map(bucket), [1, 3, 4, 4, 5]);
  assert.equal(value('sip_message_bytes_count'), 5);
  assert.equal(value('sip_message_bytes_sum'), 300 + 70_000 + 200 + 512 + 513);
});

test('what cannot be known is absent, and not 0', async () => {
  const captures = () => [
    captureOf({ kernelDropped: undefined, ringSlots: undefined, childDropped: 3 }),
    captureOf({ interface: 'eth2', kernelDropped: 7, lastFrameAt: START }),
  ];
  const text = await new Metrics(readingsOf({ captures })).text();
  const value = (name: string, on: string) => metricValue(text, PREFIX + name, { interface: on });
  assert.equal(value('capture_kernel_dropped_packets_total', 'eth1'), undefined);
  assert.equal(value('capture_kernel_dropped_packets_total', 'eth2'), 7);
  assert.equal(value('capture_process_dropped_packets_total', 'eth1'), 3);
  assert.equal(value('capture_process_dropped_packets_total', 'eth2'), undefined);
  assert.equal(value('capture_ring_slots', 'eth1'), undefined);
  assert.equal(value('capture_last_packet_timestamp_seconds', 'eth1'), 0);
  assert.equal(value('capture_last_packet_timestamp_seconds', 'eth2'), START);
  assert.equal(metricValue(text, 'sipseer_snapshot_bytes'), undefined);
});

test('the state of the snapshot and of the last reload is told', async () => {
  const snapshot = () => ({
    file: '/var/lib/sipseer/state',
    succeededAt: START,
    duration: 0.25,
    bytes: 4096,
    failures: 2,
    problem: undefined,
  });
  const reload = () => reloadOf({ successful: false, failures: 3 });
  const text = await new Metrics(readingsOf({ snapshot, reload })).text();
  assert.equal(metricValue(text, 'sipseer_snapshot_last_success_timestamp_seconds'), START);
  assert.equal(metricValue(text, 'sipseer_snapshot_duration_seconds'), 0.25);
  assert.equal(metricValue(text, 'sipseer_snapshot_failures_total'), 2);
  assert.equal(metricValue(text, 'sipseer_config_last_reload_successful'), 0);
  assert.equal(metricValue(text, 'sipseer_config_reload_failures_total'), 3);
});

test('an incident is active for five minutes of packet time after its last match', async () => {
  const open = [0, 301].map((ago, i) => {
    const incident = incidentOf(`i${i}`, { class: 'bruteforce' });
    incident.lastSeen = START - ago;
    return incident;
  });
  const text = await new Metrics(readingsOf({ sensor: sensorOf({ open }) })).text();
  assert.equal(metricValue(text, 'sipseer_incidents_open', { class: 'bruteforce' }), 2);
  assert.equal(metricValue(text, 'sipseer_scanners_active', { class: 'bruteforce' }), 1);
  assert.equal(metricValue(text, 'sipseer_scanners_active', { class: 'scan' }), 0);
});

test('values are read anew at each scrape, and two sensors in one process are apart', async () => {
  const counters = new Counters();
  const one = new Metrics(readingsOf({ counters }));
  const other = new Metrics(readingsOf());
  await one.text();
  counters.duplicates = 9;
  assert.equal(metricValue(await one.text(), 'sipseer_duplicate_packets_total'), 9);
  assert.equal(metricValue(await other.text(), 'sipseer_duplicate_packets_total'), 0);
  assert.ok((metricValue(await one.text(), 'sipseer_scrape_duration_seconds') ?? 0) > 0);
});

/** Series of the process and of Node.js at most: heap spaces, and four kinds of collections. */
const PROCESS_SERIES = 120;

/** As much of everything as there can be. */
function crowded() {
  const tallies = Array.from({ length: 300 }, (_, i) => ({
    signature: {
      ...signature,
      id: `SIP-OWN-${i}`,
      kind: `folder${i}`,
      tool: `tool ${i}`,
      severity: SEVERITIES[i % 5]!,
      class: CLASSES[i % 13]!,
    },
    matches: 1,
    findings: 1,
  }));
  const captures = Array.from({ length: 8 }, (_, i) =>
    captureOf({ interface: `eth${i}`, childDropped: 1, linkType: i }),
  );
  const tables = Array.from({ length: 24 }, (_, i) => ({
    table: `table${i}`,
    entries: 1,
    limit: 1,
    evicted: 1,
  }));
  const sinks = Array.from({ length: 10 }, (_, i) => ({
    sink: `sink${i}`,
    written: 1,
    dropped: 1,
    errors: 1,
    queued: 1,
    problem: undefined,
  }));
  return readingsOf({
    sensor: sensorOf({ engine: { tallies: () => tallies }, tables: () => tables }),
    captures: () => captures,
    sinks: () => sinks,
    snapshot: () => ({
      file: 'f',
      succeededAt: 1,
      duration: 1,
      bytes: 1,
      failures: 1,
      problem: undefined,
    }),
  });
}

test('at most 1,500 series with 8 interfaces, 256 rules and more of everything than fits', async () => {
  const metrics = new Metrics(crowded());
  await metrics.text();
  const series = seriesOf(await metrics.text());
  assert.ok(series.length > 800, `crowded: ${series.length}`);
  assert.ok(series.length <= 1500, `${series.length} series`);
  for (const { name, most } of metricRows()) {
    const own = series.filter((each) => each.name === PREFIX + name).length;
    assert.ok(own >= 1 && own <= most, `${name}: ${own} series, ${most} promised`);
  }
  const promised = metricRows().reduce((sum, { most }) => sum + most, MESSAGE_BYTES.most);
  assert.ok(promised + PROCESS_SERIES <= 1500, `${promised} promised`);
  const ofProcess = series.filter(({ name }) => !name.startsWith(PREFIX)).length;
  assert.ok(ofProcess <= PROCESS_SERIES, `${ofProcess} of the process`);
});

test('promtool finds nothing to complain of', { skip: NO_PROMTOOL }, async () => {
  for (const readings of [readingsOf(), crowded()]) {
    const text = await new Metrics(readings).text();
    assert.deepEqual(promtool(['check', 'metrics'], text), { good: true, says: '' });
  }
});
