import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { type CheckedSignature, isNamedAfter, makeSignature } from './make-signature.js';
import type { Signature } from './signature.js';

/** What the build leaves: files by the hash of their bytes, and whose reading this was. */
export interface Prepared {
  /** Hash of each file that reading rests on, by its path below src, or `PACKAGE/package.json`. */
  readonly readers: Readonly<Record<string, string>>;
  readonly files: Readonly<Record<string, CheckedSignature>>;
}

/** Compiled files lie as their sources do. */
const COMPILED = join(import.meta.dirname, '..');
const require = createRequire(import.meta.url);

/**
 * Signature files that the build has read. Parsing and checking them costs as much time as all the
 * rest of the start, and they are the same each time. A file counts as prepared only while its
 * bytes are those that were read, and the code that would read it is the code that did.
 */
export class PreparedSignatures {
  private readonly files: ReadonlyMap<string, CheckedSignature>;

  /** Those that `file` holds. If it is missing, damaged or of another build, there are none. */
  constructor(file: string) {
    this.files = new Map(Object.entries(filesIn(file)));
  }

  /** What the file of this name holds; undefined: it has to be read. */
  signature(file: string, bytes: Uint8Array): Signature | undefined {
    const checked = this.files.get(hashOf(bytes));
    if (checked === undefined || !isNamedAfter(file, checked.document.id)) return undefined;
    return makeSignature(file, checked);
  }
}

export function hashOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('base64');
}

/** As it is written: a hash of what follows, so that damage is seen. */
export function sealed(prepared: Prepared): string {
  const text = JSON.stringify(prepared);
  return `${hashOf(Buffer.from(text))}\n${text}\n`;
}

function filesIn(file: string): Prepared['files'] {
  try {
    const { readers, files } = unsealed(readFileSync(file));
    const fits = Object.entries(readers).every(([path, hash]) => readerHash(path) === hash);
    return fits ? files : {};
  } catch {
    return {};
  }
}

function unsealed(text: Buffer): Prepared {
  const begin = text.indexOf('\n') + 1;
  const body = text.subarray(begin, text.length - 1);
  if (text.toString('latin1', 0, begin) !== `${hashOf(body)}\n`) throw new Error('damaged');
  return JSON.parse(body.toString()) as Prepared;
}

/** Kept: while a sensor runs, its files may be replaced by those of the next version. */
const READER_HASHES = new Map<string, string>();

/** Of one of the files that reading rests on, as it was when this was first asked. */
export function readerHash(path: string): string {
  let hash = READER_HASHES.get(path);
  if (hash === undefined) {
    const isPackage = path.endsWith('/package.json');
    hash = hashOf(readFileSync(isPackage ? require.resolve(path) : join(COMPILED, path)));
    READER_HASHES.set(path, hash);
  }
  return hash;
}
