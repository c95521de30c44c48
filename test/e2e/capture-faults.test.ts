import assert from 'node:assert/strict';
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { BACKENDS, type Backend, type RestartReason } from '../../src/live/capture-status.js';
import type { LiveCaptureOptions } from '../../src/live/live-capture.js';
import { writeDatagrams } from '../support/datagrams.js';
import { HostedCapture } from '../support/hosted-capture.js';
import {
  type Namespace,
  NamespacePair,
  namespacesUnavailable,
  programsMissing,
} from '../support/namespaces.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { until } from '../support/until.js';

const LIVE = dirname(fileURLToPath(new URL('../../src/live/cap-child.js', import.meta.url)));
const TUNING = { beat: 50, mostSilent: 80, firstPause: 50, longestPause: 500 };

function captureOptions(backend: Backend, more: Partial<LiveCaptureOptions> = {}) {
  const filter = 'port 5060';
  const size = { bufferMib: 8, snapLength: 16_000 };
  return { interface: 'veth0', backend, filter, ...size, promiscuous: true, ...more };
}

interface Fault {
  readonly name: string;
  /** Makes the fault, waits until it was noticed, and mends it. */
  readonly happen: (pair: NamespacePair, host: HostedCapture) => Promise<void>;
  /** What is counted as the reason; undefined: nothing has to be started again. */
  readonly reason: Readonly<Record<Backend, RestartReason | undefined>>;
}

const both = (reason: RestartReason) => ({ cap: reason, tcpdump: reason });

function endChild(signal: NodeJS.Signals): Fault['happen'] {
  return async (_pair, host) => {
    const from = host.events.length;
    const { pid } = (await host.status()).status;
    process.kill(pid!, signal);
    await host.until('restarted', undefined, from);
    await host.untilState('up', from);
  };
}

const FAULTS: readonly Fault[] = [
  {
    name: 'the interface goes down and up',
    reason: { cap: 'link', tcpdump: undefined },
    async happen({ right }, host) {
      const from = host.events.length;
      right.run('ip', 'link', 'set', 'veth0', 'down');
      const { problem } = await host.untilState('link-down', from);
      assert.match(problem ?? '', /ip link set veth0 up/);
      right.run('ip', 'link', 'set', 'veth0', 'up');
      await host.untilState('up', from);
    },
  },
  {
    name: 'the interface is deleted and made again',
    reason: both('link'),
    async happen(pair, host) {
      const from = host.events.length;
      pair.part();
      await host.untilState('gone', from);
      pair.join();
      await host.untilState('up', from);
    },
  },
  {
    name: 'the interface is replaced by another of its name',
    reason: both('link'),
    async happen(pair, host) {
      const from = host.events.length;
      pair.part();
      pair.join();
      await host.until('restarted', undefined, from);
      await host.untilState('up', from);
    },
  },
  {
    name: 'the interface is renamed and named back',
    reason: both('link'),
    async happen({ right }, host) {
      const from = host.events.length;
      const rename = (name: string, to: string) => {
        right.run('ip', 'link', 'set', name, 'down');
        right.run('ip', 'link', 'set', name, 'name', to);
        right.run('ip', 'link', 'set', to, 'up');
      };
      rename('veth0', 'other0');
      await host.untilState('gone', from);
      rename('other0', 'veth0');
      await host.untilState('up', from);
    },
  },
  { name: 'the child is killed', reason: both('killed'), happen: endChild('SIGKILL') },
  { name: 'the child hangs', reason: both('hang'), happen: endChild('SIGSTOP') },
];

const missing = programsMissing('tcpdump') ?? namespacesUnavailable();

/** A datagram reaches the sink, whole, and within a second of when it was written. */
async function assertReads(pair: NamespacePair, host: HostedCapture, text: string): Promise<void> {
  const from = host.events.length;
  const writtenAt = Date.now() / 1000;
  await writeDatagrams(pair.left, pair.right.address, { text });
  const wanted = (frame: { text: string }) => frame.text.includes(`${text} 0.`);
  const frame = await host.until('frame', wanted, from);
  assert.ok(frame.seenAt - frame.time < 1, `${frame.seenAt - frame.time} s after its time`);
  assert.ok(Math.abs(frame.time - writtenAt) < 2, 'the time is that of the wall clock');
}

for (const backend of BACKENDS) {
  describe(`faults under ${backend}`, { skip: missing }, () => {
    let pair: NamespacePair;
    let host: HostedCapture;
    before(async () => {
      pair = new NamespacePair();
      const capture = captureOptions(backend);
      host = new HostedCapture(pair.right, { capture, tuning: TUNING, tellFrames: true });
      await host.until('started');
    });
    after(async () => {
      await host?.kill();
      pair?.remove();
    });

    test('a datagram is seen within a second', () => assertReads(pair, host, 'first'));

    for (const { name, happen, reason } of FAULTS) {
      test(`${name}: counted, told, and capture goes on`, async () => {
        const before = (await host.status()).status.restarts;
        await happen(pair, host);
        await assertReads(pair, host, name);
        const { restarts, problem } = (await host.status()).status;
        assert.equal(problem, undefined);
        const expected = { ...before };
        const counted = reason[backend];
        // What a fault of the interface does to a child may happen to two children in a row.
        if (counted !== undefined) {
          assert.ok(restarts[counted] > before[counted]);
          expected[counted] = restarts[counted];
        }
        assert.deepEqual(restarts, expected);
      });
    }

    test('at the end it stops, and leaves no child', async () => {
      const { pid } = (await host.status()).status;
      const { status } = await host.stop();
      assert.equal(status.state, 'stopped');
      assert.throws(() => process.kill(pid!, 0));
      const unread = host.events.filter(({ type }) => type === 'frame').length;
      assert.equal(status.frames, unread);
    });
  });
}

