import assert from 'node:assert/strict';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { BACKENDS } from '../../src/live/capture-status.js';
import { NamespacePair, namespacesUnavailable, programsMissing } from '../support/namespaces.js';
import { type LiveEvent, SensorProcess } from '../support/sensor-process.js';
import { signatureText } from '../support/signature-texts.js';
import { SipSender } from '../support/sip-sender.js';
import { enumeration, exchange, registration, svmapProbe } from '../support/sip-traffic.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const ATTACKER = '198.51.100.66';
const SITE = '192.0.2.7';

const root = temporaryFolder();
const missing = programsMissing('tcpdump', 'tcpreplay') ?? namespacesUnavailable();

/** A wire with a sender at its far end, and a folder; all are gone after the test. */
class Scene {
  readonly pair = new NamespacePair();
  readonly folder = mkdtempSync(join(root, 'run-'));
  readonly sender = new SipSender(this.pair.right, this.folder);
  private readonly t: TestContext;

  constructor(t: TestContext) {
    this.t = t;
    t.after(() => this.pair.remove());
  }

  async sensor(...args: string[]): Promise<SensorProcess> {
    const sensor = await SensorProcess.start(this.pair.left, { args });
    this.t.after(() => sensor.close());
    return sensor;
  }

  /** Writes a file into the folder; gives its path. */
  file(name: string, text: string): string {
    const path = join(this.folder, name);
    writeFileSync(path, text);
    return path;
  }

  /** Our own signature, which counts messages of our own user agent. */
  ownSignature(atLeast: number): string {
    return this.file(
      'SIP-TEST-001.yaml',
      signatureText({
        severity: 'severity: critical',
        match: 'match:\n  own: { user_agent: own-probe }\n  condition: own',
        count: `count:\n  group_by: [source.ip]\n  windows: [{ at_least: ${atLeast}, within: 1h }]`,
        examples: `examples:\n  - name: none\n    expect: quiet\n    message: ""`,
      }),
    );
  }

  async ownProbes(count: number): Promise<void> {
    const headers = ['User-Agent: own-probe'];
    for (let i = 0; i < count; i++) await this.sender.play(exchange(ATTACKER, { headers }));
  }
}

async function reloaded(sensor: SensorProcess, attempts: number): Promise<void> {
  await sensor.process.until('it has reloaded', async () => {
    return (await sensor.status()).reload.attempts === attempts;
  });
}

