import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { test } from 'node:test';
import { without } from '../support/installed.js';
import { runCommand } from '../support/run-program.js';

const UNIT = resolve('deploy/systemd/sipseer.service');
const skip = without('systemd-analyze');

function directives(name: string): string[] {
  const lines = readFileSync(UNIT, 'utf8').split('\n');
  return lines.filter((line) => line.startsWith(`${name}=`)).map((line) => line.split('=', 2)[1]!);
}

test('the unit is well confined: exposure of at most 2.0', { skip }, async () => {
  const { stdout, stderr } = await runCommand('systemd-analyze', [
    'security',
    '--offline=true',
    '--no-pager',
    UNIT,
  ]);
  const exposure = /Overall exposure level for sipseer\.service: (\d+\.\d)/.exec(stdout)?.[1];
  assert.ok(exposure !== undefined && Number(exposure) <= 2, `${exposure}: ${stdout}${stderr}`);
});

test('systemd finds no fault with the unit but that sipseer is not installed', {
  skip,
}, async () => {
  const { stdout, stderr } = await runCommand('systemd-analyze', ['verify', '--man=no', UNIT]);
  const faults = `${stdout}${stderr}`
    .split('\n')
    .filter((line) => line !== '' && !/sipseer is not executable: No such file/.test(line));
  assert.deepEqual(faults, []);
});

test('the unit grants one capability, and takes none away that the engine needs', () => {
  assert.deepEqual(directives('AmbientCapabilities'), ['CAP_NET_RAW']);
  assert.deepEqual(directives('CapabilityBoundingSet'), ['CAP_NET_RAW']);
  // V8 makes machine code at run time; a private user or network namespace has no mirror port.
  for (const fatal of ['MemoryDenyWriteExecute', 'PrivateUsers', 'PrivateNetwork']) {
    assert.deepEqual(directives(fatal), [], fatal);
  }
});

test('the user that the unit names is the one that sysusers makes', {
  skip: without('systemd-sysusers'),
}, async () => {
  const file = resolve('deploy/systemd/sipseer.sysusers.conf');
  const { code, stdout, stderr } = await runCommand('systemd-sysusers', ['--dry-run', file]);
  assert.equal(code, 0, stderr);
  const [user] = directives('User');
  assert.match(
    `${stdout}${stderr}${readFileSync('/etc/passwd', 'utf8')}`,
    new RegExp(`Creating user '${user}' |^${user}:`, 'm'),
  );
});
