import { readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { SetupError, say } from './steps.mjs';

const HEARTBEAT_MS = 2_000;
const STALE_MS = 20_000;

/**
 * Lets one set-up work on this folder at a time; the others wait. The lock is a file that names
 * its holder, who touches it every two seconds: a lock whose holder is gone (killed, or the
 * machine restarted) is taken over. It is given back when this process ends.
 * @param {string} root
 */
export async function holdLock(root) {
  const path = join(root, '.setup.lock');
  let waiting = false;
  while (!take(path)) {
    const holder = read(path);
    if (holder !== undefined && isAbandoned(path, holder)) {
      rmSync(path, { force: true });
      continue;
    }
    if (!waiting) say('another set-up is running here: waiting for it');
    waiting = true;
    await sleep(200);
  }
  const beat = setInterval(() => touch(path), HEARTBEAT_MS);
  beat.unref();
  process.on('exit', () => rmSync(path, { force: true }));
}

/** @param {string} path */
function take(path) {
  try {
    writeFileSync(path, `${hostname()} ${process.pid}`, { flag: 'wx' });
    return true;
  } catch (error) {
    const code = /** @type {NodeJS.ErrnoException} */ (error).code;
    if (code === 'EEXIST') return false;
    throw new SetupError(
      `something is missing and this folder cannot be written (${code}): run \`npm run setup\` once as its owner.`,
    );
  }
}

/** @param {string} path */
function read(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

/** @param {string} path @param {string} holder */
function isAbandoned(path, holder) {
  const [host, pid] = holder.split(' ');
  if (host === hostname() && isGone(Number(pid))) return true;
  const touched = statSync(path, { throwIfNoEntry: false })?.mtimeMs;
  return touched !== undefined && Date.now() - touched > STALE_MS;
}

/** @param {number} pid */
function isGone(pid) {
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return /** @type {NodeJS.ErrnoException} */ (error).code === 'ESRCH';
  }
}

/** @param {string} path */
function touch(path) {
  const now = new Date();
  try {
    utimesSync(path, now, now);
  } catch {
    // Taken away by hand: nothing to keep alive.
  }
}
