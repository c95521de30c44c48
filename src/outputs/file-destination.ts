import { constants, type FileHandle, open } from 'node:fs/promises';
import type { Destination, Outlet } from './destination.js';

/** Not blocking: a named pipe that nobody reads is an error, and a full one is told as such. */
const FLAGS = constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT | constants.O_NONBLOCK;
const MODE = 0o640;
/** Of a file that may be written and not read: it may end within a line. */
const UNKNOWN_END = Buffer.from(' ');

/** A file, made with mode 0640 if it is not there, that lines are appended to. */
export function fileDestination(path: string): Destination {
  return {
    name: path,
    reopens: true,
    open: async () => new FileOutlet(await open(path, FLAGS, MODE), path),
  };
}

/** Writes through the thread pool. */
export class FileOutlet implements Outlet {
  private readonly handle: FileHandle;
  private readonly path: string;

  /** `path` leads to the same file, to read the end of it. */
  constructor(handle: FileHandle, path: string) {
    this.handle = handle;
    this.path = path;
  }

  async write(bytes: Buffer, from: number): Promise<number> {
    try {
      const { bytesWritten } = await this.handle.write(bytes, from, bytes.length - from, null);
      return bytesWritten;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EAGAIN') return 0;
      throw error;
    }
  }

  async tail(length: number): Promise<Buffer | undefined> {
    const stats = await this.handle.stat();
    if (!stats.isFile()) return undefined;
    try {
      const reader = await open(this.path, constants.O_RDONLY | constants.O_NONBLOCK);
      try {
        const at = Math.max(0, stats.size - length);
        const { buffer, bytesRead } = await reader.read(Buffer.alloc(length), 0, length, at);
        return buffer.subarray(0, bytesRead);
      } finally {
        await reader.close();
      }
    } catch {
      return UNKNOWN_END;
    }
  }

  async close(): Promise<void> {
    await this.handle.close();
  }
}
