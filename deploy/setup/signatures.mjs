import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fingerprint, list, read } from './build.mjs';
import { isWritable, run, step } from './steps.mjs';

/** Part of the build: it reads the signatures, so that no start has to. */
const PROGRAM = 'dist/prepare.js';
const RESULT = 'dist/signatures.json';
const MARK = 'dist/.signatures-fingerprint';

/** Without the result all works as well, only slower: where it cannot be written, it is not due. */
export function signaturesAreStale(/** @type {string} */ root) {
  if (!existsSync(join(root, PROGRAM)) || !isWritable(join(root, 'dist'))) return false;
  return !existsSync(join(root, RESULT)) || read(join(root, MARK)) !== mark(root);
}

/** @param {string} root */
export async function ensureSignatures(root) {
  if (!signaturesAreStale(root)) return;
  const made = mark(root);
  const { code } = await step(
    'signatures',
    () => run(root, process.execPath, [join(root, PROGRAM)]),
    (result) => result.code === 0,
  );
  if (code === 0) writeFileSync(join(root, MARK), made);
}

/** @param {string} root */
function mark(root) {
  const files = [
    ...list(join(root, 'signatures'), '.yaml'),
    ...list(join(root, 'signatures'), '.yml'),
  ];
  return fingerprint(root, [
    ...files.map((file) => join('signatures', file)),
    'dist/.fingerprint',
    'node_modules/yaml/package.json',
    'node_modules/zod/package.json',
  ]);
}
