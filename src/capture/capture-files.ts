import type { BigIntStats } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { displayName, fileProblem } from './file-problem.js';
import { NotACaptureError } from './frames.js';
import { readCapture } from './read-capture.js';

export interface CaptureFile {
  /** As given, or found below a given directory; '-' is standard input. */
  path: string;
  /** Packet time of the first frame, seconds since 1970; undefined without frames or unknown. */
  firstTime: number | undefined;
  /** Bytes as stored; undefined for a stream. */
  size: number | undefined;
}

export interface CaptureFiles {
  /** In the order of the paths given, below a directory in the order of names. */
  files: CaptureFile[];
  /** What cannot be read, one line each, saying what to do. */
  problems: string[];
  /** Files below directories that are not captures. */
  skipped: number;
}

/** Enough for a file's first packet. */
const PEEK_LENGTH = 16 * 1024;

/**
 * Finds the captures that `paths` name: files, directories (walked to the bottom) and '-'. What is
 * a capture is told by content. A file that is reached twice, by a link or by name, is read once.
 */
export async function captureFiles(paths: readonly string[]): Promise<CaptureFiles> {
  const search = new Search();
  for (const path of new Set(paths)) {
    if (path === '-') search.result.files.push({ path, firstTime: undefined, size: undefined });
    else await search.addNamed(path);
  }
  return search.result;
}

class Search {
  readonly result: CaptureFiles = { files: [], problems: [], skipped: 0 };
  /**
   * `device:inode` of what was visited, and whether captures were found there. It also ends the
   * walk round a loop of links.
   */
  private readonly visited = new Map<string, boolean>();
  /** How often captures were reached that had been found before. */
  private met = 0;

  /** A path that the user named: whatever is wrong with it is a problem. */
  async addNamed(path: string): Promise<void> {
    try {
      const stats = await stat(path, { bigint: true });
      if (!this.visit(stats)) return;
      if (stats.isDirectory()) await this.addDirectory(path, stats);
      else if (stats.isFile()) await this.addFile(path, stats);
      // A pipe or device gives its bytes once: looking would take them from the reader.
      else this.result.files.push({ path, firstTime: undefined, size: undefined });
    } catch (error) {
      this.result.problems.push(fileProblem(path, error).message);
    }
  }

  private async addDirectory(path: string, stats: BigIntStats): Promise<void> {
    const { files, problems, skipped } = this.result;
    const before = files.length + problems.length + this.met;
    await this.walk(path, stats);
    if (files.length + problems.length + this.met > before) return;
    const others = this.result.skipped - skipped;
    const holds = others === 0 ? 'holds no files' : `holds no captures (other files: ${others})`;
    problems.push(`${displayName(path)}: ${holds}; name one with pcap or pcapng files`);
  }

  private async walk(directory: string, stats: BigIntStats): Promise<void> {
    const before = this.result.files.length;
    for (const name of (await readdir(directory)).sort(byCodeUnit)) {
      const path = join(directory, name);
      try {
        await this.addFound(path);
      } catch (error) {
        this.result.problems.push(fileProblem(path, error).message);
      }
    }
    this.visited.set(identity(stats), this.result.files.length > before);
  }

  /** A path that a directory led to: what is no capture is passed over. */
  private async addFound(path: string): Promise<void> {
    const stats = await followLink(path);
    if (stats === undefined) this.result.skipped++;
    else if (!this.visit(stats)) return;
    else if (stats.isDirectory()) await this.walk(path, stats);
    else if (!stats.isFile()) this.result.skipped++;
    else {
      try {
        await this.addFile(path, stats);
      } catch (error) {
        if (!(error instanceof NotACaptureError)) throw error;
        this.result.skipped++;
      }
    }
  }

  private async addFile(path: string, stats: BigIntStats): Promise<void> {
    const firstTime = await firstPacketTime(path);
    this.result.files.push({ path, firstTime, size: Number(stats.size) });
    this.visited.set(identity(stats), true);
  }

  /** False when it was visited before. */
  private visit(stats: BigIntStats): boolean {
    const key = identity(stats);
    const found = this.visited.get(key);
    if (found === undefined) this.visited.set(key, false);
    else if (found) this.met++;
    return found === undefined;
  }
}

function identity(stats: BigIntStats): string {
  return `${stats.dev}:${stats.ino}`;
}

function byCodeUnit(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** What the path leads to; undefined for a link that leads nowhere. */
async function followLink(path: string): Promise<BigIntStats | undefined> {
  try {
    return await stat(path, { bigint: true });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ELOOP') return undefined;
    throw error;
  }
}

/** Reads no further than the chunk that holds the first packet. */
async function firstPacketTime(path: string): Promise<number | undefined> {
  const seen = new AbortController();
  const sink = { frame: () => seen.abort() };
  const { signal } = seen;
  return (await readCapture(path, sink, { signal, chunkLength: PEEK_LENGTH })).firstTime;
}
