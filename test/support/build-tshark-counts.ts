/**
 * Writes how many SIP messages tshark finds in each capture that was not built here, the second
 * opinion of test/captures/tshark.test.ts. Needs tshark.
 *
 *   npm run tshark-counts
 */
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../../src/package-root.js';
import { without } from './installed.js';
import { countAll, installedVersion, TABLE_FILE } from './tshark-counts.js';

const missing = without('tshark');
if (missing !== false) {
  process.stderr.write(`${missing}\n`);
  process.exit(1);
}

const version = await installedVersion();
const captures = Object.entries(await countAll());
const lines = captures.map(
  ([name, counts]) => `${JSON.stringify(name)}: ${JSON.stringify(counts)}`,
);
writeFileSync(
  join(packageRoot(), TABLE_FILE),
  `{\n"version": ${JSON.stringify(version)},\n"captures": {\n${lines.join(',\n')}\n}\n}\n`,
);
process.stdout.write(`${TABLE_FILE}: ${captures.length} captures\n`);
// JSON as the formatter wants it.
const biome = join(packageRoot(), 'node_modules/@biomejs/biome/bin/biome');
const args = [biome, 'format', '--write', TABLE_FILE];
process.exitCode = spawnSync(process.execPath, args, { cwd: packageRoot() }).status ?? 1;
