import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BACKENDS } from '../../src/live/capture-status.js';
import { NamespacePair, namespacesUnavailable, programsMissing } from '../support/namespaces.js';
import { SensorProcess } from '../support/sensor-process.js';
import { SipSender } from '../support/sip-sender.js';
import { flood, svmapProbe } from '../support/sip-traffic.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { WebWatch } from '../support/web-watch.js';

const ATTACKER = '198.51.100.66';
/** Seconds; and frames that are different, each from a source of its own. */
const FLOOD = 6;
const SOURCES = 60_000;
/** Half of all scrapes are there within so many milliseconds. */
const LATENCY = 250;
/** What the whole sensor may take; its tables are full then. */
const MEMORY = 768 * 1024 * 1024;

const folder = temporaryFolder();
const missing = programsMissing('tcpdump', 'tcpreplay') ?? namespacesUnavailable();

for (const backend of BACKENDS) {
  test(`in a flood the sensor answers, and tells what it lost (${backend})`, {
    skip: missing,
  }, async (t) => {
    const pair = new NamespacePair();
    t.after(() => pair.remove());
    const sensor = await SensorProcess.start(pair.left, { args: ['--capture', backend] });
    t.after(() => sensor.close());
    const sender = new SipSender(pair.right, folder);
    const frames = flood(SOURCES);

    const watch = new WebWatch(sensor, 200, ['/metrics']);
    const began = performance.now();
    const sent = await sender.play(frames, { seconds: FLOOD });
    const seconds = (performance.now() - began) / 1000;
    await watch.end();
    const whileFlooded = await sensor.metric('capture_packets_total');
    await settled(sensor, COUNTED_EVERY[backend]);
    await sender.play(svmapProbe(ATTACKER));
    await sensor.alert(ATTACKER);

    const captured = (await sensor.metric('capture_packets_total')) - 1;
    const dropped = await sensor.metric(DROPPED[backend]);
    const memory = Number(
      /^process_resident_memory_bytes (\S+)$/m.exec(await sensor.metrics())![1],
    );
    const rate = (frames: number) => `${Math.round(frames / seconds)}/s`;
    t.diagnostic(
      `${backend}: ${sent} sent (${rate(sent)}), ${captured} captured, ${dropped} dropped, ` +
        `${sent - captured - dropped} unknown, ${rate(whileFlooded)} read while flooded, ` +
        `${Math.round(memory / 2 ** 20)} MiB`,
    );
    const latencies = watch.latencies.sort((a, b) => a - b);
    const quantile = (q: number) => Math.round(latencies[Math.floor(q * (latencies.length - 1))]!);
    t.diagnostic(
      `${backend}: ${latencies.length} scrapes, ms: p50 ${quantile(0.5)}, p90 ${quantile(0.9)}, ` +
        `p99 ${quantile(0.99)}, max ${quantile(1)}`,
    );
    assert.deepEqual([...new Set(watch.statuses)], [200]);
    assert.ok(latencies.length > FLOOD, `only ${latencies.length} scrapes`);
    assert.ok(quantile(0.5) <= LATENCY);
    assert.ok(memory < MEMORY);
    // More than it takes: something was lost, and that is told.
    assert.ok(captured < sent);
    assert.ok(dropped > 0);
    assert.ok(captured + dropped <= sent);
    // tcpdump knows of each packet; what the kernel loses before `cap` sees it, nobody does.
    if (backend === 'tcpdump') assert.ok(captured + dropped >= 0.999 * sent);
    assert.equal(await sensor.metric('visibility_degraded', { condition: 'drops' }), 1);
    assert.match((await sensor.alert(ATTACKER)).sipseer.degraded.join(), /packets were lost/);
    assert.equal(await sensor.stop(), 0);
  });
}

const DROPPED = {
  cap: 'capture_process_dropped_packets_total',
  tcpdump: 'capture_kernel_dropped_packets_total',
} as const;

/** How often a backend tells its losses (seconds). */
const COUNTED_EVERY = { cap: 1, tcpdump: 5 } as const;

/** Waits until no more packets come out of the buffers, and all losses are told. */
async function settled(sensor: SensorProcess, within: number): Promise<void> {
  const counts = async () =>
    `${await sensor.metric('capture_packets_total')} ${(await sensor.status()).losses.join()}`;
  let before = '';
  let since = Date.now();
  await sensor.process.until(
    'nothing more comes',
    async () => {
      const now = await counts();
      if (now !== before) since = Date.now();
      before = now;
      return Date.now() - since > 1500 * within;
    },
    90,
  );
}
