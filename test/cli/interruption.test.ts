import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, test } from 'node:test';
import { PROGRAM } from '../support/run-program.js';
import { scanCapture } from '../support/small-captures.js';

describe('a replay of a stream that does not end', () => {
  for (const [signal, code] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const) {
    test(`${signal}: what was found so far is told, and the exit code is ${code}`, async () => {
      const args = ['replay', '--json', '--fail-on', 'info', '-'];
      const child = spawn(process.execPath, [PROGRAM, ...args]);
      let stdout = '';
      let stderr = '';
      child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
      child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
      const closed = once(child, 'close');
      child.stdin.on('error', () => {});
      child.stdin.write(scanCapture());
      // The first event shows that it reads; its input stays open.
      await once(child.stdout, 'data');
      child.kill(signal);
      assert.deepEqual(await closed, [code, null], stderr);
      assert.match(stderr, /^interrupted after \d+ packets?: this is what was found so far\n$/);
      const last = JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '');
      assert.equal(last.sipseer.state, 'close');
    });
  }
});
