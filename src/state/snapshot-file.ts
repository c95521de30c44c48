import { createHash } from 'node:crypto';
import { renameSync } from 'node:fs';
import { type FileHandle, open, readdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { SavedEntry } from '../telemetry/saved-entry.js';
import { processStart } from './process-start.js';
import {
  headerLine,
  LINE_LIMIT,
  SIZE_LIMIT,
  type SnapshotHeader,
  trailerLine,
} from './snapshot-format.js';
import { openSnapshot, type Snapshot } from './snapshot-reader.js';

export interface WrittenSnapshot {
  readonly bytes: number;
  readonly entries: number;
  /** Entries that were left out, since a line so long would not be read back. */
  readonly skipped: number;
  /** The longest time without giving way to other work (milliseconds). */
  readonly longestSlice: number;
}

export interface WriteOptions {
  /** After so much work at a stretch it gives way to other work (milliseconds). Default 2. */
  readonly slice?: number;
}

export interface FoundSnapshot {
  /** Undefined: there is none that can be used. */
  readonly snapshot: Snapshot | undefined;
  /** What was wrong and what was done about it, in one line; undefined on a first start. */
  readonly problem: string | undefined;
}

/** Only the sensor may read what the network said: credentials are in it. */
const MODE = 0o600;
const SLICE_MS = 2;
/** Characters that are collected before they are written. */
const BATCH = 64 * 1024;
/** A line of so many characters is within the limit whatever they are: UTF-8 has three bytes each. */
const SURELY_SHORT = LINE_LIMIT / 3;

/**
 * Writes a snapshot so that a power cut at any moment leaves a whole one: to `FILE.new-PID`, down to
 * the disk; then the one before becomes `FILE.old`, and the new one takes its place. Other work goes on
 * between the slices, so `entries` must bear that things change meanwhile. One at a time for each
 * file. Rejects when the disk does not take it, and then leaves the one before as it was.
 */
export async function writeSnapshot(
  file: string,
  header: SnapshotHeader,
  entries: Iterable<SavedEntry>,
  options: WriteOptions = {},
): Promise<WrittenSnapshot> {
  await removeLeftovers(file);
  const fresh = `${file}.new-${process.pid}`;
  const handle = await open(fresh, 'wx', MODE);
  let written: WrittenSnapshot;
  try {
    written = await writeLines(handle, header, entries, options.slice ?? SLICE_MS);
    await handle.sync();
  } catch (error) {
    await handle.close();
    await rm(fresh, { force: true });
    throw error;
  }
  await handle.close();
  await rename(file, `${file}.old`).catch(ignoreMissing);
  await rename(fresh, file);
  await syncFolder(dirname(file));
  return written;
}

/**
 * The last whole snapshot: `file`, or the one before it. A file that is no whole snapshot is kept
 * aside as `FILE.bad`. Never throws, whatever the files hold.
 */
export function readSnapshot(file: string, sizeLimit = SIZE_LIMIT): FoundSnapshot {
  const latest = openSnapshot(file, sizeLimit);
  if ('entries' in latest) return { snapshot: latest, problem: undefined };
  const before = openSnapshot(`${file}.old`, sizeLimit);
  const faults: string[] = [];
  for (const [path, found] of [[file, latest] as const, [`${file}.old`, before] as const]) {
    if ('entries' in found || found.kind === 'missing') continue;
    const name = basename(path);
    const isAside = path === file && found.kind === 'bad' && keepAside(file);
    faults.push(`${name} cannot be used, ${found.why}${isAside ? ` (kept as ${name}.bad)` : ''}`);
  }
  const snapshot = 'entries' in before ? before : undefined;
  // A power cut between the two renamings leaves just the one before, and nothing is wrong with it.
  if (faults.length === 0) return { snapshot, problem: undefined };
  const then = snapshot === undefined ? 'starts afresh' : 'goes on from the one before it';
  return { snapshot, problem: `${faults.join('; ')}: ${then}` };
}

async function writeLines(
  handle: FileHandle,
  header: SnapshotHeader,
  entries: Iterable<SavedEntry>,
  slice: number,
): Promise<WrittenSnapshot> {
  const hash = createHash('sha256');
  let batch = headerLine(header);
  let bytes = 0;
  let count = 0;
  let skipped = 0;
  let longestSlice = 0;
  let began = performance.now();
  const flush = async () => {
    const chunk = Buffer.from(batch);
    hash.update(chunk);
    batch = '';
    bytes += chunk.length;
    if (bytes > SIZE_LIMIT) throw new Error(`the snapshot has more than ${SIZE_LIMIT} bytes`);
    longestSlice = Math.max(longestSlice, performance.now() - began);
    await handle.writeFile(chunk);
    began = performance.now();
  };
  for (const entry of entries) {
    const line = JSON.stringify(entry);
    if (line.length > SURELY_SHORT && Buffer.byteLength(line) > LINE_LIMIT) {
      skipped++;
      continue;
    }
    batch += `${line}\n`;
    count++;
    if (batch.length >= BATCH || performance.now() - began >= slice) await flush();
  }
  await flush();
  const trailer = trailerLine({ entries: count, sha256: hash.digest('hex') });
  await handle.writeFile(trailer);
  return { bytes: bytes + trailer.length, entries: count, skipped, longestSlice };
}

/** What a program left that was killed while it wrote; not what another is writing. */
async function removeLeftovers(file: string): Promise<void> {
  const folder = dirname(file);
  const stem = `${basename(file)}.new-`;
  for (const name of await readdir(folder)) {
    if (!name.startsWith(stem)) continue;
    const pid = Number(name.slice(stem.length));
    if (pid === process.pid || (Number.isInteger(pid) && processStart(pid) === undefined)) {
      await rm(join(folder, name), { force: true });
    }
  }
}

/** The renamings reach the disk. Some systems cannot sync a folder; they order it themselves. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } catch (error) {
    if (!hasCode(error, 'EINVAL')) throw error;
  } finally {
    await handle.close();
  }
}

/** False when the folder cannot be written. */
function keepAside(file: string): boolean {
  try {
    renameSync(file, `${file}.bad`);
    return true;
  } catch {
    return false;
  }
}

function ignoreMissing(error: unknown): void {
  if (!hasCode(error, 'ENOENT')) throw error;
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
