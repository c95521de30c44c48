import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { PCAPS } from './replayed-events.js';

/** Captures of other people: they have no scenario. */
export const THIRD_PARTY = 'third-party';

/** The names of the scenarios below pcaps/, in order. */
export function scenarioNames(): string[] {
  return readdirSync(PCAPS, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && entry.name !== THIRD_PARTY)
    .map((entry) => entry.name)
    .sort();
}

export function scenarioFolder(name: string): string {
  return join(PCAPS, name);
}
