import { createHash } from 'node:crypto';
import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import type { SavedEntry } from '../telemetry/saved-entry.js';
import {
  LINE_LIMIT,
  readEntry,
  readHeader,
  readTrailer,
  type SnapshotHeader,
  TRAILER_LIMIT,
} from './snapshot-format.js';

/** A snapshot that was found whole. */
export interface Snapshot {
  readonly file: string;
  readonly header: SnapshotHeader;
  /** Read from the file line by line, so that it is never in memory as a whole. */
  readonly entries: Iterable<SavedEntry>;
}

/** Why a file cannot be used: there is none, it may not be read, or it is no whole snapshot. */
export interface Unusable {
  readonly kind: 'missing' | 'unreadable' | 'bad';
  readonly why: string;
}

const CHUNK = 64 * 1024;
const NEWLINE = 10;

/**
 * Reads a file through once, holding no more of it than a chunk, and says whether it is a whole
 * snapshot. Never throws, whatever the file holds.
 */
export function openSnapshot(file: string, sizeLimit: number): Snapshot | Unusable {
  let fd: number;
  try {
    // Of a pipe in its place, opening would wait for a writer.
    fd = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (error) {
    return unusable(error);
  }
  try {
    return verified(file, fd, sizeLimit);
  } catch (error) {
    return unusable(error);
  } finally {
    closeSync(fd);
  }
}

function verified(file: string, fd: number, sizeLimit: number): Snapshot | Unusable {
  const stat = fstatSync(fd);
  if (!stat.isFile()) return { kind: 'unreadable', why: 'it is no file' };
  const { size } = stat;
  if (size > sizeLimit) return bad(`it has ${size} bytes, more than the ${sizeLimit} allowed`);
  const trailerAt = findTrailer(fd, size);
  const trailer = trailerAt === undefined ? undefined : readTrailer(textOf(fd, trailerAt, size));
  if (trailerAt === undefined || trailer === undefined) return bad('it is no whole snapshot');
  const body = readBody(fd, trailerAt);
  if (body === undefined) return bad('it has a line that is too long');
  if (body.sha256 !== trailer.sha256 || body.lines !== trailer.entries + 1) {
    return bad('its checksum is wrong');
  }
  const header = readHeader(textOf(fd, 0, body.headerTo));
  if (typeof header === 'string') return bad(header);
  const entries = { [Symbol.iterator]: () => entriesOf(file, body.headerTo + 1) };
  return { file, header, entries };
}

/** Where the last line begins; undefined when the file does not end in a line of fitting length. */
function findTrailer(fd: number, size: number): number | undefined {
  const from = Math.max(0, size - TRAILER_LIMIT);
  const end = bytesOf(fd, from, size);
  if (end.at(-1) !== NEWLINE) return undefined;
  const before = end.subarray(0, -1).lastIndexOf(NEWLINE);
  return before === -1 ? undefined : from + before + 1;
}

/** What stands before the trailer; undefined when a line of it is too long. */
function readBody(
  fd: number,
  to: number,
): { sha256: string; lines: number; headerTo: number } | undefined {
  const hash = createHash('sha256');
  let lines = 0;
  let lineFrom = 0;
  let headerTo = 0;
  for (const [at, chunk] of chunks(fd, 0, to)) {
    hash.update(chunk);
    for (let i = chunk.indexOf(NEWLINE); i !== -1; i = chunk.indexOf(NEWLINE, i + 1)) {
      const lineTo = at + i;
      if (lineTo - lineFrom > LINE_LIMIT) return undefined;
      if (lines++ === 0) headerTo = lineTo;
      lineFrom = lineTo + 1;
    }
    if (at + chunk.length - lineFrom > LINE_LIMIT) return undefined;
  }
  return { sha256: hash.digest('hex'), lines, headerTo };
}

/** The entries of a file that was verified; should it be gone by now, there are none. */
function* entriesOf(file: string, from: number): Generator<SavedEntry> {
  let fd: number;
  try {
    fd = openSync(file, constants.O_RDONLY);
  } catch {
    return;
  }
  try {
    let line: string | undefined;
    // One line late, for the last is the trailer.
    for (const next of linesOf(fd, from)) {
      if (line !== undefined) yield readEntry(line);
      line = next;
    }
  } finally {
    closeSync(fd);
  }
}

function* linesOf(fd: number, from: number): Generator<string> {
  let rest = Buffer.alloc(0);
  for (const [, chunk] of chunks(fd, from, Number.POSITIVE_INFINITY)) {
    const bytes = Buffer.concat([rest, chunk]);
    let at = 0;
    for (let i = bytes.indexOf(NEWLINE); i !== -1; i = bytes.indexOf(NEWLINE, at)) {
      yield bytes.toString('utf8', at, i);
      at = i + 1;
    }
    rest = bytes.subarray(at);
  }
}

/** The bytes of a range, a borrowed chunk at a time, with the place of each. */
function* chunks(fd: number, from: number, to: number): Generator<[at: number, chunk: Buffer]> {
  const buf = Buffer.alloc(CHUNK);
  for (let at = from; at < to; ) {
    const length = readSync(fd, buf, 0, Math.min(CHUNK, to - at), at);
    if (length === 0) return;
    yield [at, buf.subarray(0, length)];
    at += length;
  }
}

function textOf(fd: number, from: number, to: number): string {
  return bytesOf(fd, from, to).toString('utf8');
}

function bytesOf(fd: number, from: number, to: number): Buffer {
  const buf = Buffer.alloc(to - from);
  return buf.subarray(0, readSync(fd, buf, 0, buf.length, from));
}

function bad(why: string): Unusable {
  return { kind: 'bad', why };
}

function unusable(error: unknown): Unusable {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'ENOENT') return { kind: 'missing', why: 'there is none' };
  const why = error instanceof Error ? error.message : String(error);
  return { kind: 'unreadable', why: `it cannot be read: ${why}` };
}
