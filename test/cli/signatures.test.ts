import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { run } from '../support/run-program.js';
import { signatureText } from '../support/signature-texts.js';

const folder = mkdtempSync(join(tmpdir(), 'sipseer-signatures-'));
after(() => rmSync(folder, { recursive: true, force: true }));

function own(name: string, examples?: string): string {
  const path = join(folder, name);
  mkdirSync(path);
  const id = `SIP-${name.toUpperCase()}-001`;
  const text = signatureText({
    id: `id: ${id}`,
    ...(examples === undefined ? {} : { examples }),
  });
  writeFileSync(join(path, `${id}.yml`), text);
  return path;
}

const FAILING = `examples:
  - name: it is not there
    expect: alert
    message: |
      OPTIONS sip:a@b SIP/2.0
      User-Agent: someone else
      CSeq: 1 OPTIONS`;

const mine = own('mine', FAILING);
const theirs = own('theirs');

describe('signatures', () => {
  test('list gives a line each with where it is from, and JSON where told', async () => {
    const { stdout } = await run(['signatures', 'list', '--signatures', mine]);
    const json = await run(['signatures', 'list', '--signatures', mine, '--json']);
    const rows = json.stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    const lines = stdout.trimEnd().split('\n');
    assert.equal(lines.length, rows.length);
    assert.ok(rows.length >= 50);
    assert.deepEqual(Object.keys(rows[0]).slice(0, 4), ['id', 'title', 'class', 'severity']);
    const columns = lines.map((line) => line.split('\t'));
    assert.ok(columns.every((parts) => parts.length === 8));
    const origins = new Map(columns.map((parts) => [parts[0], parts.slice(5)]));
    assert.deepEqual(origins.get('SIP-MINE-001'), [mine, '-', 'experimental']);
    assert.deepEqual(origins.get('SIP-TOOL-001'), ['shipped', 'sipvicious/svmap', 'stable']);
  });

  test('--signatures may be given again, and check counts each folder', async () => {
    const { code, stdout, stderr } = await run([
      ...['signatures', 'check', '--signatures', mine],
      ...['--signatures', theirs],
    ]);
    assert.equal(code, 0, stderr);
    const counts = stdout.replaceAll('\n', ' ');
    assert.match(counts, /^\d+ signatures are right: \d+ shipped, /);
    assert.ok(counts.includes(`1 from ${mine}, 1 from ${theirs}`), counts);
  });

  test('a folder without a signature is an error', async () => {
    const empty = join(folder, 'empty');
    mkdirSync(empty);
    const { code, stderr } = await run(['signatures', 'check', '--signatures', empty]);
    assert.equal(code, 2);
    assert.match(stderr, /empty:1: holds no signature/);
  });

  test('show tells what a signature is, in whatever case its id is given', async () => {
    const { code, stdout } = await run(['signatures', 'show', 'sip-behav-030']);
    assert.equal(code, 0);
    assert.match(stdout, /^SIP-BEHAV-030 {2}Credentials are accepted/);
    const sections = ['What it is', 'What it looks for', 'What to do', 'References'];
    for (const section of sections) assert.match(stdout, new RegExp(`^${section}$`, 'm'));
    assert.match(stdout, /rejected_peak\|gte: 8/);
    assert.match(stdout, /an audit that you ordered/);
  });

  test('an id that is nearly right is met with a suggestion', async () => {
    const { code, stdout, stderr } = await run(['signatures', 'show', 'sip-tol-001']);
    assert.deepEqual([code, stdout], [2, '']);
    assert.match(stderr, /no signature SIP-TOL-001 \(did you mean "SIP-TOOL-001"\?\)/);
  });

  test('test runs the examples of the ids it is given, also of an own folder', async () => {
    const failed = await run(['signatures', 'test', 'SIP-MINE-001', '--signatures', mine]);
    assert.equal(failed.code, 1);
    assert.match(
      failed.stdout,
      /FAIL .*SIP-MINE-001\.yml:\d+: SIP-MINE-001 "it is not there": expected alert, it stayed quiet/,
    );
    const good = await run(['signatures', 'test', 'SIP-TOOL-001', '--json']);
    assert.equal(good.code, 0);
    for (const line of good.stdout.trimEnd().split('\n'))
      assert.equal(JSON.parse(line).passed, true);
  });

  test('fields tells each field with its meaning', async () => {
    const { stdout } = await run(['signatures', 'fields']);
    assert.match(stdout, /^user_agent\ttext\t\S/m);
    assert.match(stdout, /^auth\.rejected\t\S/m);
  });
});
