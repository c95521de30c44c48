import { CaptureError } from './frames.js';

/** What people call the stream. Control characters of a file name cannot forge a second line. */
export function displayName(path: string): string {
  if (path === '-') return 'standard input';
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out
  return path.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g, '?');
}

/** An error of the file system as one line that says what to do. */
export function fileProblem(path: string, error: unknown): CaptureError {
  if (error instanceof CaptureError) return error;
  const { code, message } = error as NodeJS.ErrnoException;
  const name = displayName(path);
  switch (code) {
    case 'ENOENT':
    case 'ENOTDIR':
      return new CaptureError(`${name}: no such file or directory; check the path`);
    case 'EACCES':
    case 'EPERM':
      return new CaptureError(`${name}: may not be read; change its permissions or the user`);
    case 'EISDIR':
      return new CaptureError(`${name}: is a directory, not a capture`);
    case 'ELOOP':
      return new CaptureError(`${name}: a symbolic link that leads to itself; name the file`);
    default:
      return new CaptureError(`${name}: cannot be read (${code ?? message}); check the disk`);
  }
}
