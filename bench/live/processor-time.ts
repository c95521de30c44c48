import { readFileSync } from 'node:fs';

/** What Linux counts in, whatever the kernel's own clock (USER_HZ, man 5 proc). */
const TICKS_PER_SECOND = 100;
/** Places in /proc/PID/stat after the command's name, which may hold anything: utime, stime. */
const [USER, SYSTEM] = [11, 12] as const;

/** Seconds of processor that a process has used so far, with all its threads; NaN: it is gone. Linux. */
export function processorTime(pid: number): number {
  let stat: string;
  try {
    stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
  } catch {
    return Number.NaN;
  }
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[USER]) + Number(fields[SYSTEM])) / TICKS_PER_SECOND;
}
