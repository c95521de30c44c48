import { CollectedSignatures, type LoadedSignatures } from './collected-signatures.js';
import { PreparedSignatures } from './prepared-signatures.js';

/**
 * Reads signatures as `loadSignatures` does, but files that the build prepared (`preparedFile`) are not
 * parsed again, and other work may go on after each file: a running sensor must not stand still.
 */
export async function loadPrepared(
  folders: readonly string[],
  preparedFile: string,
): Promise<LoadedSignatures> {
  const prepared = new PreparedSignatures(preparedFile);
  const collected = new CollectedSignatures(folders);
  for (const { path, bytes } of collected.files()) {
    const ready = prepared.signature(path, bytes);
    if (ready !== undefined) collected.add(ready);
    else {
      // Its parsers take longer to load than all prepared signatures together.
      const { readSignature } = await import('./read-signature.js');
      collected.add(readSignature(path, bytes.toString(), collected.problems));
    }
    await new Promise((resolve) => setImmediate(resolve));
  }
  return collected.loaded();
}
