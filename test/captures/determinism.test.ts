import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';
import { packageRoot } from '../../src/package-root.js';

/** The program itself, in a process of its own, as an operator would run it. */
function replayJson(): string {
  const main = join('dist', 'main.js');
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [main, 'replay', '--json', 'pcaps'],
    { cwd: packageRoot(), encoding: 'utf8', maxBuffer: 1 << 28 },
  );
  assert.equal(status, 0, stderr);
  return stdout;
}

test('replaying all bundled captures twice gives the same bytes', () => {
  const first = replayJson();
  assert.ok(first.split('\n').length > 50);
  assert.ok(replayJson() === first, 'the second run gave other events');
});
