import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { NamespacePair, namespacesUnavailable } from '../support/namespaces.js';
import { PROGRAM, run } from '../support/run-program.js';

describe('interfaces', () => {
  test('one line for each, with tabs and without a title', async () => {
    const { code, stdout, stderr } = await run(['interfaces']);
    assert.equal(code, 0, stderr);
    const rows = stdout
      .trimEnd()
      .split('\n')
      .map((line) => line.split('\t'));
    assert.ok(rows.every((row) => row.length === 7));
    assert.equal(rows.at(-1)?.[0], 'any');
    assert.equal(new Set(rows.map(([name]) => name)).size, rows.length);
  });

  test('--json: one object a line', async () => {
    const { stdout } = await run(['interfaces', '--json']);
    const rows = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { name: string; link: string });
    assert.deepEqual(rows.at(-1)?.name, 'any');
    assert.ok(rows.every(({ name, link }) => name !== '' && link !== ''));
  });

  test('in a namespace: that namespace', { skip: namespacesUnavailable() }, () => {
    const pair = new NamespacePair();
    try {
      pair.right.run('ip', 'link', 'set', 'veth0', 'mtu', '1420');
      pair.right.run('ip', 'link', 'set', 'lo', 'down');
      const lines = pair.right.run(process.execPath, PROGRAM, 'interfaces').split('\n');
      assert.match(lines[0] ?? '', /^lo\tdown\tloopback\t/);
      assert.match(lines[1] ?? '', /^veth0\tup\tEthernet\t1420\t\d+\t.*\tyes$/);
    } finally {
      pair.remove();
    }
  });
});
