/**
 * The one check, for people and for CI: types, lint and format, the signatures' own examples, every
 * test, and the end-to-end tests last. All of it runs even if an early part fails. With arguments, only the test files whose
 * path contains one of them are run: `npm run check -- wire rules/condition`.
 */
import { spawnSync } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { list, removeOrphans } from '../deploy/setup/build.mjs';
import { ensureKernel } from '../deploy/setup/kernel.mjs';
import { SetupError } from '../deploy/setup/steps.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const wanted = process.argv.slice(2);
/** @type {string[]} */
const failed = [];

/** @param {string} name @param {string[]} args of node @param {boolean} [tellsItself] */
function part(name, args, tellsItself = false) {
  console.log(`\n== ${name}`);
  const started = performance.now();
  const { status } = spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit' });
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  if (status !== 0) failed.push(name);
  if (!tellsItself) console.log(`${status === 0 ? 'ok' : 'FAILED'} (${seconds} s)`);
}

/** @param {string} name @param {string[]} files below build/test @param {number} atOnce */
function tests(name, files, atOnce) {
  if (files.length === 0) return;
  const args = [
    '--test',
    '--test-timeout=600000',
    `--test-concurrency=${atOnce}`,
    `--test-reporter=${join(root, 'test/reporter.mjs')}`,
    '--test-reporter-destination=stdout',
    ...files.map((file) => join('build/test', file)),
  ];
  part(name, args, true);
}

try {
  await ensureKernel(root);
} catch (error) {
  console.error(error instanceof SetupError ? error.message : error);
  failed.push('kernel');
}
part('types', ['node_modules/typescript/bin/tsc', '-p', 'test']);
for (const room of ['src', 'test', 'bench']) {
  removeOrphans(join(root, 'build', room), join(root, room));
}
if (wanted.length === 0) {
  part('lint', ['node_modules/@biomejs/biome/bin/biome', 'check', '--error-on-warnings']);
  part('signatures', ['dist/main.js', 'signatures', 'test']);
}
const files = list(join(root, 'build/test'), '.test.js').filter(
  (file) => wanted.length === 0 || wanted.some((word) => file.includes(word)),
);
if (files.length === 0) failed.push('tests (no test file found)');
/** @param {string} file */
const isEndToEnd = (file) => file.startsWith('e2e') || file.startsWith('fuzz/worst-packets');
/** Long ones that measure neither how soon nor how fast: they mostly wait, or need one core each. */
const UNTIMED = ['e2e/soak', 'e2e/budget', 'e2e/tshark', 'e2e/tunnels'];
/** @param {string} file */
const isUntimed = (file) => UNTIMED.some((begin) => file.startsWith(begin));
tests(
  'tests',
  files.filter((file) => !isEndToEnd(file)),
  availableParallelism(),
);
tests('long end-to-end tests', files.filter(isUntimed), Math.min(2, availableParallelism()));
// They measure how soon an alert comes or what a packet costs, and so run one by one with the
// machine to themselves.
tests(
  'end-to-end tests',
  files.filter((file) => isEndToEnd(file) && !isUntimed(file)),
  1,
);
// The test runner's summary closes standard output; what failed besides goes to standard error.
if (failed.length > 0) {
  console.error(`check failed: ${failed.join(', ')}`);
  process.exitCode = 1;
}
