import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
} from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { isWritable, keepLog, run, SetupError, say, step } from './steps.mjs';

/**
 * Dev packages compile the program, so NODE_ENV=production must not leave them out. Install
 * scripts are not run here: the one package that has any (cap) is built in a step of its own that
 * may fail. Retries are short, so that a machine without a network is told so within seconds.
 */
const INSTALL_FLAGS = [
  '--ignore-scripts',
  '--include=dev',
  '--include=optional',
  '--no-audit',
  '--no-fund',
  '--no-progress',
  '--loglevel=error',
  '--fetch-timeout=30000',
  '--fetch-retry-mintimeout=1000',
  '--fetch-retry-maxtimeout=4000',
];

/**
 * @typedef {{ version?: string, integrity?: string, optional?: boolean, os?: string[],
 *   cpu?: string[], libc?: string[] }} LockEntry
 * @typedef {{ packages: Record<string, LockEntry> }} Lock
 */

/**
 * Holds node_modules against the lock file, package by package. npm writes its own list
 * (node_modules/.package-lock.json) last, so an interrupted install has none.
 * @param {string} root
 * @returns {boolean}
 */
export function packagesAreMissing(root) {
  const wanted = readLock(join(root, 'package-lock.json'));
  const present = readLock(join(root, 'node_modules/.package-lock.json'));
  if (wanted === undefined || present === undefined || lockIsBehind(root, wanted)) return true;
  return Object.entries(wanted.packages).some(([path, entry]) => {
    if (path === '') return false;
    const here = present.packages[path];
    if (here === undefined) return !entry.optional || fitsThisMachine(entry);
    return (
      here.version !== entry.version ||
      here.integrity !== entry.integrity ||
      !existsSync(join(root, path, 'package.json'))
    );
  });
}

/** @param {string} root */
export async function ensurePackages(root) {
  if (!packagesAreMissing(root)) return;
  const lock = readLock(join(root, 'package-lock.json'));
  const behind = lock === undefined || lockIsBehind(root, lock);
  if (behind && process.env.CI) {
    throw new SetupError(
      'package.json and package-lock.json do not agree: run `npm install` and commit the lock file.',
    );
  }
  if (behind) say('package.json has changed: package-lock.json will follow');
  const modules = join(root, 'node_modules');
  if (existsSync(modules) && !isWritable(modules)) {
    throw new SetupError(
      'npm packages are missing and node_modules cannot be written: run `npm run setup` once as its owner.',
    );
  }
  const { code, output } = await step(
    'npm packages',
    () => npm(root, [behind ? 'install' : 'ci', ...INSTALL_FLAGS]),
    (result) => result.code === 0,
  );
  if (code === 0) return;
  throw new SetupError(`${whyNpmFailed(output)}${keepLog(root, output)}.`);
}

/**
 * Runs the npm that runs us, else the one in PATH.
 * @param {string} root
 * @param {string[]} args
 * @param {Record<string, string>} [env]
 */
export function npm(root, args, env = {}) {
  const own = process.env.npm_execpath;
  const where = { ...env, ...cacheElsewhere() };
  if (own !== undefined && basename(own) === 'npm-cli.js') {
    return run(root, process.execPath, [own, ...args], where);
  }
  return run(root, 'npm', args, where);
}

/**
 * A service account often has no home folder, and npm stops when it cannot make its cache there.
 * @returns {Record<string, string>}
 */
function cacheElsewhere() {
  const cache = process.env.npm_config_cache ?? join(homedir(), '.npm');
  try {
    mkdirSync(cache, { recursive: true });
    accessSync(cache, constants.W_OK);
    return {};
  } catch {
    const folder = mkdtempSync(join(tmpdir(), 'sipseer-npm-'));
    process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
    return { npm_config_cache: folder };
  }
}

/** @param {string} output what npm printed @returns {string} one line: what is wrong, what to do */
export function whyNpmFailed(output) {
  if (/\b(ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH)\b/.test(output)) {
    return 'the npm registry cannot be reached: check the network or proxy and run the command again';
  }
  if (/\b(EACCES|EPERM|EROFS)\b/.test(output)) {
    return 'npm may not write here: check who owns this folder and ~/.npm';
  }
  if (/\bENOSPC\b/.test(output)) return 'the disk is full';
  if (/ENOENT/.test(output) && /spawn npm/.test(output)) return 'npm is not installed';
  const reason = /^npm (?:error|ERR!) (?!(?:code|errno|syscall|path|dest) )(.+)$/m.exec(output);
  return `npm failed: ${reason?.[1] ?? 'no reason given'}`;
}

/** @param {string} root @param {Lock} lock */
function lockIsBehind(root, lock) {
  const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const locked = /** @type {Record<string, unknown>} */ (lock.packages[''] ?? {});
  return ['dependencies', 'devDependencies', 'optionalDependencies'].some(
    (key) => sorted(manifest[key]) !== sorted(locked[key]),
  );
}

/** @param {unknown} section */
function sorted(section) {
  return JSON.stringify(Object.entries(section ?? {}).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** @param {LockEntry} entry */
function fitsThisMachine(entry) {
  const libc = existsSync('/etc/alpine-release') ? 'musl' : 'glibc';
  return (
    (entry.os?.includes(process.platform) ?? true) &&
    (entry.cpu?.includes(process.arch) ?? true) &&
    (entry.libc?.includes(libc) ?? true)
  );
}

/** @param {string} path @returns {Lock | undefined} */
function readLock(path) {
  try {
    const lock = JSON.parse(readFileSync(path, 'utf8'));
    return typeof lock.packages === 'object' ? lock : undefined;
  } catch {
    return undefined;
  }
}
