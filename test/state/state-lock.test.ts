import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { processStart } from '../../src/state/process-start.js';
import { lockState } from '../../src/state/state-lock.js';

const LOCK = JSON.stringify(new URL('../../src/state/state-lock.js', import.meta.url));

function newFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'sipseer-lock-'));
  t.after(() => rmSync(folder, { recursive: true }));
  return folder;
}

function problemOf(folder: string): string | undefined {
  const lock = lockState(folder);
  if ('problem' in lock) return lock.problem;
  lock.release();
  return undefined;
}

/** A process that locks the folder and stays; gives what it was told. */
async function other(t: TestContext, folder: string): Promise<[ChildProcess, answer: string]> {
  const code = `
    import { lockState } from ${LOCK};
    const lock = lockState(process.argv[1]);
    process.stdout.write('problem' in lock ? 'refused' : 'locked');
    process.stdin.on('data', () => { lock.release(); process.stdout.write('released'); });
  `;
  const args = ['--input-type=module', '-e', code, folder];
  const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  t.after(() => child.kill('SIGKILL'));
  const [answer] = await once(child.stdout, 'data');
  return [child, String(answer)];
}

test('a folder has one holder at a time, and the next when it is released', async (t) => {
  const folder = newFolder(t);
  const [child, answer] = await other(t, folder);
  assert.equal(answer, 'locked');
  const problem = problemOf(folder);
  assert.match(problem!, new RegExp(`^another sipseer \\(process ${child.pid}\\) .*own$`));
  child.stdin!.write('release');
  await once(child.stdout!, 'data');
  assert.deepEqual(readdirSync(folder), []);
  assert.equal(problemOf(folder), undefined);
});

test('the same process does not get a folder twice', (t) => {
  const folder = newFolder(t);
  const lock = lockState(folder);
  assert.ok('release' in lock);
  assert.match(problemOf(folder)!, new RegExp(`process ${process.pid}`));
  lock.release();
  assert.equal(problemOf(folder), undefined);
});

test('a holder that was killed holds nothing', async (t) => {
  const folder = newFolder(t);
  const [child] = await other(t, folder);
  child.kill('SIGKILL');
  await once(child, 'close');
  assert.equal(readdirSync(folder).length, 1, 'it left its lock');
  assert.equal(problemOf(folder), undefined);
  assert.deepEqual(readdirSync(folder), []);
});

test('a process that has the number of a dead holder is not taken for it', (t) => {
  const folder = newFolder(t);
  symlinkSync(`${process.pid}-${Number(processStart('self')) - 1}`, join(folder, 'lock'));
  assert.equal(problemOf(folder), undefined);
});

test('of many that start at once, one gets the folder, though a dead one held it', async (t) => {
  const folder = newFolder(t);
  symlinkSync('4194304999-1', join(folder, 'lock'));
  const answers = await Promise.all(Array.from({ length: 6 }, () => other(t, folder)));
  assert.equal(answers.filter(([, answer]) => answer === 'locked').length, 1);
});

test('rubbish in the place of the lock keeps nobody out', (t) => {
  const folder = newFolder(t);
  writeFileSync(join(folder, 'lock'), 'rubbish');
  assert.equal(problemOf(folder), undefined);
  symlinkSync('../../etc', join(folder, 'lock'));
  assert.equal(problemOf(folder), undefined);
});

test('an older lock that is released does not take away its successor', (t) => {
  const folder = newFolder(t);
  const old = lockState(folder);
  assert.ok('release' in old);
  rmSync(join(folder, 'lock'));
  symlinkSync('1-1', join(folder, 'lock'));
  old.release();
  assert.deepEqual(readdirSync(folder), ['lock']);
});

test('a folder that is not there is a problem in one line', () => {
  const folder = fileURLToPath(new URL('nowhere', import.meta.url));
  assert.match(problemOf(folder)!, /^the state folder .*nowhere cannot be locked: ENOENT.*$/);
});