describe('a child whose parent was killed', { skip: missing }, () => {
  for (const backend of BACKENDS) {
    test(`${backend}: ends, at the next packet at the latest`, async () => {
      const pair = new NamespacePair();
      try {
        const capture = captureOptions(backend);
        const host = new HostedCapture(pair.right, { capture, tuning: TUNING });
        const { status } = await host.until('started');
        await host.kill();
        await writeDatagrams(pair.left, pair.right.address, { text: 'one more' });
        await until(() => !isRunning(status.pid!), 'it still runs');
      } finally {
        pair.remove();
      }
    });
  }
});

/** A child whose parent is gone may stay as a zombie, where nobody collects those. */
function isRunning(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'latin1'));
  } catch {
    return false;
  }
}

/** Runs a capture that has to be refused; gives the kind and the line. */
async function refused(
  namespace: Namespace,
  capture: LiveCaptureOptions,
  tuning = {},
  launcher: readonly string[] = [],
) {
  const host = new HostedCapture(namespace, { capture, tuning }, launcher);
  try {
    const { kind, message } = await host.until('refused');
    assert.doesNotMatch(message, /\n/);
    return { kind, message };
  } finally {
    await host.kill();
  }
}

describe('what cannot begin says so in a line', { skip: missing }, () => {
  const folder = temporaryFolder();
  let pair: NamespacePair;
  before(() => {
    pair = new NamespacePair();
  });
  after(() => pair?.remove());

  for (const backend of BACKENDS) {
    test(`${backend}: an unknown interface, with those that there are`, async () => {
      const { kind, message } = await refused(
        pair.right,
        captureOptions(backend, { interface: 'eth9' }),
      );
      assert.equal(kind, 'interface');
      assert.equal(message, "there is no interface 'eth9'; there are: lo, veth0, any");
    });

    test(`${backend}: a wrong filter, in libpcap's words`, async () => {
      for (const filter of ['port (', 'ether host', '-w x']) {
        const { kind, message } = await refused(pair.right, captureOptions(backend, { filter }));
        assert.equal(kind, 'filter', filter);
        assert.match(message, /^the capture filter is wrong: .*(?:syntax error|filter)/);
      }
    });

    const setpriv = programsMissing('setpriv');
    test(`${backend}: no permission, and how to get it`, { skip: setpriv }, async (t) => {
      const nobody = [...NOBODY, '--bounding-set=-all', '--inh-caps=-all'];
      if (!canRunHere(pair.right, nobody)) return t.skip('others cannot read the program');
      const { kind, message } = await refused(pair.right, captureOptions(backend), {}, nobody);
      assert.equal(kind, 'permission');
      assert.match(message, /veth0 .*run as root.*AmbientCapabilities=CAP_NET_RAW.*not .*setcap/);
    });

    test(`${backend}: an ordinary user with CAP_NET_RAW alone may`, {
      skip: setpriv,
    }, async (t) => {
      const user = [...NOBODY, '--bounding-set=-all,+net_raw', ...NET_RAW];
      if (!canRunHere(pair.right, user)) return t.skip('others cannot read the program');
      const capture = captureOptions(backend);
      const host = new HostedCapture(pair.right, { capture, tuning: {}, tellFrames: true }, user);
      try {
        await host.until('started');
        await assertReads(pair, host, `as nobody, ${backend}`);
        await host.stop();
      } finally {
        await host.kill();
      }
    });
  }

  test('cap: the native module is missing', async () => {
    // The program without node_modules above it.
    cpSync(LIVE, join(folder, 'live'), { recursive: true });
    writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
    const tuning = { capChild: join(folder, 'live/cap-child.js') };
    const { kind, message } = await refused(pair.right, captureOptions('cap'), tuning);
    assert.equal(kind, 'module');
    assert.match(message, /not installed .*npm run setup.*--capture tcpdump/);
  });

  test('tcpdump: the program is missing', async () => {
    const tuning = { tcpdump: 'tcpdump-that-is-not-there' };
    const { kind, message } = await refused(pair.right, captureOptions('tcpdump'), tuning);
    assert.equal(kind, 'program');
    assert.match(message, /not found .*apt install tcpdump.*--capture cap/);
  });

  for (const backend of BACKENDS) {
    test(`${backend}: an interface that is down is waited for`, async () => {
      pair.right.run('ip', 'link', 'set', 'veth0', 'down');
      const capture = captureOptions(backend);
      const host = new HostedCapture(pair.right, { capture, tuning: TUNING, tellFrames: true });
      try {
        const { status } = await host.until('started');
        assert.equal(status.state, 'link-down');
        pair.right.run('ip', 'link', 'set', 'veth0', 'up');
        await host.untilState('up');
        await assertReads(pair, host, `it is up, ${backend}`);
        await host.stop();
      } finally {
        await host.kill();
      }
    });
  }
});

const NOBODY = ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups'];
const NET_RAW = ['--inh-caps=-all,+net_raw', '--ambient-caps=-all,+net_raw'];

/** Whether that user can read this program at all. */
function canRunHere(namespace: Namespace, launcher: readonly string[]): boolean {
  try {
    namespace.run(launcher[0]!, ...launcher.slice(1), process.execPath, '--check', HOST);
    return true;
  } catch {
    return false;
  }
}

const HOST = fileURLToPath(new URL('../support/capture-host.js', import.meta.url));
