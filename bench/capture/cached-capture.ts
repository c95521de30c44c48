import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BuiltCapture, buildCapture } from './build-capture.js';
import { buildForgedCapture } from './build-forged-capture.js';

/** What makes the traffic of forged sources. */
const FROM_TESTS = ['forged-traffic.js', 'pcap-writer.js', 'sip-texts.js'].map((file) =>
  join('../../test/support', file),
);

export interface CachedCapture extends BuiltCapture {
  readonly path: string;
}

/**
 * The capture of so many messages, from a folder in the system's temporary one: built there when it
 * is not, or when the builder was changed since.
 */
export function cachedCapture(messages: number, seed = 1): CachedCapture {
  return cached(`mixed-${messages}-${seed}`, (path) => buildCapture(path, messages, seed));
}

/** The same of the traffic of so many forged sources; its path. */
export function cachedForgedCapture(sources: number): string {
  return cached(`forged-${sources}`, (path) => buildForgedCapture(path, sources)).path;
}

function cached<T extends object>(kind: string, build: (path: string) => T): T & { path: string } {
  const folder = join(tmpdir(), 'sipseer-bench');
  mkdirSync(folder, { recursive: true });
  const name = `${kind}-${builderVersion()}`;
  const path = join(folder, `${name}.pcap`);
  const facts = join(folder, `${name}.json`);
  if (existsSync(path) && existsSync(facts)) {
    return { ...(JSON.parse(readFileSync(facts, 'utf8')) as T), path };
  }
  for (const older of readdirSync(folder)) {
    if (older.startsWith(`${kind}-`)) rmSync(join(folder, older), { force: true });
  }
  const unfinished = `${path}.${process.pid}`;
  const built = build(unfinished);
  renameSync(unfinished, path);
  writeFileSync(facts, JSON.stringify(built));
  return { ...built, path };
}

/** Of the compiled files that captures are built by. */
function builderVersion(): string {
  const hash = createHash('sha256');
  const beside = readdirSync(import.meta.dirname).filter((file) => file.endsWith('.js'));
  for (const file of [...beside.sort(), ...FROM_TESTS]) {
    hash.update(readFileSync(join(import.meta.dirname, file)));
  }
  return hash.digest('hex').slice(0, 12);
}
