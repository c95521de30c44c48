import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { packageRoot } from '../src/package-root.js';

const root = packageRoot();
const readme = readFileSync(join(root, 'README.md'), 'utf8');

function sipseer(...args: string[]): string {
  const main = join(root, 'dist/main.js');
  return execFileSync(process.execPath, [main, ...args], { cwd: root, encoding: 'utf8' });
}

function codeBlocks(language: string): string[] {
  return [...readme.matchAll(new RegExp(`\`\`\`${language}\\n(.*?)\`\`\``, 'gs'))].map(
    ([, text = '']) => text,
  );
}

test('what the README shows of the bundled captures is what the program prints', () => {
  const [demo = ''] = codeBlocks('text');
  const printed = sipseer('replay', '--quiet', 'pcaps');
  const incidents = demo.trim().split('\n\n');
  assert.ok(incidents.length >= 3);
  for (const incident of incidents) assert.ok(printed.includes(incident), incident);
});

test('the event in the README is one that the program writes, some keys left out', () => {
  const [text = ''] = codeBlocks('json');
  const shown = JSON.parse(text) as { sipseer: { alert_id: string } };
  const events = sipseer('replay', '--json', 'pcaps/svcrack-finds-password')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as typeof shown);
  const event = events.find(({ sipseer: own }) => own.alert_id === shown.sipseer.alert_id);
  assertContains(event, shown, 'event');
});

/** Every part of `shown` is in `actual`; arrays may be cut short. */
function assertContains(actual: unknown, shown: unknown, path: string): void {
  if (shown === null || typeof shown !== 'object') {
    assert.equal(actual, shown, path);
    return;
  }
  for (const [key, value] of Object.entries(shown)) {
    assertContains((actual as Record<string, unknown> | undefined)?.[key], value, `${path}.${key}`);
  }
}
