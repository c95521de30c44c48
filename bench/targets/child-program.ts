import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

const LIMIT_MS = 20 * 60_000;

/** Runs a program of this folder, or of another below the build, to its end; gives what it printed. */
export async function childProgram(
  file: string,
  args: readonly (string | number)[],
): Promise<string> {
  const program = join(import.meta.dirname, file);
  const line = [program, ...args.map(String)];
  const { stdout } = await promisify(execFile)(process.execPath, line, {
    timeout: LIMIT_MS,
    maxBuffer: 16 * 1024 * 1024,
  });
  return stdout;
}
