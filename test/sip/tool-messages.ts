import { readdirSync, readFileSync } from 'node:fs';

const FOLDER = new URL('../../../test/cases/messages/', import.meta.url);

/** Messages of scanners and of a registrar, as they were on the wire. */
export const TOOL_MESSAGES: readonly { name: string; bytes: Buffer }[] = readdirSync(FOLDER)
  .filter((file) => file.endsWith('.dat'))
  .sort()
  .map((file) => ({
    name: file.slice(0, -'.dat'.length),
    bytes: readFileSync(new URL(file, FOLDER)),
  }));