describe('a running sensor reads its files again', { skip: missing, concurrency: 2 }, () => {
  test('on SIGHUP: a new threshold holds, and what was known stays known', async (t) => {
    const scene = new Scene(t);
    const sensor = await scene.sensor('--signatures', scene.ownSignature(50));
    await scene.sender.play(svmapProbe(ATTACKER));
    const opened = await sensor.alert(ATTACKER);
    await scene.ownProbes(4);

    scene.ownSignature(3);
    sensor.signal('SIGHUP');
    await reloaded(sensor, 2);
    assert.equal(sensor.alerts().length, 1);
    await scene.ownProbes(3);
    const update = await sensor.alert(ATTACKER, 2);
    assert.equal(update.sipseer.incident_id, opened.sipseer.incident_id);
    assert.deepEqual(update.sipseer.rules, ['SIP-TOOL-001', 'SIP-TEST-001']);
    assert.equal(update.sipseer.count, 8);
    await sensor.logged(/^info reload: attempt 1: done$/);
  });

  const mistakes = [
    {
      what: 'signature',
      file: 'SIP-TEST-001.yaml',
      text: 'id: SIP-TEST-001\ntitel: Wrong\n',
      line: 2,
    },
    { what: 'configuration', file: 'config.yaml', text: 'log:\n  level: loud\n', line: 2 },
  ];
  for (const { what, file, text, line } of mistakes) {
    test(`a bad new ${what} changes nothing, and is told with its line`, async (t) => {
      const scene = new Scene(t);
      const signature = scene.ownSignature(2);
      const config = scene.file('config.yaml', 'log:\n  level: info\n');
      const sensor = await scene.sensor('-c', config, '--signatures', signature);
      const good = readFileSync(join(scene.folder, file), 'utf8');

      scene.file(file, text);
      sensor.signal('SIGHUP');
      await sensor.logged(new RegExp(`^error reload: \\S*/${file}:${line}: `));
      await sensor.logged(/^error reload: attempt \d+: nothing was changed/);
      assert.equal(await sensor.metric('config_last_reload_successful'), 0);
      assert.equal(await sensor.metric('config_reload_failures_total'), 1);
      const { successful, problems } = (await sensor.status()).reload;
      assert.equal(successful, false);
      assert.ok(problems.some((problem) => problem.includes(`${file}:${line}: `)));
      await scene.ownProbes(2);
      assert.deepEqual((await sensor.alert(ATTACKER)).sipseer.rules, ['SIP-TEST-001']);

      scene.file(file, good);
      sensor.signal('SIGHUP');
      await reloaded(sensor, 3);
      assert.equal(await sensor.metric('config_last_reload_successful'), 1);
    });
  }

  test('another interface that cannot be read changes nothing', async (t) => {
    const scene = new Scene(t);
    const config = scene.file('config.yaml', 'capture:\n  interfaces: [veth0]\n');
    const own = await SensorProcess.start(scene.pair.left, {
      interfaces: [],
      args: ['-c', config],
    });
    t.after(() => own.close());
    scene.file('config.yaml', 'capture:\n  interfaces: [veth0, veth7]\n');
    own.signal('SIGHUP');
    await own.logged(/^error reload: there is no interface 'veth7'/);
    assert.deepEqual(
      (await own.status()).captures.map(({ interface: name, state }) => `${name} ${state}`),
      ['veth0 up'],
    );
    scene.file('config.yaml', 'capture:\n  interfaces: [veth0, lo]\n');
    own.signal('SIGHUP');
    await reloaded(own, 3);
    assert.deepEqual(
      (await own.status()).captures.map(({ interface: name, state }) => `${name} ${state}`),
      ['veth0 up', 'lo up'],
    );
    await scene.sender.play(svmapProbe(ATTACKER));
    await own.alert(ATTACKER);
  });

  test('by POST /-/reload only where that was allowed', async (t) => {
    const scene = new Scene(t);
    const sensor = await scene.sensor();
    const refused = await sensor.ask('/-/reload', 'POST');
    assert.equal(refused.status, 403);
    assert.match(refused.text, /--web\.enable-lifecycle/);
    assert.equal((await sensor.status()).reload.attempts, 1);
    await sensor.stop();

    const signature = scene.ownSignature(2);
    const open = await scene.sensor('--web.enable-lifecycle', '--signatures', signature);
    assert.equal((await open.ask('/-/reload', 'POST')).status, 200);
    scene.file('SIP-TEST-001.yaml', 'id: 7\n');
    const failed = await open.ask('/-/reload', 'POST');
    assert.equal(failed.status, 500);
    assert.match(failed.text, /SIP-TEST-001\.yaml:\d+: /);
  });
});

describe('a running sensor listens to signals', { skip: missing, concurrency: 2 }, () => {
  test('SIGUSR1: one line that says how it goes, and no port is opened', async (t) => {
    const scene = new Scene(t);
    const sensor = await scene.sensor();
    await scene.sender.play(svmapProbe(ATTACKER));
    await sensor.alert(ATTACKER);
    sensor.signal('SIGUSR1');
    const line = await sensor.logged(/^info status: /);
    assert.match(
      line,
      /veth0 up, 1 packet captured, .*; 1 SIP message.*; 1 alert; 1 open incident/,
    );
    assert.deepEqual(listening(scene.pair), [15060]);
  });

  test('SIGUSR2: events go on in a new file when the old one was moved away', async (t) => {
    const scene = new Scene(t);
    const events = join(scene.folder, 'events.jsonl');
    const sensor = await scene.sensor('--events', events);
    await scene.sender.play(svmapProbe(ATTACKER));
    await sensor.process.until('the first event', () => eventsIn(events).length === 1);
    renameSync(events, `${events}.1`);
    sensor.signal('SIGUSR2');
    await sensor.process.until('a new file', () => existsSync(events));
    await scene.sender.play(enumeration(ATTACKER));
    await sensor.process.until('the second event', () => eventsIn(events).length === 1);
    assert.equal(eventsIn(`${events}.1`).length, 1);
    assert.equal(eventsIn(events)[0]!.sipseer.state, 'update');
  });

  test('SIGTERM: incidents close, what was captured and lost is told', async (t) => {
    const scene = new Scene(t);
    const sensor = await scene.sensor();
    await scene.sender.play(svmapProbe(ATTACKER));
    await sensor.alert(ATTACKER);
    assert.equal(await sensor.stop(), 0);
    assert.deepEqual(
      sensor.alerts().map(({ sipseer }) => sipseer.state),
      ['open', 'close'],
    );
    const [last] = sensor.log().slice(-1);
    assert.match(last!, /^info end: veth0 stopped, 1 packet captured, 0 dropped by the reader$/);
  });

  test('a second SIGTERM: it ends at once', async (t) => {
    const scene = new Scene(t);
    const sensor = await scene.sensor();
    // A reader that hangs is waited for, and so there is time for a second signal.
    const reader = (await sensor.status()).captures[0]!.pid!;
    process.kill(reader, 'SIGSTOP');
    t.after(() => process.kill(reader, 'SIGKILL'));
    sensor.signal('SIGTERM');
    await sensor.logged(/^info end: SIGTERM/);
    sensor.signal('SIGTERM');
    await sensor.process.end(10);
    assert.equal(sensor.process.exit, 128 + 15);
    assert.ok(!sensor.log().some((line) => line.includes('veth0 stopped')));
  });

  for (const backend of BACKENDS) {
    test(`SIGKILL: its reader does not outlive it (${backend})`, async (t) => {
      const scene = new Scene(t);
      const sensor = await scene.sensor('--capture', backend);
      const reader = (await sensor.status()).captures[0]!.pid!;
      sensor.signal('SIGKILL');
      await sensor.process.end(10);
      // tcpdump notices when it has something to write.
      for (let tries = 0; isRunning(reader) && tries < 50; tries++) {
        await scene.sender.play(svmapProbe(ATTACKER));
      }
      assert.equal(isRunning(reader), false);
    });
  }
});

