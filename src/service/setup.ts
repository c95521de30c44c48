import type { Config } from '../config/config.js';
import type { LoadedSignatures } from '../rules/load.js';

/** What can be read again while the sensor runs. */
export interface Setup {
  readonly config: Config;
  readonly signatures: LoadedSignatures;
}

/** Reads the set-up; with problems, one line each, nothing of it may be used. */
export type ReadSetup = () => Promise<Setup | { readonly problems: readonly string[] }>;

/** Keys that differ from those the sensor was started with, and that it does not follow. */
export function needsRestart(atStart: Config, now: Config): string[] {
  return (['state', 'web', 'capture'] as const).flatMap((section) =>
    Object.entries(now[section])
      .filter(([key]) => section !== 'capture' || key === 'record')
      .filter(([key, value]) => !isSame(value, valueAt(atStart[section], key)))
      .map(([key]) => `${section}.${key}`),
  );
}

function valueAt(section: object, key: string): unknown {
  return (section as Record<string, unknown>)[key];
}

function isSame(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
