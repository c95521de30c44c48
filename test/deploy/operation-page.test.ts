import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { readConfig } from '../../src/config/read-config.js';

const page = readFileSync('docs/OPERATION.md', 'utf8');

test('the configuration on the page is right', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'sipseer-page-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const examples = [...page.matchAll(/```yaml\n([\s\S]*?)```/g)];
  assert.ok(examples.length > 1);
  const file = join(folder, 'config.yaml');
  for (const [, example] of examples) {
    writeFileSync(file, example!);
    assert.deepEqual(readConfig(file).problems, []);
  }
});

test('the unit and the page name the same folders', () => {
  const unit = readFileSync('deploy/systemd/sipseer.service', 'utf8');
  assert.match(unit, /^StateDirectory=sipseer$/m);
  assert.match(page, /directory: \/var\/lib\/sipseer$/m);
  assert.match(unit, /^LogsDirectory=sipseer$/m);
  assert.match(page, /file: \/var\/log\/sipseer\/events\.jsonl$/m);
  assert.match(readFileSync('deploy/systemd/sipseer.logrotate', 'utf8'), /sipseer\/\*\.jsonl \{$/m);
});

test('what the page points to is there', () => {
  const files = [...page.matchAll(/\b(?:deploy|docs)\/[\w./-]+\w/g)].map(([path]) => path);
  const links = [...page.matchAll(/\]\(([\w.]+)(?:#[\w-]+)?\)/g)].map(([, name]) => `docs/${name}`);
  assert.ok(files.length > 5 && links.length > 3);
  assert.deepEqual(
    [...files, ...links].filter((path) => !existsSync(path)),
    [],
  );
});