describe('what a sensor knows', { skip: missing, concurrency: 2 }, () => {
  const ends = [
    { name: 'outlasts a restart', keeps: true, signal: 'SIGTERM' },
    { name: 'outlasts a sudden end, but for the last moments', keeps: true, signal: 'SIGKILL' },
    { name: 'is forgotten where no state is kept', keeps: false, signal: 'SIGTERM' },
  ] as const;
  for (const { name, keeps, signal } of ends) {
    test(name, async (t) => {
      const scene = new Scene(t);
      const state = join(scene.folder, 'state');
      mkdirSync(state);
      const args = keeps ? ['-c', scene.file('config.yaml', keptIn(state))] : [];
      const before = await scene.sensor(...args);
      // A site with five phones may ask for what there is not; a stranger may not.
      for (let phone = 1; phone <= 5; phone++) {
        await scene.sender.play(registration(SITE, `10${phone}`), { rate: 200 });
      }
      await scene.sender.play(svmapProbe(ATTACKER));
      const opened = await before.alert(ATTACKER);
      if (keeps) {
        const now = Date.now() / 1000;
        await before.untilMetric('snapshot_last_success_timestamp_seconds', {}, (at) => at > now);
      }
      await before.stop(signal);
      const states = before.alerts(ATTACKER).map(({ sipseer }) => sipseer.state);
      assert.deepEqual(states, keeps ? ['open'] : ['open', 'close']);

      const after = await scene.sensor(...args);
      await scene.sender.play([...enumeration(SITE), ...enumeration(ATTACKER)]);
      const next = await after.alert(ATTACKER);
      assert.equal(next.sipseer.state, keeps ? 'update' : 'open');
      assert.equal(next.sipseer.incident_id === opened.sipseer.incident_id, keeps);
      assert.equal(after.alerts(SITE).length, keeps ? 0 : 1);
      if (keeps) await after.logged(/^info state: \d+ entries of the last run$/);
    });
  }

  test('is begun afresh when its file is damaged, which is told and kept', async (t) => {
    const scene = new Scene(t);
    const file = scene.file('state.ndjson', '{"magic":"sipseer snapshot","version":1}\n["clock"');
    const sensor = await scene.sensor('--state-dir', scene.folder);
    await sensor.logged(
      /^warning state: state\.ndjson cannot be used, .*state\.ndjson\.bad.*afresh/,
    );
    assert.match(readFileSync(`${file}.bad`, 'utf8'), /\["clock"$/);
    await scene.sender.play(svmapProbe(ATTACKER));
    await sensor.alert(ATTACKER);
    assert.equal(await sensor.stop(), 0);
    assert.match(readFileSync(file, 'utf8'), /\{"entries":\d+,"sha256":"\w{64}"\}\n$/);
  });
});

/** Ports on which anything in the sensor's namespace takes connections. */
function listening({ left }: NamespacePair): number[] {
  const LISTEN = '0A';
  const lines = ['tcp', 'tcp6'].flatMap((kind) => left.run('cat', `/proc/net/${kind}`).split('\n'));
  return lines.flatMap((line) => {
    const [, local = '', , state] = line.trim().split(/\s+/);
    return state === LISTEN ? [Number.parseInt(local.split(':')[1]!, 16)] : [];
  });
}

function eventsIn(file: string): LiveEvent[] {
  const lines = readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '');
  return lines.map((line) => JSON.parse(line) as LiveEvent);
}

function keptIn(directory: string): string {
  return `state:\n  directory: ${directory}\n  interval: 1s\n`;
}

function isRunning(pid: number): boolean {
  return existsSync(`/proc/${pid}`);
}
