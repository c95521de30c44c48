import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { BACKENDS } from '../../src/live/capture-status.js';
import type { LabProcess } from '../support/lab-process.js';
import { programsMissing } from '../support/namespaces.js';
import { ATTACKERS, DEAD, labUnavailable, PBX, PbxLab } from '../support/pbx-lab.js';
import { PROGRAM, run } from '../support/run-program.js';

interface LiveEvent {
  readonly timestamp: string;
  readonly src_ip: string;
  readonly sipseer: {
    readonly state: string;
    readonly severity: string;
    readonly class: string;
    readonly stage: string;
    readonly rule: string;
    readonly tools?: readonly string[];
    readonly evidence: { packets?: readonly string[] };
  };
}

const SVMAP = ['svmap', PBX, ...DEAD] as const;
const SVWAR = ['svwar', '-e', '990-1060', '--maximumtime=3', PBX];
const SVCRACK = ['svcrack', '-u', '1001', '-r', '900-960', '--maximumtime=3', PBX];
const ATTACKS = [SVMAP, SVWAR, SVCRACK].map(([tool, ...args], index) => ({
  tool: tool!,
  args,
  source: ATTACKERS[index]!,
}));
/** How late an alert may be after the packet that decides (seconds). */
const LATEST = 1;

const missing = labUnavailable('svmap', 'svwar', 'svcrack', 'tcpdump');

for (const backend of BACKENDS) {
  describe(`SIPVicious against Kamailio, read by ${backend}`, { skip: missing }, () => {
    let lab: PbxLab;
    let sensor: LabProcess;
    let events: LiveEvent[] = [];
    let transmittedBefore = -1;
    let transmittedAfter = -1;
    let recording = '';
    let secondOpinion = '';

    before(async () => {
      lab = new PbxLab();
      await lab.startKamailio();
      recording = join(lab.folder, 'run.pcapng');
      secondOpinion = join(lab.folder, 'tcpdump.pcap');
      const tcpdump = await lab.record(secondOpinion);
      sensor = await lab.sensor(['--json', '--capture', backend, '--record', recording]);
      transmittedBefore = lab.transmitted();
      for (const { tool, args, source } of ATTACKS) {
        lab.attackFrom(source);
        await lab.attack(30, tool, ...args);
      }
      transmittedAfter = lab.transmitted();
      await sensor.stop();
      await tcpdump.stop();
      events = sensor.lines.map(({ text }) => JSON.parse(text) as LiveEvent);
    });
    after(() => lab?.close());

    for (const { tool, source } of ATTACKS) {
      test(`${tool} is named`, () => {
        const own = events.filter(({ src_ip }) => src_ip === source);
        const tools = own.at(-1)?.sipseer.tools ?? [];
        assert.ok(tools.includes(`sipvicious/${tool}`), sensor.stderr);
      });
    }

    test('each alert is printed within a second of the packet that decides', () => {
      const open = sensor.lines.filter((_, at) => events[at]!.sipseer.state !== 'close');
      assert.ok(open.length >= ATTACKS.length);
      for (const { text, at } of open) {
        const decided = Date.parse((JSON.parse(text) as LiveEvent).timestamp) / 1000;
        assert.ok(at - decided < LATEST, `${(at - decided).toFixed(3)} s late: ${text}`);
      }
    });

    test('what was recorded says the same when it is replayed', async () => {
      const replayed = await replay(recording);
      assert.ok(replayed.length >= ATTACKS.length);
      assert.deepEqual(replayed.map(withoutCapture), events.map(withoutCapture));
    });

    test('so does what tcpdump recorded at the same time, but for its own clock', async () => {
      const story = ({ src_ip, sipseer: { state, severity, stage, rule } }: LiveEvent) =>
        `${src_ip} ${state} ${severity} ${stage} ${rule}`;
      const bySource = (list: LiveEvent[]) => list.map(story).sort();
      assert.deepEqual(bySource(await replay(secondOpinion)), bySource(events));
    });

    test('not one frame left the interface that it reads', () => {
      assert.equal(transmittedBefore, 0);
      assert.equal(transmittedAfter, 0);
    });

    test('it ends in good order', () => {
      assert.equal(sensor.exit, 0, sensor.stderr);
      assert.doesNotMatch(sensor.stderr, /\n +at |node:internal|Unhandled/);
    });
  });
}

