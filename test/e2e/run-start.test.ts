import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { BACKENDS } from '../../src/live/capture-status.js';
import { packageRoot } from '../../src/package-root.js';
import { configFile } from '../support/config-files.js';
import { LabProcess } from '../support/lab-process.js';
import {
  type Namespace,
  NamespacePair,
  namespacesUnavailable,
  programsMissing,
} from '../support/namespaces.js';
import { PROGRAM } from '../support/run-program.js';
import { type SensorOptions, SensorProcess, startSensor } from '../support/sensor-process.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const NOBODY = ['--reuid=65534', '--regid=65534', '--clear-groups', '--no-new-privs'];
const POWERLESS = ['setpriv', ...NOBODY, '--inh-caps=-all', '--bounding-set=-all'];
/** A folder without anything in it stands where `cap` was, for this process alone. */
const WITHOUT_CAP = [
  ...['unshare', '--mount', 'sh', '-c', 'mount -t tmpfs none "$0" && exec "$@"'],
  join(packageRoot(), 'node_modules/cap'),
];
const WITHOUT_PATH = ['/usr/bin/env', 'PATH=/nonexistent'];

const folder = temporaryFolder();
const missing = programsMissing('tcpdump', 'setpriv', 'unshare') ?? namespacesUnavailable();

interface Refusal {
  readonly name: string;
  readonly options: SensorOptions;
  readonly exit: number;
  /** The only line that is printed. */
  readonly says: RegExp;
  readonly skip?: string | undefined;
}

const onBackend = (backend: string, ...more: string[]) => ['--capture', backend, ...more];

const REFUSALS: readonly Refusal[] = [
  {
    name: 'no interface is named',
    options: { interfaces: [] },
    exit: 2,
    says: /^sipseer: no interface is named: sipseer run -i eth1/,
  },
  {
    name: 'there is no such interface',
    options: { interfaces: ['veth1'] },
    exit: 4,
    says: / error start: there is no interface 'veth1'; there are: .*veth0/,
  },
  {
    name: 'the event file cannot be written',
    options: { args: ['--events', join(folder, 'no/such/events.jsonl')] },
    exit: 2,
    says: /sipseer: events\.file: there is no folder .*no\/such; make it/,
  },
  {
    name: 'the capture module is not installed',
    options: { args: onBackend('cap'), before: WITHOUT_CAP },
    exit: 4,
    says: / error start: the capture module is not installed .*npm run setup .*--capture tcpdump/,
  },
  {
    name: 'tcpdump is not installed',
    options: { args: onBackend('tcpdump'), before: WITHOUT_PATH },
    exit: 4,
    says: / error start: tcpdump was not found .*apt install tcpdump.*--capture cap/,
    skip: tcpdumpIsSystemTool(),
  },
  ...BACKENDS.flatMap((backend): Refusal[] => [
    {
      name: `the filter is wrong (${backend})`,
      options: { args: onBackend(backend, 'port', 'sixty') },
      exit: 2,
      says: / error start: the capture filter is wrong: .*sixty/,
    },
    {
      name: `an ordinary user has no right to capture (${backend})`,
      options: { args: onBackend(backend), before: POWERLESS },
      exit: 4,
      says: / error start: no permission to capture on veth0 .*CAP_NET_RAW/,
      skip: unreadable(),
    },
  ]),
];

