import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { run } from '../support/run-program.js';
import { quietCapture, scanCapture } from '../support/small-captures.js';

const folder = mkdtempSync(join(tmpdir(), 'sipseer-explain-'));
after(() => rmSync(folder, { recursive: true, force: true }));
const scan = join(folder, 'scan.pcap');
const quiet = join(folder, 'quiet.pcap');
writeFileSync(scan, scanCapture());
writeFileSync(quiet, quietCapture());

describe('explain', () => {
  test('tells for the gravest source what was seen and why it counted', async () => {
    const { code, stdout } = await run(['explain', scan]);
    assert.equal(code, 0);
    assert.match(stdout, /^198\.51\.100\.66: /);
    assert.match(stdout, /scan\.pcap:\d+ {2}REGISTER \S.* SIP-[A-Z]+-\d+/);
    assert.match(stdout, /finding, /);
    for (const line of stdout.split('\n')) assert.ok(line.length <= 100, line);
  });

  test('an address may be written in any of its forms', async () => {
    const usual = await run(['explain', '--source', '198.51.100.66', scan]);
    const padded = await run(['explain', '--source', '198.051.100.066', scan]);
    assert.match(usual.stdout, /finding, /);
    assert.equal(padded.stdout, usual.stdout);
    const long = await run(['explain', '-q', '--source', '2001:DB8:0:0::1', scan]);
    assert.match(long.stdout, /^2001:db8::1: not seen/);
  });

  test('who was not seen is told apart from who is innocent', async () => {
    const unseen = await run(['explain', '--source', '192.0.2.99', quiet]);
    assert.match(unseen.stdout, /^192\.0\.2\.99: not seen\n/);
    const innocent = await run(['explain', '--source', '203.0.113.5', quiet]);
    assert.match(innocent.stdout, /^203\.0\.113\.5: no incident\n/);
    assert.match(innocent.stdout, /^Counted, but not enough, from /m);
    assert.deepEqual([unseen.code, innocent.code], [0, 0]);
  });

  test('of a quiet capture says that there is nothing to explain', async () => {
    const { code, stdout } = await run(['explain', quiet]);
    assert.deepEqual([code, stdout], [0, 'no incidents: there is nothing to explain\n']);
  });

  test('--quiet leaves only the result', async () => {
    const { stdout, stderr } = await run(['explain', '-q', scan]);
    assert.notEqual(stdout, '');
    assert.equal(stderr, '');
    assert.match((await run(['explain', scan])).stderr, /^reading 1 capture with \d+ signatures\n/);
  });
});