const CAPABILITY = ['--inh-caps=-all,+net_raw', '--bounding-set=-all,+net_raw'];
const NOBODY = ['--reuid=65534', '--regid=65534', '--clear-groups', '--no-new-privs'];
const ordinary = ['setpriv', ...NOBODY, ...CAPABILITY, '--ambient-caps=+net_raw'];

describe('an ordinary user with CAP_NET_RAW alone', {
  skip: missing ?? programsMissing('setpriv') ?? unreadable(),
}, () => {
  for (const backend of BACKENDS) {
    test(`sees a scan by ${backend}`, async (t) => {
      const lab = new PbxLab();
      t.after(() => lab.close());
      await lab.startKamailio();
      const sensor = await lab.sensor(['--json', '--capture', backend], ordinary);
      lab.attackFrom(ATTACKERS[0]);
      await lab.attack(20, ...SVMAP);
      await sensor.until('an alert', () => sensor.lines.length > 0);
      assert.match(sensor.lines[0]!.text, /"event_type":"alert","src_ip":"198\.51\.100\.66"/);
      const status = lab.watch.run('cat', `/proc/${sensor.child.pid}/status`);
      assert.match(status, /^Uid:\s+65534\s/m);
      assert.match(status, /^CapEff:\s+0000000000002000$/m); // CAP_NET_RAW is bit 13
    });
  }

  test('or with none, and a copy of tcpdump that has it, as in the container', async (t) => {
    const lab = new PbxLab();
    t.after(() => lab.close());
    const copy = join(lab.folder, 'capture/tcpdump');
    const source = spawnSync('sh', ['-c', 'command -v tcpdump'], { encoding: 'utf8' });
    const owner = ['-o', 'root', '-g', '65534', '-m', '0750'];
    spawnSync('install', ['-D', ...owner, source.stdout.trim(), copy]);
    const granted = spawnSync('setcap', ['cap_net_raw=ep', copy]);
    if (granted.status !== 0) return t.skip('setcap is missing or may grant nothing here');
    await lab.startKamailio();
    const path = ['env', `PATH=${dirname(copy)}:${process.env.PATH}`];
    const bound = NOBODY.filter((option) => option !== '--no-new-privs');
    const before = ['setpriv', ...bound, ...CAPABILITY.slice(1), '--inh-caps=-all', ...path];
    const sensor = await lab.sensor(['--json', '--capture', 'tcpdump'], before);
    assert.match(lab.watch.run('cat', `/proc/${sensor.child.pid}/status`), /^CapEff:\s+0+$/m);
    lab.attackFrom(ATTACKERS[0]);
    await lab.attack(20, ...SVMAP);
    await sensor.until('an alert', () => sensor.lines.length > 0);
  });

  test('without it: one line that says what to do, and exit code 4', async (t) => {
    const lab = new PbxLab();
    t.after(() => lab.close());
    const powerless = [...NOBODY, '--inh-caps=-all', '--bounding-set=-all'];
    const line = [...powerless, process.execPath, PROGRAM, 'run', '-i', 'mirror0', '-q'];
    const sensor = lab.start(lab.watch, 'setpriv', ...line);
    await sensor.end();
    assert.equal(sensor.exit, 4, sensor.stderr);
    assert.match(sensor.stderr, /^[^\n]*(?:CAP_NET_RAW|permission)[^\n]*\n$/i);
  });
});

/** Why nobody may run the program here; undefined: anybody may. */
function unreadable(): string | undefined {
  const tried = spawnSync('setpriv', [...NOBODY, process.execPath, PROGRAM, '--version']);
  return tried.status === 0 ? undefined : 'others than root cannot read the program here';
}

async function replay(file: string): Promise<LiveEvent[]> {
  const { code, stdout, stderr } = await run(['replay', '--json', '-q', file]);
  assert.equal(code, 0, stderr);
  const lines = stdout.split('\n').filter((line) => line !== '');
  return lines.map((line) => JSON.parse(line) as LiveEvent);
}

/**
 * An event without what tells where its packets came from. What is open at the end is closed then,
 * and a capture ends with its last packet, a sensor when it is told to.
 */
function withoutCapture(event: LiveEvent): object {
  const { in_iface: _, timestamp, ...rest } = event as LiveEvent & { in_iface?: string };
  const { packets: __, ...evidence } = event.sipseer.evidence;
  const time = event.sipseer.state === 'close' ? {} : { timestamp };
  return { ...rest, ...time, sipseer: { ...event.sipseer, evidence } };
}
