/**
 * Writes what is made from the schema of the configuration: the example file, the JSON Schema for
 * editors, and the table of keys in docs/CONFIGURATION.md.
 *
 *   npm run config-docs
 */
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { configJsonSchema } from '../../src/config/json-schema.js';
import { packageRoot } from '../../src/package-root.js';
import { withKeyTable } from './config-table.js';
import { exampleConfig } from './example-config.js';

const FILES: Record<string, (before: string) => string> = {
  'deploy/config.example.yaml': exampleConfig,
  'deploy/config.schema.json': configJsonSchema,
  'docs/CONFIGURATION.md': withKeyTable,
};

for (const [name, make] of Object.entries(FILES)) {
  const file = join(packageRoot(), name);
  writeFileSync(file, make(readIfThere(file)));
  process.stdout.write(`${name}\n`);
}
// JSON as the formatter wants it.
const biome = join(packageRoot(), 'node_modules/@biomejs/biome/bin/biome');
const args = [biome, 'format', '--write', 'deploy/config.schema.json'];
process.exitCode = spawnSync(process.execPath, args, { cwd: packageRoot() }).status ?? 1;

function readIfThere(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
