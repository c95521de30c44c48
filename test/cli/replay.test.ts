import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { stripVTControlCharacters } from 'node:util';
import { gzipSync } from 'node:zlib';
import { PROGRAM, run, runCommand } from '../support/run-program.js';
import { signatureText } from '../support/signature-texts.js';
import { quietCapture, scanCapture } from '../support/small-captures.js';

const folder = mkdtempSync(join(tmpdir(), 'sipseer-cli-'));
chmodSync(folder, 0o755);
after(() => rmSync(folder, { recursive: true, force: true }));

function file(name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

const SCAN = scanCapture();
const scan = file('scan.pcap', SCAN);
const quiet = file('quiet.pcap', quietCapture());
const notCapture = file('letter.pcap', 'Dear reader, this is no capture at all.\n');
const empty = join(folder, 'empty');
mkdirSync(empty);
const badSignature = file(
  'SIP-BAD-001.yaml',
  signatureText({ id: 'id: SIP-BAD-001', more: 'foo: 1' }),
);

/** Lines on standard error that tell of a problem. */
const problems = (stderr: string) =>
  stderr.split('\n').filter((line) => /^(sipseer:|error:|warning:)/.test(line));

describe('exit codes', () => {
  const cases: [name: string, args: string[], code: number, says: RegExp | undefined][] = [
    ['a quiet capture', ['replay', quiet], 0, undefined],
    ['a scan without --fail-on', ['replay', scan], 0, undefined],
    ['--fail-on that is reached', ['replay', '--fail-on', 'low', scan], 3, undefined],
    ['--fail-on that is not reached', ['replay', '--fail-on', 'critical', scan], 0, undefined],
    ['--fail-on on a quiet capture', ['replay', '--fail-on', 'info', quiet], 0, undefined],
    ['a file that is not there', ['replay', join(folder, 'nowhere.pcap')], 1, /nowhere\.pcap/],
    ['a file that is no capture', ['replay', notCapture], 1, /letter\.pcap/],
    ['an empty file', ['replay', file('void.pcap', '')], 1, /void\.pcap/],
    ['an empty directory', ['replay', empty], 1, /empty/],
    ['one good file, one missing', ['replay', scan, join(folder, 'gone.pcap')], 1, /gone\.pcap/],
    ['an unknown flag', ['replay', '--frobnicate', scan], 2, /unknown option '--frobnicate'/],
    [
      'an unknown verb',
      ['frobnicate'],
      2,
      /unknown command 'frobnicate'; there are: run, replay, /,
    ],
    [
      'help for an unknown verb',
      ['fetch', '--help'],
      2,
      /unknown command 'fetch'; there are: run, replay, /,
    ],
    ['an unknown verb below a verb', ['signatures', 'frob', '--help'], 2, /there are: list, show/],
    ['quiet and verbose at once', ['replay', '-q', '-v', scan], 2, /cannot be used with option/],
    ['no path', ['replay'], 2, /missing required argument/],
    ['a port that is none', ['replay', '--ports', '70000', scan], 2, /port/],
    ['a range of ports that goes back', ['replay', '--ports', '5080-5060', scan], 2, /port/],
    ['a port that is no number', ['replay', '--ports', '5060,sip', scan], 2, /port/],
    [
      'a severity that is none',
      ['replay', '--fail-on', 'grave', scan],
      2,
      /Allowed choices are info/,
    ],
    [
      'a signature with an error',
      ['replay', '--signatures', badSignature, scan],
      2,
      /1 error in the signatures/,
    ],
    [
      'explain of what is no address',
      ['explain', '--source', 'bob', scan],
      2,
      /"bob" is not an address/,
    ],
    [
      'signatures check with an error',
      ['signatures', 'check', '--signatures', badSignature],
      2,
      /1 error/,
    ],
    ['signatures test of an unknown id', ['signatures', 'test', 'SIP-NONE-001'], 2, /SIP-NONE-001/],
    ['--help', ['--help'], 0, undefined],
    ['--version', ['--version'], 0, undefined],
  ];
  for (const [name, args, code, says] of cases) {
    test(`${name}: ${code}${says === undefined ? '' : ', and one line says why'}`, async () => {
      const result = await run(args);
      assert.equal(result.code, code, result.stderr);
      if (says === undefined) {
        assert.deepEqual(problems(result.stderr), []);
        return;
      }
      const told = result.stderr.split('\n').filter((line) => says.test(line));
      assert.equal(told.length, 1, result.stderr);
      assert.doesNotMatch(result.stderr, /\n +at |node:internal|Error:/, 'a stack trace is for us');
    });
  }

  test('a signature error is told with file and line', async () => {
    const { stderr } = await run(['signatures', 'check', '--signatures', badSignature]);
    assert.match(stderr, /SIP-BAD-001\.yaml:\d+: unknown key "foo"/);
  });

  test('a file without read permission: 1', async (t) => {
    const locked = file('locked.pcap', SCAN);
    chmodSync(locked, 0);
    if (process.getuid?.() !== 0) {
      const result = await run(['replay', locked]);
      assert.equal(result.code, 1);
      assert.match(result.stderr, /locked\.pcap.*permission/i);
      return;
    }
    if (spawnSync('setpriv', ['--version']).status !== 0)
      return t.skip('no setpriv, and root reads everything');
    const nobody = [
      '--reuid',
      '65534',
      '--regid',
      '65534',
      '--clear-groups',
      process.execPath,
      PROGRAM,
    ];
    if (spawnSync('setpriv', [...nobody, '--version']).status !== 0)
      return t.skip('others cannot read the program');
    const result = await runCommand('setpriv', [...nobody, 'replay', locked]);
    assert.equal(result.code, 1, result.stderr);
    assert.match(result.stderr, /locked\.pcap.*permission/i);
  });
});

describe('replay', () => {
  test('names source, tool and step of a scan', async () => {
    const { stdout } = await run(['replay', scan]);
    assert.match(stdout, /198\.51\.100\.66 +enumeration/);
    assert.match(stdout, /1 incident: 1 (medium|high)/);
  });

  test('takes ports, signatures, tunnels and peers of a configuration; the command line holds', async () => {
    const config = (name: string, text: string) => file(name, text);
    const incidents = async (...args: string[]) => {
      const { code, stdout, stderr } = await run(['replay', '-q', ...args, scan]);
      assert.equal(code, 0, stderr);
      return stdout.includes('198.51.100.66');
    };
    const ports = config('ports.yaml', 'capture: { ports: [9] }\n');
    assert.equal(await incidents('-c', ports), false);
    assert.equal(await incidents('-c', ports, '--ports', '5060'), true);
    const peer = '{ addresses: [198.51.100.66], role: auditor, trusted: true }';
    assert.equal(await incidents('-c', config('peers.yaml', `peers: [${peer}]\n`)), false);
    assert.equal(await incidents('-c', config('none.yaml', '')), true);
  });

  test('a configuration with an error is told with file and line, and nothing is run', async () => {
    const bad = file('bad.yaml', 'peers:\n  - { addresses: [192.0.2.1], role: boss }\n');
    const result = await run(['replay', '-c', bad, scan]);
    assert.equal(result.code, 2);
    assert.match(result.stderr, /bad\.yaml:2: peers\.0\.role: /);
    assert.equal(result.stdout, '');
    const unknown = file('unknown.yaml', 'signatures: { disabled: [SIP-NONE-1] }\n');
    const { code, stderr } = await run(['replay', '-c', unknown, scan]);
    assert.equal(code, 2);
    assert.match(stderr, /there is no signature SIP-NONE-1/);
  });

  test('--roles tells what hosts are, with tabs between', async () => {
    const { code, stdout } = await run(['replay', '-q', '--roles', 'pcaps/office-day']);
    assert.equal(code, 0);
    const rows = stdout
      .trimEnd()
      .split('\n')
      .map((line) => line.split('\t'));
    assert.deepEqual(rows[0], ['address', 'role', 'since', 'why']);
    assert.ok(rows.every((cells) => cells.length === 4));
    assert.equal(rows[1]?.[1], 'registrar');
    assert.ok(rows.some(([, role, , why]) => role === 'phone' && /^it registers at /.test(why!)));
  });

  test('reads plain, gzip, standard input and a directory alike', async () => {
    const zipped = file('scan-zipped.bin', gzipSync(SCAN));
    const below = join(folder, 'below');
    mkdirSync(below);
    cpSync(scan, join(below, 'scan.pcap'));
    const events = async (args: string[], input?: Uint8Array) => {
      const { stdout, code } = await run(
        ['replay', '--json', ...args],
        input === undefined ? {} : { input },
      );
      assert.equal(code, 0);
      return stdout.replaceAll(/"packets":\[[^\]]*\]/g, '');
    };
    const plain = await events([scan]);
    assert.ok(plain.length > 0);
    assert.equal(await events([zipped]), plain);
    assert.equal(await events([below]), plain);
    assert.equal(await events(['-'], SCAN), plain);
    assert.equal(await events(['-'], gzipSync(SCAN)), plain);
  });

  test('a capture cut in the middle of a packet: what is there, a warning with the offset, exit 0', async () => {
    const cut = file('cut.pcap', SCAN.subarray(0, -100));
    const { code, stdout, stderr } = await run(['replay', cut]);
    assert.equal(code, 0);
    assert.match(stdout, /198\.51\.100\.66/);
    assert.match(stderr, /warning: .*cut\.pcap: .*\d{3,}/);
    assert.equal(problems(stderr).length, 1);
  });

  test('--json: only JSON lines on standard output, nothing on standard error', async () => {
    const { stdout, stderr } = await run(['replay', '--json', scan]);
    const lines = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    assert.ok(lines.length >= 2);
    assert.deepEqual([lines[0].sipseer.state, lines.at(-1).sipseer.state], ['open', 'close']);
    assert.equal(stderr, '');
  });

  test('--json: a problem is told on standard error, and the rest goes on', async () => {
    const { stdout, stderr, code } = await run(['replay', '--json', notCapture, scan]);
    assert.equal(code, 1);
    assert.equal(problems(stderr).length, 1);
    for (const line of stdout.trimEnd().split('\n')) JSON.parse(line);
  });

  test('--json on a quiet capture prints nothing', async () => {
    assert.deepEqual(await run(['replay', '--json', quiet]), { code: 0, stdout: '', stderr: '' });
  });

  test('--quiet leaves only the result', async () => {
    const { stdout, stderr } = await run(['replay', '-q', quiet]);
    assert.deepEqual([stdout, stderr], ['no incidents\n', '']);
  });

  test('where no SIP was seen it does not say that nothing happened', async () => {
    const { stdout } = await run(['replay', '-q', '--ports', '5080-5090', scan]);
    assert.match(
      stdout,
      /^no SIP message was found on the 11 ports of --ports, but there were some/,
    );
    assert.match(stdout, /on port 5060 \(120\): try\s--ports 5060\n$/);
    const ranged = await run(['replay', '-q', '--ports', '5050-5070', scan]);
    assert.match(ranged.stdout, /1 incident/);
  });

  test('captures that overlap may hold the same incident: the list has it for each', async () => {
    const copy = file('scan-copy.pcap', SCAN);
    const { stdout } = await run(['replay', '-q', scan, copy]);
    assert.match(stdout, /^2 incidents: /m);
  });

  test('a file name with control characters reaches no terminal', async () => {
    const evil = file('evil\u001b[31m.pcap', SCAN.subarray(0, -100));
    const { stdout, stderr } = await run(['replay', '-v', evil]);
    assert.match(stderr, /warning: .*evil\?\[31m\.pcap/);
    assert.doesNotMatch(stdout + stderr, ESCAPE);
  });

  test('twice the same capture gives the same bytes', async () => {
    const [first, second] = [
      await run(['replay', '--json', scan]),
      await run(['replay', '--json', scan]),
    ];
    assert.equal(first.stdout, second.stdout);
    assert.notEqual(first.stdout, '');
  });

  test('a reader that stops early ends it quietly', async () => {
    const many = Array.from({ length: 30 }, () => scan).join(' ');
    const command = `"${process.execPath}" "${PROGRAM}" replay --separate --json ${many} | head -1`;
    const { stdout, stderr } = await runCommand('sh', ['-c', command]);
    assert.equal(stdout.split('\n').length, 2);
    assert.equal(stderr, '');
  });

  test('-r FILE alone means replay', async () => {
    assert.equal((await run(['-r', scan])).stdout, (await run(['replay', scan])).stdout);
  });
});

/** The character that begins every terminal sequence. */
const ESCAPE = new RegExp(String.fromCharCode(0x1b));

describe('the screen', () => {
  const colours: [name: string, args: string[], env: NodeJS.ProcessEnv, coloured: boolean][] = [
    ['without a terminal there is no colour', [], {}, false],
    ['FORCE_COLOR brings it', [], { FORCE_COLOR: '1' }, true],
    ['FORCE_COLOR=0 does not', [], { FORCE_COLOR: '0' }, false],
    ['NO_COLOR is stronger', [], { FORCE_COLOR: '1', NO_COLOR: '1' }, false],
    ['an empty NO_COLOR is none', [], { FORCE_COLOR: '1', NO_COLOR: '' }, true],
    ['--no-color is stronger', ['--no-color'], { FORCE_COLOR: '1' }, false],
  ];
  for (const [name, args, env, coloured] of colours) {
    test(name, async () => {
      const { stdout, stderr } = await run([...args, 'replay', scan], { env });
      assert.equal(ESCAPE.test(stdout), coloured);
      assert.doesNotMatch(stderr, ESCAPE);
    });
  }

  const made = spawnSync('script', ['-qec', 'echo here', '/dev/null'], { encoding: 'utf8' });
  const hasTerminal = made.status === 0 && made.stdout.includes('here');
  const onTerminal = (args: string, env: NodeJS.ProcessEnv = {}) =>
    runCommand(
      'script',
      ['-qec', `stty cols 80; exec "${process.execPath}" "${PROGRAM}" ${args}`, '/dev/null'],
      {
        env: { TERM: 'xterm', ...env },
      },
    );

  test('on a terminal of 80 columns no line is longer', async (t) => {
    if (!hasTerminal) return t.skip('"script" is missing or can make no terminal here');
    const { stdout } = await onTerminal(`replay ${scan}`);
    assert.match(stdout, ESCAPE);
    assert.match(stdout, /198\.51\.100\.66/);
    const plain = stripVTControlCharacters(stdout);
    for (const line of plain.split(/\r?\n|\r/))
      assert.ok(line.length <= 80, `${line.length}: ${line}`);
  });

  for (const [name, env] of Object.entries({
    NO_COLOR: { NO_COLOR: '1' },
    'TERM=dumb': { TERM: 'dumb' },
    'FORCE_COLOR=0': { FORCE_COLOR: '0' },
  })) {
    test(`on a terminal with ${name} there is no colour`, async (t) => {
      if (!hasTerminal) return t.skip('"script" is missing or can make no terminal here');
      const { stdout } = await onTerminal(`replay -q ${scan}`, env);
      assert.match(stdout, /198\.51\.100\.66/);
      assert.doesNotMatch(stdout, ESCAPE);
    });
  }
});

describe('help', () => {
  for (const verb of [
    'replay',
    'explain',
    'signatures',
    'signatures list',
    'signatures show',
    'signatures check',
    'signatures test',
  ]) {
    test(`${verb} --help says what it does${verb.includes(' ') ? '' : ', with examples'}`, async () => {
      const { code, stdout } = await run([...verb.split(' '), '--help']);
      assert.equal(code, 0);
      assert.match(stdout, new RegExp(`^Usage: sipseer ${verb}`));
      for (const line of stdout.split('\n')) assert.ok(line.length <= 80, line);
      if (verb !== 'signatures' && verb.includes(' ')) return;
      assert.match(stdout, /Examples?:\n +sipseer/, `${verb} has no example`);
    });
  }

  test('the program itself lists its verbs', async () => {
    const { stdout } = await run(['--help']);
    for (const verb of ['replay', 'explain', 'signatures'])
      assert.match(stdout, new RegExp(`^ +${verb}\\b`, 'm'));
  });
});
