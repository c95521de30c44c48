import type { Config } from '../config/config.js';
import type { LoadedSignatures } from '../rules/load.js';

/** What can be read again while the sensor runs. */
export interface Setup {
  readonly config: Config;
  readonly signatures: LoadedSignatures;
}

/** Reads the set-up; with problems, one line each, nothing of it may be used. */
export type ReadSetup = () => Promise<Setup | { readonly problems: readonly string[] }>;

/** Sections that are looked at once, when all begins. */
const FIXED = ['state', 'web'] as const;

/** Keys that were changed and that a running sensor does not follow. */
export function needsRestart(before: Config, after: Config): string[] {
  return FIXED.flatMap((section) => {
    const [old, now] = [before[section], after[section]] as [object, object];
    return Object.entries(now)
      .filter(([key, value]) => !isSame(value, old[key as keyof object]))
      .map(([key]) => `${section}.${key}`);
  });
}

function isSame(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
