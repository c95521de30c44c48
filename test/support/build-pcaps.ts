/**
 * Builds every scenario below pcaps/: its capture, and the events that replaying it gives. Files that
 * hold the same already are left alone. Read what has changed before you commit it: an expectation
 * is right only when a telephone administrator would say so.
 *
 *   npm run pcaps            or, for some: node build/test/support/build-pcaps.js NAME…
 */
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { expectedText } from './expected-events.js';
import { replayed } from './replayed-events.js';
import { captureBytes, captureName, compressed, readScenario, startOf } from './scenario.js';
import { scenarioFolder, scenarioNames } from './scenario-folders.js';

const wanted = process.argv.slice(2);
for (const name of wanted.length > 0 ? wanted : scenarioNames()) {
  const changed = await build(scenarioFolder(name));
  process.stdout.write(`${name}: ${changed.length === 0 ? 'unchanged' : changed.join(', ')}\n`);
}

async function build(folder: string): Promise<string[]> {
  const scenario = readScenario(folder);
  const capture = captureName(scenario);
  const changed: string[] = [];
  for (const other of readdirSync(folder)) {
    if (!other.startsWith('capture.') || other === capture) continue;
    rmSync(join(folder, other));
    changed.push(`${other} removed`);
  }
  const bytes = captureBytes(scenario);
  // How well gzip packs depends on the version of zlib, so what is inside is compared.
  const path = join(folder, capture);
  const before = existsSync(path) ? readFileSync(path) : undefined;
  const content = before !== undefined && scenario.gzip ? gunzipSync(before) : before;
  if (!content?.equals(bytes)) {
    writeFileSync(path, compressed(bytes, scenario));
    changed.push(capture);
  }
  const { events } = await replayed([path]);
  const text = expectedText(events, startOf(scenario));
  const expected = join(folder, 'expected.jsonl');
  if (!existsSync(expected) || readFileSync(expected, 'utf8') !== text) {
    writeFileSync(expected, text);
    changed.push('expected.jsonl');
  }
  return changed;
}
