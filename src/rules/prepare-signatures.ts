import { readFileSync } from 'node:fs';
import { join, normalize } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { CollectedSignatures } from './collected-signatures.js';
import type { CheckedSignature } from './make-signature.js';
import { hashOf, type Prepared, readerHash } from './prepared-signatures.js';
import { checkSignature } from './read-signature.js';

/** Reads what is right below the folders. What is wrong is left to whoever loads it: it has to say. */
export function prepareSignatures(folders: readonly string[]): Prepared {
  const files: Record<string, CheckedSignature> = {};
  const collected = new CollectedSignatures(folders);
  for (const { path, bytes } of collected.files()) {
    const checked = checkSignature(path, bytes.toString(), collected.problems);
    if (checked !== undefined && isJson(checked)) files[hashOf(bytes)] = checked;
  }
  return { readers: readerHashes(), files };
}

/** Whether a value comes back from JSON as it was: `-0` and `undefined` would not. */
function isJson(value: unknown): boolean {
  return isDeepStrictEqual(JSON.parse(JSON.stringify(value)), value);
}

/** Of all that `read-signature.js` loads, itself included. */
function readerHashes(): Record<string, string> {
  const hashes: Record<string, string> = {};
  const visit = (path: string): void => {
    if (hashes[path] !== undefined) return;
    hashes[path] = readerHash(path);
    if (path.endsWith('.json')) return;
    const text = readFileSync(join(import.meta.dirname, '..', path), 'utf8');
    for (const [, target = ''] of text.matchAll(/\bfrom\s*['"]([^'"]+)['"]/g)) {
      if (target.startsWith('.')) visit(normalize(join(path, '..', target)));
      else if (!target.startsWith('node:')) visit(`${target}/package.json`);
    }
  };
  visit('rules/read-signature.js');
  return hashes;
}
