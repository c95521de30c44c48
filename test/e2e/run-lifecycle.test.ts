import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { LabProcess } from '../support/lab-process.js';
import { NamespacePair, namespacesUnavailable } from '../support/namespaces.js';
import { SensorProcess, startSensor } from '../support/sensor-process.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const root = temporaryFolder();
const skip = namespacesUnavailable() ?? false;

function pairFor(t: TestContext): NamespacePair {
  const pair = new NamespacePair();
  t.after(() => pair.remove());
  return pair;
}

/** Processes below this one that read an interface. */
function readers(pid: number): string[] {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();
  return children === '' ? [] : children.split(' ');
}

/** SIGHUP is 1, the lowest bit of the signals that a process catches (proc(5)). */
function catchesHangup(pid: number): boolean {
  const caught = /^SigCgt:\s*([0-9a-f]+)$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return (Number.parseInt(caught?.at(-1) ?? '0', 16) & 1) === 1;
}

/** A program that is still being started when the test goes on. */
async function starting(pair: NamespacePair, until: RegExp): Promise<LabProcess> {
  const process = startSensor(pair.left);
  await process.until(`it says ${until}`, () => until.test(process.stderr));
  return process;
}

describe('a sensor that is told something at a bad moment', { skip }, () => {
  for (const signal of ['SIGHUP', 'SIGUSR1', 'SIGUSR2'] as const) {
    test(`${signal} while the program is being loaded: it starts, and opens no port`, async (t) => {
      const pair = pairFor(t);
      const process = startSensor(pair.left);
      t.after(() => process.stop('SIGKILL'));
      // Before, it is still Node that starts, and nobody can listen yet.
      await process.until('it listens to signals', () => catchesHangup(process.child.pid!));
      process.child.kill(signal);
      await process.until('it is ready', () => / ready: /.test(process.stderr));
      const listening = pair.left.run('cat', '/proc/net/tcp').split('\n').slice(1);
      const ports = listening.map((line) => Number.parseInt(line.trim().split(/[\s:]+/)[2]!, 16));
      assert.ok(!ports.includes(9229), `ports: ${ports.join()}`);
      await process.stop();
      assert.equal(process.exit, 0);
    });
  }

  test('SIGTERM before it reads anything: it ends in good order', async (t) => {
    const process = await starting(pairFor(t), /serving/);
    await process.stop();
    assert.equal(process.exit, 0);
  });

  test('SIGHUP before it reads anything: each interface is read once', async (t) => {
    const process = await starting(pairFor(t), /serving/);
    t.after(() => process.stop('SIGKILL'));
    process.child.kill('SIGHUP');
    await process.until('it has reloaded', () => /attempt 1: done/.test(process.stderr));
    assert.equal(readers(process.child.pid!).length, 1);
    await process.stop();
    assert.equal(process.exit, 0);
  });

  for (const wait of [0, 20, 100, 400]) {
    test(`SIGTERM ${wait} ms after a SIGHUP that changes the filter: it ends`, async (t) => {
      const pair = pairFor(t);
      const file = join(mkdtempSync(join(root, 'life-')), 'config.yaml');
      writeFileSync(file, '{}');
      const sensor = await SensorProcess.start(pair.left, { args: ['-c', file] });
      t.after(() => sensor.close());
      writeFileSync(file, 'capture: { filter: udp port 5060 }');
      sensor.signal('SIGHUP');
      await sleep(wait);
      assert.equal(await sensor.stop(), 0);
    });
  }
});

describe('a reload that cannot be done', { skip }, () => {
  test('an event file that has no place changes nothing, nor does an unknown interface', async (t) => {
    const pair = pairFor(t);
    const folder = mkdtempSync(join(root, 'life-'));
    const file = join(folder, 'config.yaml');
    const good = join(folder, 'good.json');
    writeFileSync(file, `events: { file: ${good} }`);
    const args = ['-c', file, '--web.enable-lifecycle'];
    const sensor = await SensorProcess.start(pair.left, { args });
    t.after(() => sensor.close());
    for (const [text, says] of [
      [`events: { file: ${folder} }`, /events\.file: .* is a folder/],
      ['capture: { filter: nonsense ( }', /filter is wrong/],
    ] as const) {
      writeFileSync(file, text);
      const answer = await sensor.ask('/-/reload', 'POST');
      assert.equal(answer.status, 500);
      assert.match(answer.text, says);
      assert.equal(await sensor.metric('config_last_reload_successful'), 0);
      assert.equal(await sensor.metric('sink_events_total', { sink: 'events' }), 0);
      assert.equal(readers(sensor.pid).length, 1);
      assert.equal((await sensor.status()).captures[0]!.state, 'up');
    }
    assert.equal(await sensor.stop(), 0);
  });

  test('what only a restart changes is told, and counts go on over another filter', async (t) => {
    const pair = pairFor(t);
    const folder = mkdtempSync(join(root, 'life-'));
    const file = join(folder, 'config.yaml');
    writeFileSync(file, 'capture: { filter: udp port 9 }');
    const sensor = await SensorProcess.start(pair.left, { args: ['-c', file] });
    t.after(() => sensor.close());
    const datagrams = `exec 3>/dev/udp/${pair.left.address}/9; for i in 1 2 3; do echo >&3; done`;
    pair.right.run('bash', '-c', datagrams);
    const labels = { interface: pair.left.interface };
    await sensor.untilMetric('capture_packets_total', labels, (count) => count >= 1);
    writeFileSync(file, `capture: { filter: udp, record: { file: ${join(folder, 'r.pcapng')} } }`);
    sensor.signal('SIGHUP');
    await sensor.logged(/capture\.record was changed: that takes effect after a restart/);
    await sensor.logged(/attempt 1: done/);
    assert.ok((await sensor.metric('capture_packets_total', labels)) >= 1);
    assert.equal(await sensor.stop(), 0);
  });
});
