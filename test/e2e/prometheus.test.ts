import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { parse, stringify } from 'yaml';
import { dashboard, expressions, substituted } from '../support/grafana-dashboard.js';
import type { LabProcess } from '../support/lab-process.js';
import { ATTACKERS, labUnavailable, PBX, PbxLab, SENSOR_URL } from '../support/pbx-lab.js';
import {
  alertingRules,
  allRules,
  metricsIn,
  ownMetrics,
  RULES_FILE,
  recorded,
} from '../support/prometheus-rules.js';
import { runCommand } from '../support/run-program.js';

const PROMETHEUS = 'http://127.0.0.1:9090';
const ALERTMANAGER = 'http://127.0.0.1:9093';
/** Series that one sensor may have; what is more costs Prometheus and the sensor too much. */
const MOST_SERIES = 1500;

interface FiringAlert {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly state?: string;
}

const missing = labUnavailable(
  'prometheus',
  'promtool',
  'prometheus-alertmanager',
  'amtool',
  'svwar',
);

describe('a real Prometheus that scrapes a real sensor', { skip: missing }, () => {
  let lab: PbxLab;
  let sensor: LabProcess;
  let metrics = '';
  let firing: FiringAlert | undefined;

  before(async () => {
    lab = new PbxLab();
    await lab.startKamailio();
    const config = join(lab.folder, 'config.yaml');
    const state = { directory: lab.folder, interval: '1s' };
    writeFileSync(config, stringify({ state, events: { file: 'events.jsonl' } }));
    sensor = await lab.sensor(['-c', config]);
    await startAlertmanager(lab);
    await startPrometheus(lab);
    await until('the target is up', async () => {
      const result = await query(lab, 'up{job="sipseer"} == 1');
      return result.length === 1;
    });
    // A count that grows before it was first scraped is no growth to Prometheus.
    await sleep(2000);
    lab.attackFrom(ATTACKERS[0]);
    await lab.attack(30, 'svwar', '-e', '990-1060', '--maximumtime=3', PBX);
    await until('SipScan fires', async () => {
      firing = (await alerts(lab)).find(({ labels }) => labels.alertname === 'SipScan');
      return firing?.state === 'firing';
    });
    metrics = await lab.web.text(`${SENSOR_URL}/metrics`);
  });
  after(() => lab?.close());

  test('promtool finds no fault with the metrics', async () => {
    const checked = await runCommand('promtool', ['check', 'metrics'], {
      input: Buffer.from(metrics),
    });
    assert.deepEqual(checked, { code: 0, stdout: '', stderr: '' });
  });

  test('there are few series, and no address is in them', () => {
    const series = metrics.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
    assert.ok(series.length > 200 && series.length <= MOST_SERIES, `${series.length} series`);
    for (const address of [...ATTACKERS, PBX]) assert.ok(!metrics.includes(address), address);
  });

  test('every metric is documented', () => {
    const documented = new Set(ownMetrics(readFileSync('docs/METRICS.md', 'utf8')));
    const names = [...metrics.matchAll(/^# HELP (sipseer_\S+)/gm)].map(([, name]) => name!);
    assert.ok(names.length > 30);
    assert.deepEqual(
      names.filter((name) => !documented.has(name)),
      [],
    );
  });

  test('all rules are loaded and none fails', async () => {
    const { groups } = await api<{ groups: { rules: { name: string; lastError?: string }[] }[] }>(
      lab,
      '/api/v1/rules',
    );
    const rules = groups.flatMap((group) => group.rules);
    assert.equal(rules.length, allRules().length);
    assert.deepEqual(
      rules.filter(({ lastError }) => lastError),
      [],
    );
  });

  test('a scan fires the rule, which speaks to people', () => {
    const words = alertingRules().find(({ alert }) => alert === 'SipScan')!.annotations;
    assert.equal(firing?.labels.severity, 'info');
    assert.match(firing?.labels.class ?? '', /^(?:scan|enumeration)$/);
    assert.equal(firing?.annotations.runbook_url, words.runbook_url);
    assert.match(
      firing?.annotations.description ?? '',
      /^About \d+ findings of the class \w+ in five/,
    );
  });

  test('nothing else fires: the sensor is well', async () => {
    const unwell = (await alerts(lab)).filter(
      ({ labels, state }) => state === 'firing' && labels.alertname!.startsWith('Sipseer'),
    );
    assert.deepEqual(unwell, [], sensor.stderr);
  });

  test('Alertmanager shows it', async () => {
    await until('Alertmanager has the alert', async () => {
      const { text } = await lab.web.fetch(`${ALERTMANAGER}/api/v2/alerts`);
      return text.includes('"alertname":"SipScan"');
    });
    const address = ['--alertmanager.url', ALERTMANAGER];
    const shown = lab.watch.run('amtool', 'alert', 'query', ...address, 'alertname=SipScan');
    assert.match(shown, /SipScan .*Somebody looks round at 127\.0\.0\.1:15060/);
  });

  for (const { title, expr } of expressions()) {
    test(`dashboard: ${title}: ${expr.slice(0, 60)}`, async () => {
      await query(lab, substituted(expr));
      const exported = [...metrics.matchAll(/^# HELP (\S+)/gm)].map(([, name]) => name!);
      const known = new Set([...exported, ...recorded()]);
      const unknown = metricsIn(expr).filter((name) => !known.has(name.replace(/_bucket$/, '')));
      assert.deepEqual(unknown, []);
    });
  }

  test('dashboard: what it is about has values', async () => {
    const empty: string[] = [];
    for (const { title, expr } of expressions()) {
      if ((await query(lab, substituted(expr))).length === 0) empty.push(title);
    }
    // After one scan and no trouble, what tells of trouble is empty, and cannot but be.
    const mayBeEmpty = ['Restarts of the capture process', 'Given up before their time', 'Ring'];
    assert.deepEqual(
      empty.filter((title) => !mayBeEmpty.includes(title)),
      [],
    );
  });

  test('dashboard: variables and annotations find something', async () => {
    const { templating, annotations } = dashboard();
    for (const { definition } of templating.list) {
      const [, selector] = /^label_values\((.+), \w+\)$/.exec(definition ?? '') ?? [];
      if (selector === undefined) continue;
      assert.equal((await query(lab, substituted(selector))).length, 1, definition);
    }
    await query(lab, substituted(annotations.list.at(-1)!.expr!));
  });
});

async function startPrometheus(lab: PbxLab): Promise<void> {
  const config = parse(readFileSync('deploy/prometheus/prometheus.yml', 'utf8')) as object;
  const file = join(lab.folder, 'prometheus.yml');
  const global = { scrape_interval: '1s', evaluation_interval: '1s' };
  writeFileSync(file, stringify({ ...config, global, rule_files: [resolve(RULES_FILE)] }));
  const prometheus = lab.start(
    lab.watch,
    'prometheus',
    `--config.file=${file}`,
    `--storage.tsdb.path=${join(lab.folder, 'prometheus')}`,
    '--web.listen-address=127.0.0.1:9090',
  );
  await prometheus.until('Prometheus is ready', async () => {
    return (await lab.web.fetch(`${PROMETHEUS}/-/ready`)).status === 200;
  });
}

async function startAlertmanager(lab: PbxLab): Promise<void> {
  const alertmanager = lab.start(
    lab.watch,
    'prometheus-alertmanager',
    '--config.file=deploy/prometheus/alertmanager.yml',
    `--storage.path=${join(lab.folder, 'alertmanager')}`,
    '--web.listen-address=127.0.0.1:9093',
    '--cluster.listen-address=',
  );
  await alertmanager.until('Alertmanager is ready', async () => {
    return (await lab.web.fetch(`${ALERTMANAGER}/-/ready`)).status === 200;
  });
}

async function until(what: string, holds: () => Promise<boolean>, seconds = 30): Promise<void> {
  const last = Date.now() + seconds * 1000;
  while (!(await holds())) {
    if (Date.now() > last) assert.fail(`${what}: not within ${seconds} s`);
    await sleep(250);
  }
}

/** The data of an answer of Prometheus's API, which must be a success. */
async function api<Data>(lab: PbxLab, path: string): Promise<Data> {
  const { status, text } = await lab.web.fetch(`${PROMETHEUS}${path}`);
  const answer = JSON.parse(text) as { status: string; data: Data };
  assert.equal(answer.status, 'success', `${path}: ${status} ${text}`);
  return answer.data;
}

async function query(lab: PbxLab, expr: string): Promise<object[]> {
  const path = `/api/v1/query?query=${encodeURIComponent(expr)}`;
  return (await api<{ result: object[] }>(lab, path)).result;
}

async function alerts(lab: PbxLab): Promise<FiringAlert[]> {
  return (await api<{ alerts: FiringAlert[] }>(lab, '/api/v1/alerts')).alerts;
}
