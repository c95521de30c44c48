/**
 * For CI: replays a small capture by this commit and by the one before, in turn, and prints what the
 * change costs. It informs; it never fails. Run: node build/bench/guard/main.js
 */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { packageRoot } from '../../src/package-root.js';
import { cachedCapture } from '../capture/cached-capture.js';
import { timedCommand } from '../timed-command.js';
import { guardLines } from './guard-lines.js';

const MESSAGES = 50_000;
const ROUNDS = 4;
const LIMIT_S = 60;

const root = packageRoot();
const folder = mkdtempSync(join(tmpdir(), 'sipseer-guard-'));
try {
  const before = join(folder, 'before');
  const problem = build(before);
  if (problem !== undefined)
    console.log(`skipped: replay cost against the commit before: ${problem}`);
  else for (const line of guardLines(await costs(before))) console.log(line);
} catch (error) {
  console.log(`skipped: replay cost against the commit before: ${(error as Error).message}`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** Checks the commit before out, and builds it with the packages of this one. */
function build(before: string): string | undefined {
  if (!succeeds('git', ['rev-parse', '--verify', '-q', 'HEAD~1'])) return 'there is none here';
  if (!succeeds('git', ['clone', '-q', '--shared', root, before])) return 'it cannot be cloned';
  if (!succeeds('git', ['-C', before, 'checkout', '-q', 'HEAD~1']))
    return 'it cannot be checked out';
  const lock = (folderOf: string) => readFileSync(join(folderOf, 'package-lock.json'), 'utf8');
  if (lock(root) !== lock(before)) return 'it needs other packages';
  symlinkSync(join(root, 'node_modules'), join(before, 'node_modules'));
  const tsc = join(root, 'node_modules/typescript/bin/tsc');
  if (!succeeds(process.execPath, [tsc, '-p', '.'], before)) return 'it does not build';
  // The kernel is the same where its sources are; else its own compiler makes it.
  if (succeeds('git', ['diff', '--quiet', 'HEAD~1', '--', 'assembly'])) {
    cpSync(join(root, 'dist/kernel.wasm'), join(before, 'dist/kernel.wasm'));
  } else {
    const asc = join(root, 'node_modules/assemblyscript/bin/asc.js');
    if (!succeeds(process.execPath, [asc, 'assembly/index.ts'], before))
      return 'its kernel does not build';
  }
  return undefined;
}

/** Seconds of processor time of each round. */
async function costs(before: string): Promise<{ before: number[]; now: number[] }> {
  const { path } = cachedCapture(MESSAGES);
  const found = { before: [] as number[], now: [] as number[] };
  for (let round = 0; round < ROUNDS; round++) {
    found.before.push(await replayed(before, path));
    found.now.push(await replayed(root, path));
  }
  return found;
}

async function replayed(tree: string, path: string): Promise<number> {
  const command = [process.execPath, join(tree, 'dist/main.js'), 'replay', '-q', path];
  return (await timedCommand(command, '/dev/null', LIMIT_S)).cpu;
}

function succeeds(program: string, args: readonly string[], cwd = root): boolean {
  return spawnSync(program, args, { cwd, stdio: 'ignore' }).status === 0;
}
