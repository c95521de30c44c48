import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { packageRoot } from '../src/package-root.js';

const page = readFileSync(join(packageRoot(), 'docs/FAULT-MODEL.md'), 'utf8');
/** `file` › `title`, or a `file` alone. */
const PROOF = /`(test\/[\w./-]+\.ts)`(?: › `([^`]+)`)?/g;

describe('docs/FAULT-MODEL.md', () => {
  const rows = page
    .split('\n')
    .filter((line) => line.startsWith('| ') && !line.includes('| Promise |'));

  test('has a proof in each row', () => {
    assert.ok(rows.length > 30);
    for (const row of rows) assert.match(row, new RegExp(PROOF.source), row);
  });

  for (const [, file, title] of page.matchAll(PROOF)) {
    test(`${file}${title === undefined ? '' : ` › ${title}`} exists`, () => {
      const path = join(packageRoot(), file!);
      assert.ok(existsSync(path));
      if (title !== undefined) assert.ok(readFileSync(path, 'utf8').includes(title));
    });
  }
});
