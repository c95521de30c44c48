import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Writes a configuration into the folder and gives its path. */
export function configFile(folder: string, text: string | Uint8Array): string {
  const file = join(folder, 'config.yaml');
  writeFileSync(file, text);
  return file;
}

/** A copy of a configuration without keys that are undefined, which equal those that are absent. */
export function knownKeys(config: object): object {
  return Object.fromEntries(
    Object.entries(config).flatMap(([key, value]) => {
      if (value === undefined) return [];
      const isSection = value?.constructor === Object;
      return [[key, isSection ? knownKeys(value) : value]];
    }),
  );
}
