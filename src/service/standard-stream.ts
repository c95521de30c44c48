import { constants, fstat, write } from 'node:fs';
import { open } from 'node:fs/promises';
import { Socket } from 'node:net';
import { promisify } from 'node:util';
import type { Destination, Outlet } from '../outputs/destination.js';
import { FileOutlet } from '../outputs/file-destination.js';

const NAMES = { 1: 'standard output', 2: 'standard error' } as const;

/**
 * Standard output or error, written without ever blocking. Node's own streams block the program
 * while a pipe is full; and a blocked thread of the pool would hold up the end of the program.
 */
export function standardStream(descriptor: 1 | 2): Destination {
  return {
    name: NAMES[descriptor],
    reopens: false,
    open: async () => await openStream(descriptor),
  };
}

async function openStream(descriptor: number): Promise<Outlet> {
  const stats = await promisify(fstat)(descriptor);
  if (stats.isFile()) return new DescriptorOutlet(descriptor);
  if (stats.isFIFO() || stats.isCharacterDevice()) {
    const own = await openAgain(descriptor);
    if (own !== undefined) return own;
  }
  if (stats.isFIFO() || stats.isSocket()) return new SocketOutlet(descriptor);
  return new DescriptorOutlet(descriptor);
}

/**
 * The same pipe or terminal with flags of its own: not to block, set on the inherited descriptor,
 * would hold for every other program that shares it. Undefined where the system refuses it.
 */
async function openAgain(descriptor: number): Promise<Outlet | undefined> {
  const path = `/proc/self/fd/${descriptor}`;
  const flags = constants.O_WRONLY | constants.O_NONBLOCK | constants.O_NOCTTY;
  try {
    return new FileOutlet(await open(path, flags), path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENXIO') throw error; // nobody reads the pipe
    return undefined;
  }
}

/** A regular file, or what cannot be treated better. It stays open: it is not ours. */
class DescriptorOutlet implements Outlet {
  private readonly descriptor: number;

  constructor(descriptor: number) {
    this.descriptor = descriptor;
  }

  async write(bytes: Buffer, from: number): Promise<number> {
    const length = bytes.length - from;
    return (await promisify(write)(this.descriptor, bytes, from, length, null)).bytesWritten;
  }

  tail(): Promise<undefined> {
    return Promise.resolve(undefined);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

/** A socket, such as that of the journal, written by the event loop. */
class SocketOutlet implements Outlet {
  private readonly socket: Socket;

  constructor(descriptor: number) {
    this.socket = new Socket({ fd: descriptor, readable: false, writable: true });
    // A failed write is told to who wrote.
    this.socket.on('error', () => {});
    this.socket.unref();
  }

  write(bytes: Buffer, from: number): Promise<number> {
    return new Promise((resolve, reject) => {
      this.socket.write(bytes.subarray(from), (error) => {
        if (error) reject(error);
        else resolve(bytes.length - from);
      });
    });
  }

  tail(): Promise<undefined> {
    return Promise.resolve(undefined);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
