import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** What one run of a command cost. */
export interface Cost {
  /** Seconds from start to end. */
  readonly wall: number;
  /** Seconds of all processors, the kernel's part included. */
  readonly cpu: number;
  /** Most memory resident at one time, in bytes; NaN where the system does not tell. */
  readonly peak: number;
}

/** How often the peak of memory is read. The kernel keeps it, so only the last moment is missed. */
const POLL_MS = 10;
const LIMIT = 3600;

/** Bash tells the times of its child to a millisecond; Node does not tell them at all. */
const SCRIPT = 'TIMEFORMAT="%R %U %S"; time "$@" >"$OUTPUT" 2>/dev/null';

/**
 * Runs a program to its end and measures it. Its standard output goes to a file, or nowhere. Throws
 * where it fails or does not end in so many seconds.
 */
export async function timedCommand(
  command: readonly string[],
  output = '/dev/null',
  limit = LIMIT,
): Promise<Cost> {
  const shell = spawn('bash', ['-c', SCRIPT, 'bash', ...command], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, OUTPUT: output, LC_ALL: 'C' },
    // A group of its own, so that all of it can be ended.
    detached: true,
  });
  let times = '';
  shell.stderr.setEncoding('utf8').on('data', (text: string) => {
    times += text;
  });
  let peak = Number.NaN;
  const poll = setInterval(() => {
    const found = peakOfChild(shell.pid!);
    if (!Number.isNaN(found)) peak = found;
  }, POLL_MS);
  const ending = setTimeout(() => process.kill(-shell.pid!), 1000 * limit);
  const code = await new Promise<number | null>((resolve) => {
    shell.on('close', resolve).on('error', () => resolve(null));
  });
  clearInterval(poll);
  clearTimeout(ending);
  if (code !== 0) throw new Error(`${command.join(' ')}: ended with ${code}`);
  const [wall, user, system] = times.trim().split(/\s+/).slice(-3).map(Number);
  return { wall: wall!, cpu: user! + system!, peak };
}

/** Bytes. Linux only. */
function peakOfChild(shell: number): number {
  try {
    const [child = ''] = readFileSync(`/proc/${shell}/task/${shell}/children`, 'utf8').split(' ');
    if (child === '') return Number.NaN;
    const found = /^VmHWM:\s*(\d+) kB/m.exec(readFileSync(`/proc/${child}/status`, 'utf8'));
    return found ? 1024 * Number(found[1]) : Number.NaN;
  } catch {
    return Number.NaN;
  }
}
