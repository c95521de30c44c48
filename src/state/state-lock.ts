import { readlinkSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { processStart } from './process-start.js';

export interface StateLock {
  /** Lets the next one in. */
  release(): void;
}

const NAME = 'lock';
/** Others that start at the same moment may take it first so often. */
const ATTEMPTS = 3;

/**
 * Keeps a second sipseer out of a state folder: two would overwrite each other's snapshots. The lock
 * is a symbolic link that points nowhere and names its holder, since such a link is made with its
 * content in one step, and is whole after a power cut. One whose holder has ended is taken over; a
 * holder in another PID namespace cannot be seen, and counts as ended. The problem is one line.
 */
export function lockState(folder: string): StateLock | { readonly problem: string } {
  const file = join(folder, NAME);
  const own = `${process.pid}-${processStart('self') ?? ''}`;
  try {
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      if (madeLink(own, file)) return { release: () => release(file, own) };
      const holder = readLink(file);
      if (holder === undefined) continue;
      const pid = livingPid(holder);
      if (pid !== undefined) return inUse(folder, pid);
      takeAway(file, holder, `${file}.stale-${process.pid}`);
    }
    return inUse(folder, undefined);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { problem: `the state folder ${folder} cannot be locked: ${reason}` };
  }
}

/** The number of a holder that lives; undefined when it has ended, or when this names none. */
function livingPid(holder: string): number | undefined {
  const [, pid, start] = /^(\d{1,10})-(\d+)$/.exec(holder) ?? [];
  if (pid === undefined) return undefined;
  return processStart(Number(pid)) === start ? Number(pid) : undefined;
}

/** Moves a stale lock away. Was another's new one caught instead, it goes back where it was. */
function takeAway(file: string, stale: string, aside: string): void {
  try {
    renameSync(file, aside);
  } catch (error) {
    if (!hasCode(error, 'ENOENT')) throw error;
    return;
  }
  const caught = readLink(aside);
  if (caught !== undefined && caught !== stale) madeLink(caught, file);
  rmSync(aside, { force: true });
}

/** False when there is one already. */
function madeLink(content: string, file: string): boolean {
  try {
    symlinkSync(content, file);
    return true;
  } catch (error) {
    if (!hasCode(error, 'EEXIST')) throw error;
    return false;
  }
}

/** What a link points at: '' of what is no link, undefined when nothing is there. */
function readLink(file: string): string | undefined {
  try {
    return readlinkSync(file);
  } catch (error) {
    if (hasCode(error, 'EINVAL')) return '';
    if (!hasCode(error, 'ENOENT')) throw error;
    return undefined;
  }
}

/** Never throws: one that stays is taken over by the next. */
function release(file: string, own: string): void {
  try {
    if (readLink(file) === own) rmSync(file, { force: true });
  } catch {}
}

function inUse(folder: string, pid: number | undefined): { readonly problem: string } {
  const who = pid === undefined ? '' : ` (process ${pid})`;
  return {
    problem: `another sipseer${who} keeps its state in ${folder}: end it, or give each a folder of its own`,
  };
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
