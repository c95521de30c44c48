import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';

/** A file with this text in a folder of its own, which goes when the test ends. */
export function temporaryFile(test: TestContext, name: string, text: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'sipseer-test-'));
  test.after(() => rmSync(folder, { recursive: true }));
  const file = join(folder, name);
  writeFileSync(file, text);
  return file;
}
