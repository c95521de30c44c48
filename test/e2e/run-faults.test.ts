import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { BACKENDS, type Backend, RESTART_REASONS } from '../../src/live/capture-status.js';
import { NamespacePair, namespacesUnavailable, programsMissing } from '../support/namespaces.js';
import { SensorProcess } from '../support/sensor-process.js';
import { SipSender } from '../support/sip-sender.js';
import { enumeration, svmapProbe } from '../support/sip-traffic.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { WebWatch } from '../support/web-watch.js';

const ATTACKER = '198.51.100.66';
/** A hung child is noticed after ten seconds, and what is started anew waits for a second at most. */
const PATIENCE = 30;

interface Fault {
  readonly name: string;
  /** The wire comes back by itself where nothing mends it. */
  readonly breaks: (pair: NamespacePair, reader: number) => void;
  readonly mends?: (pair: NamespacePair) => void;
  /** What restarts are counted as; undefined: the reader lives on. */
  readonly reason: Partial<Record<Backend, (typeof RESTART_REASONS)[number]>>;
  /** One line of the log that says what is wrong. */
  readonly says: RegExp;
}

const FAULTS: readonly Fault[] = [
  {
    name: 'the interface is switched off and on again',
    breaks: ({ left }) => void left.run('ip', 'link', 'set', 'veth0', 'down'),
    mends: ({ left }) => void left.run('ip', 'link', 'set', 'veth0', 'up'),
    reason: { cap: 'link' },
    says: /^warning capture veth0: veth0 is switched off: ip link set veth0 up$/,
  },
  {
    name: 'the interface is deleted and made anew',
    breaks: (pair) => pair.part(),
    mends: (pair) => pair.join(),
    reason: { cap: 'link', tcpdump: 'link' },
    says: /^warning capture veth0: there is no interface veth0 now; it is waited for$/,
  },
  {
    name: 'the interface is renamed and renamed back',
    breaks: ({ left }) => rename(left, 'veth0', 'veth9'),
    mends: ({ left }) => rename(left, 'veth9', 'veth0'),
    reason: { cap: 'link', tcpdump: 'link' },
    says: /^warning capture veth0: there is no interface veth0 now; it is waited for$/,
  },
  {
    name: 'the reader is killed',
    breaks: (_, reader) => void process.kill(reader, 'SIGKILL'),
    reason: { cap: 'killed', tcpdump: 'killed' },
    says: /^warning capture veth0: the reader ended \(killed\) and is started again: \w+ was ended by SIGKILL$/,
  },
  {
    name: 'the reader hangs',
    breaks: (_, reader) => void process.kill(reader, 'SIGSTOP'),
    reason: { cap: 'hang', tcpdump: 'hang' },
    says: /^warning capture veth0: the reader ended \(hang\) and is started again: it gave no sign of life$/,
  },
];

const folder = temporaryFolder();
const missing = programsMissing('tcpdump', 'tcpreplay') ?? namespacesUnavailable();

// Each test has an interface of its own, and mostly waits.
describe('a running sensor survives that', { skip: missing, concurrency: 3 }, () => {
  for (const backend of BACKENDS) {
    for (const fault of FAULTS) {
      test(`${fault.name} (${backend})`, async (t) => {
        const pair = new NamespacePair();
        t.after(() => pair.remove());
        const sensor = await SensorProcess.start(pair.left, { args: ['--capture', backend] });
        t.after(() => sensor.close());
        const sender = new SipSender(pair.right, folder);
        await sender.play(svmapProbe(ATTACKER));
        const before = await sensor.alert(ATTACKER);

        const watch = new WebWatch(sensor);
        const capture = { interface: 'veth0' };
        fault.breaks(pair, (await readerOf(sensor)).pid!);
        await sensor.untilMetric('capture_up', capture, (up) => up === 0, PATIENCE);
        fault.mends?.(pair);
        await sensor.untilMetric('capture_up', capture, (up) => up === 1, PATIENCE);
        await watch.end();

        await sender.play(enumeration(ATTACKER));
        const after = await sensor.alert(ATTACKER, 2);
        assert.equal(after.sipseer.state, 'update');
        assert.equal(after.sipseer.incident_id, before.sipseer.incident_id);
        assert.equal((await readerOf(sensor)).state, 'up');
        assert.deepEqual(await restarts(sensor), counted(fault.reason[backend]));
        assert.equal(
          sensor.log().filter((line) => fault.says.test(line)).length,
          1,
          sensor.process.stderr,
        );
        assert.ok(!sensor.log().some((line) => line.startsWith('error')), sensor.process.stderr);
        assert.ok(watch.statuses.length > 0);
        assert.deepEqual([...new Set(watch.statuses)], [200]);
        assert.equal(await sensor.stop(), 0);
      });
    }
  }
});

function rename({ run }: NamespacePair['left'], from: string, to: string): void {
  run('ip', 'link', 'set', from, 'down');
  run('ip', 'link', 'set', from, 'name', to);
  run('ip', 'link', 'set', to, 'up');
}

async function readerOf(sensor: SensorProcess) {
  return (await sensor.status()).captures[0]!;
}

async function restarts(sensor: SensorProcess): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const reason of RESTART_REASONS) {
    counts[reason] = await sensor.metric('capture_restarts_total', { reason });
  }
  return counts;
}

function counted(reason: string | undefined): Record<string, number> {
  return Object.fromEntries(RESTART_REASONS.map((each) => [each, each === reason ? 1 : 0]));
}
