import assert from 'node:assert/strict';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { severityRank } from '../src/rules/signature.js';
import { expectedText } from './support/expected-events.js';
import { outcomes, PCAPS, replayed } from './support/replayed-events.js';
import {
  addressesOf,
  captureBytes,
  captureName,
  readScenario,
  startOf,
} from './support/scenario.js';
import { scenarioFolder, scenarioNames } from './support/scenario-folders.js';

const REBUILD = 'To build it anew: npm run pcaps. Read what changes before you commit it.';
const MOST_BYTES = 60_000;

const names = scenarioNames();

test('there are scenarios of attacks and of innocent traffic', () => {
  const kinds = names.map((name) => readScenario(scenarioFolder(name)).kind);
  assert.ok(kinds.filter((kind) => kind === 'attack').length >= 8);
  assert.ok(kinds.filter((kind) => kind === 'innocent').length >= 6);
});

for (const name of names) {
  const folder = scenarioFolder(name);
  const scenario = readScenario(folder);
  const capture = join(folder, captureName(scenario));

  test(`${name}: scenario, capture and expectation stand together, and nothing else`, () => {
    const wanted = [captureName(scenario), 'expected.jsonl', 'scenario.yaml'];
    assert.deepEqual(readdirSync(folder).sort(), wanted, `pcaps/${name}. ${REBUILD}`);
    assert.ok(statSync(capture).size < MOST_BYTES, `${capture} is too large to keep`);
  });

  test(`${name}: the capture is what the scenario says`, () => {
    const file = readFileSync(capture);
    // How well gzip packs depends on the version of zlib; what is inside does not.
    const content = scenario.gzip ? gunzipSync(file) : file;
    const same = content.equals(captureBytes(scenario));
    assert.ok(same, `pcaps/${name}/scenario.yaml builds another capture. ${REBUILD}`);
  });

  test(`${name}: replaying gives the expected events`, async () => {
    const { events, counters } = await replayed([capture]);
    const expected = readFileSync(join(folder, 'expected.jsonl'), 'utf8');
    const actual = expectedText(events, startOf(scenario));
    const message = `pcaps/${name}/expected.jsonl:\n${lineDifference(expected, actual)}${REBUILD}`;
    assert.ok(actual === expected, message);
    assert.ok(counters.observations > 0, 'nothing was read');
    const rank = Math.max(-1, ...events.map((event) => severityRank(event.sipseer.severity)));
    if (scenario.kind === 'attack')
      assert.ok(rank >= severityRank('low'), 'the attack went unseen');
    else assert.ok(rank <= severityRank('info'), 'an innocent party is accused');
  });
}

test('no two scenarios share a day or an address', () => {
  const taken = new Map<string, string>();
  for (const name of names) {
    const scenario = readScenario(scenarioFolder(name));
    for (const key of [scenario.start.slice(0, 10), ...addressesOf(scenario)]) {
      assert.ok(!taken.has(key), `${key} is used in ${taken.get(key)} and ${name}`);
      taken.set(key, name);
    }
  }
});

test('replayed as one story, the scenarios name the same sources as each alone', async () => {
  const alone: string[] = [];
  for (const name of names) {
    for (const event of outcomes((await replayed([scenarioFolder(name)])).events)) {
      alone.push(`${event.src_ip} ${event.sipseer.severity} ${event.sipseer.rules}`);
    }
  }
  const together = outcomes((await replayed(names.map(scenarioFolder))).events).map(
    (event) => `${event.src_ip} ${event.sipseer.severity} ${event.sipseer.rules}`,
  );
  assert.deepEqual(together.sort(), alone.sort());
});

test('what lies below pcaps is a scenario, third-party or the README', () => {
  const others = readdirSync(PCAPS).filter((name) => !names.includes(name));
  assert.deepEqual(others.sort(), ['README.md', 'third-party']);
});

function lineDifference(expected: string, actual: string): string {
  const before = expected.split('\n');
  const after = actual.split('\n');
  const removed = before.filter((line) => !after.includes(line)).map((line) => `- ${line}\n`);
  const added = after.filter((line) => !before.includes(line)).map((line) => `+ ${line}\n`);
  const moved = removed.length + added.length === 0 ? 'the same events in another order\n' : '';
  return [...removed, ...added, moved].join('');
}
