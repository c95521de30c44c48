import { CollectedSignatures, type LoadedSignatures } from './collected-signatures.js';
import { readSignature } from './read-signature.js';

export type { LoadedSignatures } from './collected-signatures.js';

/**
 * Reads every `*.yaml` and `*.yml` below the folders, in name order. Never throws for a bad file; a
 * folder without any is a problem.
 */
export function loadSignatures(folders: readonly string[]): LoadedSignatures {
  const collected = new CollectedSignatures(folders);
  for (const { path, bytes } of collected.files()) {
    collected.add(readSignature(path, bytes.toString(), collected.problems));
  }
  return collected.loaded();
}
