import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Input, Piece } from './piece.js';

/** An input that once broke a promise or was too slow, as it is kept. */
export interface CaseFile {
  readonly name: string;
  readonly target: string;
  /** What it did, in a line. */
  readonly did: string;
  readonly inputs: readonly Input[];
}

/** Text for what can be read, base64 for the rest; times and link types only where they matter. */
interface SavedPiece {
  readonly time?: number;
  readonly originalLength?: number;
  readonly linkType?: number;
  readonly text?: string;
  readonly base64?: string;
}

export function readCases(folder: string): CaseFile[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .sort()
    .map((name) => {
      const saved = JSON.parse(readFileSync(join(folder, name), 'utf8')) as {
        target: string;
        did: string;
        inputs: SavedPiece[][];
      };
      const inputs = saved.inputs.map((input) => input.map(readPiece));
      return { name: name.replace(/\.json$/, ''), target: saved.target, did: saved.did, inputs };
    });
}

/** Writes a case into a folder and gives its path. */
export function writeCase(folder: string, { name, target, did, inputs }: CaseFile): string {
  const path = join(folder, `${name}.json`);
  const saved = { target, did, inputs: inputs.map((input) => input.map(savedPiece)) };
  writeFileSync(path, `${JSON.stringify(saved, undefined, 2)}\n`);
  return path;
}

function readPiece(saved: SavedPiece): Piece {
  const bytes =
    saved.text === undefined
      ? Buffer.from(saved.base64 ?? '', 'base64')
      : Buffer.from(saved.text, 'latin1');
  const { time = 0, linkType = 1, originalLength = bytes.length } = saved;
  return { bytes, time, linkType, originalLength };
}

function savedPiece({ bytes, time, linkType, originalLength }: Piece): SavedPiece {
  const text = bytes.toString('latin1');
  const isText = /^[\t\r\n -~]*$/.test(text);
  return {
    ...(time === 0 ? {} : { time }),
    ...(linkType === 1 ? {} : { linkType }),
    ...(originalLength === bytes.length ? {} : { originalLength }),
    ...(isText ? { text } : { base64: bytes.toString('base64') }),
  };
}
