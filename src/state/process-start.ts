import { readFileSync } from 'node:fs';

/**
 * When a process began, in clock ticks since boot (proc(5), field 22 of stat): with its number it
 * names the process, since numbers are used again. Undefined when it has ended.
 */
export function processStart(pid: number | 'self'): string | undefined {
  let stat: string;
  try {
    stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
  } catch {
    return undefined;
  }
  // Field 2 is a name in brackets that may itself have brackets and spaces.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [state] = fields;
  return state === 'Z' || state === 'X' ? undefined : fields[22 - 3];
}
