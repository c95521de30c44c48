/** An open way out. Writing never blocks the caller, however slow the other side is. */
export interface Outlet {
  /**
   * Writes `bytes` from `from` on. Resolves to how many were taken: 0 when there is no room just
   * now. Rejects with a system error.
   */
  write(bytes: Buffer, from: number): Promise<number>;
  /** The last bytes that are there already, at most `length`; undefined where none can be known. */
  tail(length: number): Promise<Buffer | undefined>;
  close(): Promise<void>;
}

/** Where lines go. */
export interface Destination {
  /** How messages name it: a path, `standard output`. */
  readonly name: string;
  /** It can be opened again, after an error or since the file was rotated; else an error may end it. */
  readonly reopens: boolean;
  open(): Promise<Outlet>;
}

/** The other side has gone for good, where the destination cannot be opened again. */
export function isGone(error: unknown): boolean {
  return GONE.has((error as NodeJS.ErrnoException).code ?? '');
}

const GONE: ReadonlySet<string> = new Set(['EPIPE', 'EIO', 'EBADF', 'ENXIO', 'ECONNRESET']);

const REASONS: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full',
  EDQUOT: 'the quota of the disk is used up',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EROFS: 'the file system is read-only',
  ENOENT: 'its folder does not exist',
  ENOTDIR: 'its folder is a file',
  EISDIR: 'it is a folder',
  ENXIO: 'nobody reads it',
  EPIPE: 'nobody reads it any more',
};

/** One line for people: what cannot be written, and why. */
export function problemText(destination: Destination, error: unknown): string {
  const { code = '', message } = error as NodeJS.ErrnoException;
  const reason = REASONS[code];
  return `cannot write ${destination.name}: ${reason === undefined ? message : `${reason} (${code})`}`;
}
