import { join } from 'node:path';
import { packageRoot } from '../package-root.js';

/** The shipped signatures, and whatever the operator adds. */
export function signatureFolders(more: readonly string[] = []): string[] {
  return [join(packageRoot(), 'signatures'), ...more];
}

/** What the build made of the shipped ones. */
export function preparedFile(): string {
  return join(packageRoot(), 'dist/signatures.json');
}
