/**
 * Writes what is made from the program itself: the table of metrics in docs/METRICS.md, and the
 * routes and answers in docs/API.md.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../../src/package-root.js';
import { apiDocument, metricsDocument } from './web-documents.js';

const FILES: Record<string, (before: string) => string | Promise<string>> = {
  'docs/METRICS.md': metricsDocument,
  'docs/API.md': apiDocument,
};

for (const [name, make] of Object.entries(FILES)) {
  const file = join(packageRoot(), name);
  writeFileSync(file, await make(readFileSync(file, 'utf8')));
  process.stdout.write(`${name}\n`);
}
