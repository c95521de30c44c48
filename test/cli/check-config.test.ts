import assert from 'node:assert/strict';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { configJsonSchema } from '../../src/config/json-schema.js';
import { configFile } from '../support/config-files.js';
import { run } from '../support/run-program.js';
import { signatureText } from '../support/signature-texts.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const folder = temporaryFolder();

/** Programs that may be found: node alone, or also a tcpdump that answers as told. */
function programs(name: string, tcpdump?: string): { PATH: string } {
  const path = join(folder, name);
  mkdirSync(path);
  symlinkSync(process.execPath, join(path, 'node'));
  if (tcpdump !== undefined) {
    writeFileSync(join(path, 'tcpdump'), `#!/bin/sh\n${tcpdump}\n`, { mode: 0o755 });
  }
  return { PATH: path };
}

const ACCEPTS = programs('accepts', 'exit 0');

describe('check-config', () => {
  test('without a file prints the defaults, each marked', async () => {
    const { code, stdout, stderr } = await run(['check-config'], { env: ACCEPTS });
    assert.deepEqual([code, stderr], [0, '']);
    assert.match(stdout, /^ {2}listen_addresses: \[127\.0\.0\.1:15060\] {2}# default$/m);
  });

  test('prints what holds, without values from the environment', async () => {
    const file = configFile(
      folder,
      `log:\n  level: debug\ncapture:\n  filter: port 5060 and host \${HOST}\n`,
    );
    const env = { ...ACCEPTS, HOST: '192.0.2.99' };
    const { code, stdout, stderr } = await run(['check-config', file], { env });
    assert.deepEqual([code, stderr], [0, '']);
    assert.match(stdout, /^ {2}level: debug$/m);
    assert.match(stdout, /^ {2}filter: "\*+"$/m);
    assert.ok(!stdout.includes('192.0.2.99'));
  });

  test('-q prints nothing when all is well', async () => {
    const file = configFile(folder, 'log: { level: debug }\n');
    const result = await run(['check-config', '-q', file], { env: programs('nothing') });
    assert.deepEqual(result, { code: 0, stdout: '', stderr: '' });
  });

  test('tells every error of the file with its line, and exits with 2', async () => {
    configFile(folder, 'log:\n  level: loud\nweb:\n  ports: any\n');
    const result = await run(['check-config', 'config.yaml'], { cwd: folder, env: ACCEPTS });
    assert.deepEqual(result, {
      code: 2,
      stdout: '',
      stderr: [
        'config.yaml:2: log.level: give one of error, warning, info, debug',
        'config.yaml:4: unknown key "ports" (it belongs below "capture"); remove it or correct it',
        'sipseer: 2 errors in the configuration',
        '',
      ].join('\n'),
    });
  });

  test('checks all that the file names, and tells each at its line', async () => {
    mkdirSync(join(folder, 'mine'));
    writeFileSync(
      join(folder, 'mine/SIP-MINE-001.yaml'),
      signatureText({ id: 'id: SIP-MINE-001', severity: 'severity: grave' }),
    );
    writeFileSync(join(folder, 'web.yml'), 'basic_auth_users: 5\n');
    writeFileSync(join(folder, 'a-file'), '');
    configFile(
      folder,
      [
        'signatures:',
        '  folders: [mine]',
        '  disabled: [SIP-TOOL-002, SIP-TOOL-999]',
        'events:',
        '  file: nowhere/events.jsonl',
        'capture:',
        '  record:',
        '    file: mine',
        'state:',
        '  directory: a-file',
        'web:',
        '  config_file: web.yml',
      ].join('\n'),
    );
    const { code, stdout, stderr } = await run(['check-config', 'config.yaml'], {
      cwd: folder,
      env: ACCEPTS,
    });
    assert.deepEqual([code, stdout], [2, '']);
    const lines = stderr.trimEnd().split('\n');
    const expected = [
      /^config\.yaml:3: signatures\.disabled: there is no signature SIP-TOOL-999/,
      /^config\.yaml:5: events\.file: there is no folder \S+\/nowhere; make it$/,
      /^config\.yaml:8: capture\.record\.file: \S+\/mine is a folder; name a file$/,
      /^config\.yaml:10: state\.directory: \S+\/a-file is not a folder$/,
      /^mine\/SIP-MINE-001\.yaml:\d+: severity: give one of info/,
      /^web\.yml:1: /,
      /^sipseer: 6 errors in the configuration$/,
    ];
    for (const wanted of expected) {
      assert.ok(
        lines.some((line) => wanted.test(line)),
        `${wanted} in\n${stderr}`,
      );
    }
    assert.equal(lines.length, expected.length);
  });

  test('has tcpdump compile the filter, as one word that is no option', async () => {
    const said = 'echo "tcpdump: cannot parse it: $1 $2" >&2; test $# -eq 3; exit 1';
    const file = configFile(folder, 'log:\n  level: info\ncapture:\n  filter: port five\n');
    const bad = await run(['check-config', file], { env: programs('refuses', said) });
    assert.equal(bad.code, 2);
    assert.match(
      bad.stderr,
      /config\.yaml:4: capture\.filter: tcpdump does not take it: cannot parse it: -d --\n/,
    );
  });

  test('says so when the filter could not be compiled', async () => {
    const file = configFile(folder, 'capture: { filter: port five }\n');
    const { code, stdout, stderr } = await run(['check-config', file], { env: programs('none') });
    assert.equal(code, 0);
    assert.match(stdout, /filter: port five/);
    assert.equal(stderr, 'note: the filter was not checked, for which tcpdump must be installed\n');
  });

  test('a file that is not there is an error', async () => {
    const result = await run(['check-config', 'nowhere.yaml'], { cwd: folder });
    assert.equal(result.code, 2);
    assert.match(result.stderr, /^nowhere\.yaml:1: cannot be read: there is no such file\n/);
  });

  test('--schema prints the JSON Schema', async () => {
    const { code, stdout, stderr } = await run(['check-config', '--schema']);
    assert.deepEqual([code, stdout, stderr], [0, configJsonSchema(), '']);
  });

  test('--help shows how', async () => {
    const { code, stdout } = await run(['check-config', '--help']);
    assert.equal(code, 0);
    for (const wanted of ['Examples:', 'yaml-language-server', '# default', 'Exit codes']) {
      assert.ok(stdout.includes(wanted), wanted);
    }
  });
});
