import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isWritable, run, SetupError, step } from './steps.mjs';

const SHOWN_ERRORS = 5;

/**
 * The build is known by the content of what went into it, not by file times, which a checkout or
 * a copy may set either way.
 * @param {string} root
 * @returns {boolean}
 */
export function buildIsStale(root) {
  const sources = list(join(root, 'src'), '.ts');
  if (sources.length === 0) return false;
  if (read(join(root, 'dist/.fingerprint')) !== mark(root, sources)) return true;
  return sources.some((file) => !isDeclaration(file) && !existsSync(join(root, 'dist', js(file))));
}

/** @param {string} root */
export async function ensureBuild(root) {
  if (!buildIsStale(root)) return;
  const dist = join(root, 'dist');
  if (existsSync(dist) && !isWritable(dist)) {
    throw new SetupError(
      'the build is out of date and dist cannot be written: run `npm run setup` once as its owner.',
    );
  }
  rmSync(join(dist, '.fingerprint'), { force: true });
  const made = mark(root, list(join(root, 'src'), '.ts'));
  const { code, output } = await step(
    'build',
    () => run(root, process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', '.']),
    (result) => result.code === 0,
  );
  if (code !== 0) throw new SetupError(`the build failed:\n${firstErrors(output)}`);
  removeOrphans(dist, join(root, 'src'));
  writeFileSync(join(dist, '.fingerprint'), made);
}

/**
 * Removes compiled files whose source is gone: a deleted test would still run.
 * @param {string} compiled
 * @param {string} source
 */
export function removeOrphans(compiled, source) {
  const expected = new Set(
    [...list(source, '.ts'), ...list(source, '.mjs')].map((file) => js(file)),
  );
  for (const file of [...list(compiled, '.js'), ...list(compiled, '.mjs')]) {
    if (!expected.has(file)) rmSync(join(compiled, file));
  }
}

/** @param {string} root @param {string[]} sources */
function mark(root, sources) {
  return fingerprint(root, [
    ...sources.map((file) => join('src', file)),
    'tsconfig.json',
    'node_modules/typescript/package.json',
  ]);
}

/** What goes into a build, as one word. @param {string} root @param {string[]} files */
export function fingerprint(root, files) {
  const hash = createHash('sha256');
  for (const file of files) hash.update(`${file}\0${read(join(root, file))}\0`);
  return hash.digest('hex');
}

/** @param {string} output */
function firstErrors(output) {
  const errors = output.split('\n').filter((line) => line.includes('error'));
  const shown = (errors.length > 0 ? errors : output.split('\n')).slice(0, SHOWN_ERRORS);
  const more = errors.length - shown.length;
  return shown.join('\n') + (more > 0 ? `\nand ${more} more: npx tsc -p .` : '');
}

/**
 * Files below a folder, as sorted relative paths.
 * @param {string} folder @param {string} ending @returns {string[]}
 */
export function list(folder, ending) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith(ending))
    .sort();
}

/** @param {string} file */
const js = (file) => file.replace(/\.ts$/, '.js');

/** @param {string} file */
const isDeclaration = (file) => file.endsWith('.d.ts');

/** @param {string} path */
export function read(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
