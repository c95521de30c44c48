import assert from 'node:assert/strict';
import { type ChildProcess, type StdioOptions, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, constants, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { packageRoot } from '../../src/package-root.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const folder = temporaryFolder();
const SCRIPT = join(packageRoot(), 'build/test/support/stream-writer.js');
const LINES = 5000;
const LENGTH = 99;
const EVERYTHING = Array.from({ length: LINES }, (_, i) => `${String(i).padEnd(LENGTH, '.')}\n`);
let runs = 0;

interface Told {
  readonly flushed: boolean;
  readonly broken?: string;
  readonly written: number;
  readonly queued: number;
  readonly dropped: number;
}

function start(stdio: StdioOptions, deadline: number): { child: ChildProcess; told: () => Told } {
  const file = join(folder, `told-${++runs}.json`);
  const args = [SCRIPT, file, ...[LINES, LENGTH, deadline].map(String)];
  const child = spawn(process.execPath, args, { stdio });
  return { child, told: () => JSON.parse(readFileSync(file, 'utf8')) };
}

/** A pipe of the system: Node itself makes its children socket pairs. */
function newPipe(): { reader: number; writer: number } {
  const path = join(folder, `pipe-${++runs}`);
  assert.equal(spawnSync('mkfifo', [path]).status, 0);
  const reader = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  return { reader, writer: openSync(path, constants.O_WRONLY) };
}

describe('standard output', () => {
  test('that is a file gets every line', async () => {
    const path = join(folder, 'out');
    const out = openSync(path, 'w');
    const { child, told } = start(['ignore', out, 'inherit'], 20_000);
    closeSync(out);
    assert.deepEqual(await once(child, 'exit'), [0, null]);
    assert.equal(told().written, LINES);
    assert.equal(readFileSync(path, 'utf8'), EVERYTHING.join(''));
  });

  test('that is a socket gets every line', async () => {
    const { child, told } = start(['ignore', 'pipe', 'inherit'], 20_000);
    const parts = await child.stdout!.toArray();
    assert.equal(Buffer.concat(parts).toString(), EVERYTHING.join(''));
    assert.equal(told().written, LINES);
  });

  test('that is a pipe gets every line', async () => {
    const { reader, writer } = newPipe();
    const { child, told } = start(['ignore', writer, 'inherit'], 20_000);
    closeSync(writer);
    const cat = spawn('cat', [], { stdio: [reader, 'pipe', 'inherit'] });
    const parts = await cat.stdout!.toArray();
    assert.equal(Buffer.concat(parts).toString(), EVERYTHING.join(''));
    if (child.exitCode === null) await once(child, 'exit');
    assert.equal(told().written, LINES);
    closeSync(reader);
  });

  test('that is a pipe which nobody reads holds up neither the program nor its end', async () => {
    const { reader, writer } = newPipe();
    const { child, told } = start(['ignore', writer, 'inherit'], 300);
    assert.deepEqual(await once(child, 'exit'), [0, null]);
    const { flushed, broken, written, queued, dropped } = told();
    assert.deepEqual([flushed, broken, written + queued, dropped], [false, undefined, LINES, 0]);
    assert.ok(queued > LINES / 2);
    for (const descriptor of [reader, writer]) closeSync(descriptor);
  });

  test('that is a socket which nobody reads holds up neither the program nor its end', async () => {
    const { child, told } = start(['ignore', 'pipe', 'inherit'], 300);
    child.stdout!.pause();
    assert.deepEqual(await once(child, 'exit'), [0, null]);
    const { flushed, written, queued } = told();
    assert.deepEqual([flushed, written + queued], [false, LINES]);
    child.stdout!.destroy();
  });

  for (const kind of ['pipe', 'socket']) {
    test(`that is a ${kind} whose reader goes away is given up and told`, async () => {
      const { reader, writer } = newPipe();
      const stdout = kind === 'pipe' ? writer : 'pipe';
      const { child, told } = start(['ignore', stdout, 'inherit'], 20_000);
      closeSync(writer);
      closeSync(reader);
      child.stdout?.destroy();
      assert.deepEqual(await once(child, 'exit'), [0, null]);
      const { broken, written, dropped, queued } = told();
      assert.match(broken ?? '', /^cannot write standard output: nobody reads it/);
      assert.deepEqual([written + dropped, queued], [LINES, 0]);
    });
  }
});
