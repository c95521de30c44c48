import type { JsonValue, SavedEntry } from '../telemetry/saved-entry.js';

/**
 * A snapshot is a text of lines, each a JSON value: a header (an object), the entries (lists), and
 * a trailer (an object) with the number of entries and the SHA-256 of all bytes before it.
 */
const MAGIC = 'sipseer snapshot';

/** Changes when entries come to mean something else; another version is not read. */
const VERSION = 1;

/**
 * Longest line (bytes): the fullest source takes half of that. It has 1,024 targets of 16 characters
 * and 1,024 accounts of 64, each character written as \u00XX at worst, and their marks.
 */
export const LINE_LIMIT = 1024 * 1024;
/** Longest trailer (bytes). */
export const TRAILER_LIMIT = 256;
/** Largest snapshot that is written or read (bytes). */
export const SIZE_LIMIT = 1024 * 1024 * 1024;

/** Facts about a snapshot, such as the program's version and when it was saved. */
export interface SnapshotHeader {
  readonly [key: string]: JsonValue;
}

export interface SnapshotTrailer {
  readonly entries: number;
  readonly sha256: string;
}

/** No fact of the caller can pass for the format's own. */
export function headerLine(header: SnapshotHeader): string {
  const own = { magic: MAGIC, version: VERSION };
  return `${JSON.stringify({ ...own, ...header, ...own })}\n`;
}

export function trailerLine(trailer: SnapshotTrailer): string {
  return `${JSON.stringify(trailer)}\n`;
}

/** The header, or what is wrong with it. */
export function readHeader(line: string): SnapshotHeader | string {
  const header = parsed(line);
  if (!isObject(header) || header.magic !== MAGIC) return 'it is no snapshot';
  if (header.version === VERSION) return header;
  const version = typeof header.version === 'number' ? ` ${header.version}` : '';
  return `it has version${version} of the format, and this program reads ${VERSION}`;
}

export function readTrailer(line: string): SnapshotTrailer | undefined {
  const trailer = parsed(line);
  if (!isObject(trailer)) return undefined;
  const { entries, sha256 } = trailer;
  if (typeof entries !== 'number' || typeof sha256 !== 'string') return undefined;
  return { entries, sha256 };
}

/** The entry of a line. What is none belongs to no section, so whoever restores skips it. */
export function readEntry(line: string): SavedEntry {
  const entry = parsed(line);
  return isEntry(entry) ? entry : [''];
}

function isEntry(value: unknown): value is SavedEntry {
  return Array.isArray(value) && typeof value[0] === 'string';
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is { [key: string]: JsonValue } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
