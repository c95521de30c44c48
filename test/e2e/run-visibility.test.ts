import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { BACKENDS } from '../../src/live/capture-status.js';
import type { ConditionName } from '../../src/telemetry/condition.js';
import { configFile } from '../support/config-files.js';
import { NamespacePair, namespacesUnavailable, programsMissing } from '../support/namespaces.js';
import { SensorProcess } from '../support/sensor-process.js';
import { SipSender } from '../support/sip-sender.js';
import {
  enumeration,
  exchange,
  firstFragment,
  registration,
  svmapProbe,
} from '../support/sip-traffic.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const ATTACKER = '198.51.100.66';
const PHONE = '192.0.2.7';
/** Behind the parts of a message that decide. */
const LONG = [`X-Long: ${'x'.repeat(1000)}`];

const folder = temporaryFolder();
const missing = programsMissing('tcpdump', 'tcpreplay') ?? namespacesUnavailable();

/** A sensor and whoever sends what it sees; all are gone after the test. */
async function scene(t: TestContext, ...args: string[]) {
  const pair = new NamespacePair();
  t.after(() => pair.remove());
  const sensor = await SensorProcess.start(pair.left, { args });
  t.after(() => sensor.close());
  return { sensor, sender: new SipSender(pair.right, folder) };
}

async function holds(sensor: SensorProcess, condition: ConditionName): Promise<void> {
  await sensor.untilMetric('visibility_degraded', { condition }, (now) => now === 1);
  assert.deepEqual(
    (await sensor.status()).conditions.map(({ name }) => name),
    [condition],
  );
}

interface Weakness {
  readonly name: string;
  readonly args: readonly string[];
  /** What comes before the attacker's probe, which itself is made by `probe`. */
  readonly frames: () => Buffer[];
  readonly probe: () => Buffer[];
  readonly condition: ConditionName;
  readonly counts: Readonly<Record<string, number>>;
  readonly degraded: RegExp;
  /** How long it takes to be sure (ms). */
  readonly wait?: number;
}

const WEAKNESSES: readonly Weakness[] = [
  {
    name: 'only one direction is mirrored',
    args: [],
    frames: () => Array.from({ length: 25 }, () => exchange(PHONE, {})).flat(),
    probe: () => svmapProbe(ATTACKER),
    condition: 'one_way',
    counts: { fragments_total: 0, duplicate_packets_total: 0 },
    degraded: /^no reply of any server was seen/,
  },
  {
    name: 'packets are captured short',
    args: ['--capture', 'tcpdump', '--snaplen', '500'],
    frames: () =>
      Array.from({ length: 5 }, () => exchange(PHONE, { headers: LONG }, ['200 OK'])).flat(),
    probe: () => svmapProbe(ATTACKER, LONG),
    condition: 'truncated',
    // The answers are short enough.
    counts: { capture_truncated_packets_total: 6 },
    degraded: /^packets were captured short .* raise the snap length$/,
  },
  {
    name: 'of long messages only the first fragments come',
    args: [],
    frames: () => Array.from({ length: 5 }, (_, i) => firstFragment(`192.0.2.${i + 1}`)),
    probe: () => svmapProbe(ATTACKER),
    condition: 'fragments',
    counts: { fragments_total: 5 },
    degraded: /^long SIP messages came in IP fragments of which some were missing/,
    wait: 31_500,
  },
];

describe('what a sensor cannot see is counted and told with its alerts', {
  skip: missing,
  concurrency: 2,
}, () => {
  for (const { name, args, frames, probe, condition, counts, degraded, wait } of WEAKNESSES) {
    test(name, async (t) => {
      const { sensor, sender } = await scene(t, ...args);
      await sender.play(frames(), { rate: 200 });
      await sleep(wait ?? 0);
      await sender.play(probe());
      const { sipseer } = await sensor.alert(ATTACKER);
      assert.match(sipseer.degraded.join('\n'), degraded);
      await holds(sensor, condition);
      for (const [metric, count] of Object.entries(counts)) {
        assert.equal(await sensor.metric(metric), count, metric);
      }
    });
  }

  for (const backend of BACKENDS) {
    test(`every packet is mirrored twice, and counts once (${backend})`, async (t) => {
      const { sensor, sender } = await scene(t, '--capture', backend);
      const frames = enumeration(ATTACKER, 900, 15);
      await sender.play(
        frames.flatMap((frame) => [frame, frame]),
        { rate: 1000 },
      );
      const { sipseer } = await sensor.alert(ATTACKER);
      assert.equal(sipseer.count, 10);
      await sensor.untilMetric('duplicate_packets_total', {}, (count) => count === 30);
      const REGISTER = { method: 'REGISTER', transport: 'udp' };
      assert.equal(await sensor.metric('sip_requests_total', REGISTER), 15);
      assert.equal(await sensor.metric('sip_responses_total', { code: '404' }), 15);
      assert.equal(await sensor.metric('capture_packets_total'), 60);
      await holds(sensor, 'duplicated');
      // Nothing is missing, so the alert is as good as any.
      assert.deepEqual(sipseer.degraded, []);
    });
  }

  test('no packet comes any more', async (t) => {
    const file = configFile(folder, 'visibility:\n  silence: 2s\n');
    const { sensor, sender } = await scene(t, '-c', file);
    await sender.play(svmapProbe(ATTACKER));
    assert.deepEqual((await sensor.alert(ATTACKER)).sipseer.degraded, []);
    await holds(sensor, 'silence');
    await sender.play(svmapProbe(ATTACKER));
    const over = (now: number) => now === 0;
    await sensor.untilMetric('visibility_degraded', { condition: 'silence' }, over);
  });

  const losses = [
    {
      where: 'the kernel, while tcpdump is held up',
      args: ['--capture', 'tcpdump', '--buffer', '1'],
      stopped: async (sensor: SensorProcess) => (await sensor.status()).captures[0]!.pid!,
      count: 3000,
      atLeast: 1,
      metric: 'capture_kernel_dropped_packets_total',
    },
    {
      where: 'the reader, while the sensor is held up',
      args: ['--capture', 'cap'],
      stopped: (sensor: SensorProcess) => Promise.resolve(sensor.pid),
      // Its queue is 32 MiB.
      count: 40_000,
      atLeast: 0.8,
      metric: 'capture_process_dropped_packets_total',
    },
  ];
  for (const { where, args, stopped, count, atLeast, metric } of losses) {
    test(`packets are lost in ${where}`, async (t) => {
      const { sensor, sender } = await scene(t, ...args);
      await sender.play(registration(PHONE, '1001'), { rate: 200 });
      const pid = await stopped(sensor);
      process.kill(pid, 'SIGSTOP');
      await sender.play(
        Array.from({ length: count }, () => exchange(PHONE, { headers: LONG })).flat(),
        { rate: 10_000 },
      );
      process.kill(pid, 'SIGCONT');
      await holds(sensor, 'drops');
      await sender.play(svmapProbe(ATTACKER));
      const { sipseer } = await sensor.alert(ATTACKER);
      assert.match(sipseer.degraded.join('\n'), /^packets were lost before they could be read/m);
      const captured = await sensor.metric('capture_packets_total');
      const dropped = await sensor.metric(metric);
      assert.ok(dropped > 0);
      // What the kernel loses before `cap` sees it, nobody can tell; here that is little.
      const known = captured + dropped;
      const told = `${captured} captured, ${dropped} dropped`;
      assert.ok(known <= count + 5 && known >= atLeast * count, told);
    });
  }
});
