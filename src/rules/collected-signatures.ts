import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { DocumentProblem } from '../documents/problem.js';
import { ListCache } from './lists.js';
import type { Signature } from './signature.js';

/** What a folder of signatures gave: the good ones, and every problem of the others. */
export interface LoadedSignatures {
  readonly signatures: Signature[];
  readonly problems: DocumentProblem[];
  readonly lists: ListCache;
}

interface SignatureFile {
  readonly path: string;
  readonly bytes: Buffer;
}

/** Takes in the signatures of folders, file by file. */
export class CollectedSignatures {
  /** Of the files; whoever reads one adds to it. */
  readonly problems: DocumentProblem[] = [];
  private readonly signatures: Signature[] = [];
  private readonly folders: readonly string[];
  private readonly lists: ListCache;

  constructor(folders: readonly string[]) {
    this.folders = folders;
    this.lists = new ListCache(folders);
  }

  /** Every `*.yaml` and `*.yml` below the folders, in name order, as far as they can be read. */
  *files(): Generator<SignatureFile, void> {
    for (const folder of this.folders) {
      for (const path of yamlFiles(folder, this.problems)) {
        const bytes = readBytes(path, this.problems);
        if (bytes !== undefined) yield { path, bytes };
      }
    }
  }

  /** What the latest file holds; undefined: nothing good. */
  add(signature: Signature | undefined): void {
    if (signature !== undefined) this.signatures.push(signature);
  }

  /** All that was taken in, when there is no more. */
  loaded(): LoadedSignatures {
    const { signatures, problems, lists } = this;
    checkUnique(signatures, problems);
    return { signatures, problems, lists };
  }
}

function checkUnique(signatures: readonly Signature[], problems: DocumentProblem[]): void {
  const byId = new Map<string, Signature>();
  const bySid = new Map<number, Signature>();
  for (const signature of signatures) {
    const twin = byId.get(signature.id) ?? bySid.get(signature.sid);
    if (twin !== undefined) {
      const message = `id ${signature.id} is taken by ${twin.file} (${twin.id}); choose another`;
      problems.push(new DocumentProblem(signature.file, 1, message));
    }
    byId.set(signature.id, signature);
    bySid.set(signature.sid, signature);
  }
}

function yamlFiles(folder: string, problems: DocumentProblem[]): string[] {
  try {
    if (!statSync(folder).isDirectory()) return [folder];
    const names = readdirSync(folder, { recursive: true, encoding: 'utf8' });
    const files = names.filter((name) => /\.ya?ml$/.test(name)).sort();
    if (files.length === 0) {
      const message = 'holds no signature (no .yaml or .yml file); name another folder';
      problems.push(new DocumentProblem(folder, 1, message));
    }
    return files.map((name) => join(folder, name));
  } catch (error) {
    problems.push(unreadable(folder, error));
    return [];
  }
}

function readBytes(file: string, problems: DocumentProblem[]): Buffer | undefined {
  try {
    return readFileSync(file);
  } catch (error) {
    problems.push(unreadable(file, error));
    return undefined;
  }
}

function unreadable(path: string, error: unknown): DocumentProblem {
  const reason = error instanceof Error ? error.message : String(error);
  return new DocumentProblem(path, 1, `cannot be read: ${reason}`);
}
