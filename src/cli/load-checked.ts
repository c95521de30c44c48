import { relative, resolve, sep } from 'node:path';
import { displayName } from '../capture/file-problem.js';
import type { DocumentProblem } from '../documents/problem.js';
import type { LoadedSignatures } from '../rules/load.js';
import { loadPrepared } from '../rules/load-prepared.js';
import type { Signature } from '../rules/signature.js';
import { signatureProblems } from '../rules/signature-set.js';
import { ExitCode } from './exit-codes.js';
import { preparedFile, signatureFolders } from './signature-folders.js';

/**
 * The shipped signatures and those of more folders. With any error in them nothing is run: every
 * error is printed with file and line, the exit code is set, and undefined is given.
 */
export async function loadChecked(
  folders?: readonly string[],
): Promise<LoadedSignatures | undefined> {
  const loaded = await loadPrepared(signatureFolders(folders), preparedFile());
  const problems = signatureProblems(loaded);
  for (const problem of problems) process.stderr.write(`${problemLine(problem)}\n`);
  if (problems.length === 0) return loaded;
  const errors = problems.length === 1 ? '1 error' : `${problems.length} errors`;
  process.stderr.write(`sipseer: ${errors} in the signatures; nothing was run\n`);
  process.exitCode = ExitCode.Usage;
  return undefined;
}

/** A fault of a file that somebody wrote, with its place. */
export function problemLine({
  file,
  line,
  message,
}: Pick<DocumentProblem, 'file' | 'line' | 'message'>): string {
  return `${shownPath(file)}:${line}: ${message}`;
}

/** A path as short as it gets from here. From / none gets shorter, only harder to read. */
export function shownPath(file: string): string {
  if (process.cwd() === sep) return displayName(file);
  const fromHere = relative('.', file);
  return displayName(fromHere === '' || fromHere.startsWith('..') ? file : fromHere);
}

/** Where a signature came from: `shipped`, or the folder or file as it was given. */
export function originOf({ file }: Signature, folders: readonly string[] = []): string {
  const at = resolve(file);
  const folder = folders.find((each) => {
    const path = resolve(each);
    return at === path || at.startsWith(path.endsWith(sep) ? path : path + sep);
  });
  return folder === undefined ? 'shipped' : displayName(folder);
}
