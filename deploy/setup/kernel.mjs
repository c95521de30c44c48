import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fingerprint, list, read } from './build.mjs';
import { isWritable, run, SetupError, step } from './steps.mjs';

/** Compiled from assembly/ for the build and for the tests alike. */
const PROGRAM = 'dist/kernel.wasm';
const MARK = 'dist/.kernel-fingerprint';
const COMPILER = 'node_modules/assemblyscript';
const SHOWN_ERRORS = 5;

/** @param {string} root */
export function kernelIsStale(root) {
  if (sources(root).length === 0) return false;
  return !existsSync(join(root, PROGRAM)) || read(join(root, MARK)) !== mark(root);
}

/** @param {string} root */
export async function ensureKernel(root) {
  if (!kernelIsStale(root)) return;
  const dist = join(root, 'dist');
  if (existsSync(dist) && !isWritable(dist)) {
    throw new SetupError(
      'the kernel is out of date and dist cannot be written: run `npm run setup` once as its owner.',
    );
  }
  if (!existsSync(join(root, COMPILER))) {
    throw new SetupError('npm packages are missing (assemblyscript): run `npm install`.');
  }
  rmSync(join(root, MARK), { force: true });
  const made = mark(root);
  const { code, output } = await step(
    'kernel',
    () => run(root, process.execPath, [join(root, COMPILER, 'bin/asc.js'), 'assembly/index.ts']),
    (result) => result.code === 0,
  );
  if (code !== 0) throw new SetupError(`the kernel did not compile:\n${errorsOf(output)}`);
  writeFileSync(join(root, MARK), made);
}

/** @param {string} root */
function sources(root) {
  return list(join(root, 'assembly'), '.ts').map((file) => join('assembly', file));
}

/** @param {string} root */
function mark(root) {
  return fingerprint(root, [...sources(root), 'asconfig.json', join(COMPILER, 'package.json')]);
}

/**
 * The compiler draws each error over several lines; here it is one, with its place.
 * @param {string} output
 */
export function errorsOf(output) {
  const drawn = /^ERROR ([^\n]+)\n(?:(?!ERROR |WARNING )[^\n]*\n)*?[^\n]*└─ in ([^\n]+)/gm;
  const errors = [...output.matchAll(drawn)].map(([, what, where]) => `${where}: ${what}`);
  if (errors.length === 0) return output.trim();
  const more = errors.length - SHOWN_ERRORS;
  const shown = errors.slice(0, SHOWN_ERRORS).join('\n');
  return shown + (more > 0 ? `\nand ${more} more: npx asc assembly/index.ts` : '');
}