describe('run does not begin, says why in one line, and leaves an exit code', {
  skip: missing,
}, () => {
  let pair: NamespacePair;
  before(() => {
    pair = new NamespacePair();
  });
  after(() => pair?.remove());

  for (const { name, options, exit, says, skip } of REFUSALS) {
    test(name, { skip }, async () => {
      const { args = [], ...rest } = options;
      const program = startSensor(pair.left, { ...rest, args: ['-q', ...args] });
      await program.end();
      assert.match(program.stderr, says);
      assert.equal(program.stderr.trimEnd().split('\n').length, 1, program.stderr);
      assert.equal(program.exit, exit);
      assert.deepEqual(program.lines, []);
    });
  }

  test('the port of the web server is taken', async (t) => {
    const other = await listener(pair.left, 15060);
    t.after(() => other.stop());
    const program = startSensor(pair.left, { args: ['-q'] });
    await program.end();
    assert.match(
      program.stderr,
      /^\S+ error start: cannot listen on 127\.0\.0\.1:15060: another .*--web\.listen-address.*\n$/,
    );
    assert.equal(program.exit, 1);
  });

  test('every error of the configuration is told, with its line', async () => {
    const file = configFile(
      folder,
      ['capture:', '  interfaces: [veth0]', '  bufer_mib: 3', 'web:', '  listen_addresses: 7'].join(
        '\n',
      ),
    );
    const program = startSensor(pair.left, { interfaces: [], args: ['-q', '-c', file] });
    await program.end();
    const lines = program.stderr.trimEnd().split('\n');
    assert.equal(lines.length, 2, program.stderr);
    assert.match(lines[0]!, /config\.yaml:3: .*bufer_mib.*buffer_mib/);
    assert.match(lines[1]!, /config\.yaml:5: /);
    assert.equal(program.exit, 2);
  });

  test('every error of the signatures is told, with its line', async () => {
    const file = join(folder, 'broken.yaml');
    writeFileSync(file, 'id: OWN-001\ntitle: Broken\nmatch: {}\n');
    const program = startSensor(pair.left, { args: ['-q', '--signatures', file] });
    await program.end();
    for (const line of program.stderr.trimEnd().split('\n')) {
      assert.match(line, /^sipseer: \S*broken\.yaml:\d+: /);
    }
    assert.equal(program.exit, 2);
  });
});

describe('run begins', { skip: missing }, () => {
  for (const backend of BACKENDS) {
    test(`with ${backend}, and says what is read and how`, async (t) => {
      const pair = new NamespacePair();
      t.after(() => pair.remove());
      const sensor = await SensorProcess.start(pair.left, { args: ['--capture', backend] });
      t.after(() => sensor.close());
      const reading = await sensor.logged(/^info capture veth0: reading/);
      assert.match(
        reading,
        new RegExp(`reading with ${backend}, link type ethernet, [1-9][\\d,]* ring slots$`),
      );
      await sensor.logged(/^info capture veth0: filter: .*port 5060/);
      await sensor.logged(/^info web: serving http:\/\/127\.0\.0\.1:15060\/metrics$/);
      await sensor.logged(/^info ready: sipseer \S+ with \d+ signatures on veth0$/);
      assert.equal(await sensor.stop(), 0);
    });
  }

  test('with a filter of one’s own, which reads nothing else', async (t) => {
    const pair = new NamespacePair();
    t.after(() => pair.remove());
    const args = ['host', '192.0.2.10', 'and', 'port', '5070'];
    const sensor = await SensorProcess.start(pair.left, { args });
    t.after(() => sensor.close());
    await sensor.logged(/^info capture veth0: filter: host 192\.0\.2\.10 and port 5070$/);
  });

  test('though the interface is off, and reads it when it is on', async (t) => {
    const pair = new NamespacePair();
    t.after(() => pair.remove());
    pair.left.run('ip', 'link', 'set', 'veth0', 'down');
    const program = startSensor(pair.left);
    t.after(() => program.stop('SIGKILL'));
    await program.until('it says what to do', () =>
      program.stderr.includes('warning capture veth0: veth0 is switched off: ip link set veth0 up'),
    );
    pair.left.run('ip', 'link', 'set', 'veth0', 'up');
    await program.until('it reads', () =>
      program.stderr.includes('info capture veth0: is read again'),
    );
  });
});

async function listener({ name }: Namespace, port: number): Promise<LabProcess> {
  const script = `require('net').createServer().listen(${port}, '127.0.0.1', () => console.log())`;
  const node = new LabProcess('ip', ['netns', 'exec', name, process.execPath, '-e', script]);
  await node.until('it listens', () => node.lines.length > 0);
  return node;
}

/** Why nobody may run the program here; undefined: anybody may. */
function unreadable(): string | undefined {
  const tried = spawnSync('setpriv', [...NOBODY, process.execPath, PROGRAM, '--version']);
  return tried.status === 0 ? undefined : 'others than root cannot read the program here';
}

/** The program looks for system tools in their own folders, whatever PATH says. */
function tcpdumpIsSystemTool(): string | undefined {
  const { stdout } = spawnSync('sh', ['-c', 'command -v tcpdump'], { encoding: 'utf8' });
  return stdout.includes('/sbin/') ? 'tcpdump is among the system tools here' : undefined;
}
