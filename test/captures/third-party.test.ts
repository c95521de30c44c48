import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { severityRank } from '../../src/rules/signature.js';
import { type Event, outcomes, replayed } from '../support/replayed-events.js';
import {
  capturesOf,
  type Expectation,
  originFolder,
  origins,
  readExpectation,
} from '../support/third-party.js';

/** Captures of other people, on any port: what `expected.yaml` says of each must hold. */

type Capture = Expectation['captures'][string];
type Wanted = Capture['incidents'][string];

test('there are captures of other people', () => {
  assert.ok(origins().length >= 6);
});

for (const origin of origins()) {
  const expectation = readExpectation(origin);

  test(`${origin}: each capture has its expectation, and the notice stands beside them`, () => {
    assert.deepEqual(Object.keys(expectation.captures).sort(), capturesOf(origin));
    const files = readdirSync(originFolder(origin));
    assert.ok(files.includes('README.md'));
    // What the project made itself comes under its own licence.
    const own = /under the licence of this project/;
    const readme = readFileSync(join(originFolder(origin), 'README.md'), 'utf8');
    assert.ok(files.some((file) => /^(LICENSE|COPYING)/.test(file)) || own.test(readme));
  });

  for (const [name, wanted] of Object.entries(expectation.captures)) {
    test(`${origin}/${name}: ${wanted.about}`, async () => {
      const path = join(originFolder(origin), name);
      assert.ok(existsSync(path));
      const { events, counters } = await replayed([path], 'any');
      const read = { requests: counters.requests, replies: counters.responses };
      assert.deepEqual(read, { requests: wanted.requests, replies: wanted.replies });
      checkIncidents(outcomes(events), wanted.incidents);
    });
  }
}

test('nobody is accused in any benign capture', async (t) => {
  let captures = 0;
  let messages = 0;
  let alerts = 0;
  const accusing: string[] = [];
  for (const origin of origins()) {
    const { kind } = readExpectation(origin);
    if (kind !== 'benign') continue;
    for (const name of capturesOf(origin)) {
      const { events, counters } = await replayed([join(originFolder(origin), name)], 'any');
      captures++;
      messages += counters.requests + counters.responses;
      alerts += events.length;
      for (const { src_ip, sipseer } of events) {
        if (severityRank(sipseer.severity) < severityRank('low')) continue;
        accusing.push(`${origin}/${name}: ${src_ip} ${sipseer.severity} ${sipseer.reason}`);
      }
    }
  }
  const told = accusing.length === 0 ? 'none accuses' : `accusing: ${accusing.length}`;
  t.diagnostic(`${captures} benign captures, ${messages} SIP messages, ${alerts} events, ${told}`);
  assert.ok(captures >= 25);
  assert.deepEqual(accusing, []);
});

function checkIncidents(events: readonly Event[], wanted: Capture['incidents']): void {
  assert.deepEqual(events.map((event) => event.src_ip).sort(), Object.keys(wanted).sort());
  for (const event of events) checkIncident(event, wanted[event.src_ip]!);
}

function checkIncident({ src_ip, sipseer }: Event, wanted: Wanted): void {
  const { tools, rules, facts, ...plain } = wanted;
  const told = {
    class: sipseer.class,
    stage: sipseer.stage,
    severity: sipseer.severity,
    targets: sipseer.targets.count,
    accounts: sipseer.accounts.count,
    existing: sipseer.accounts.existing,
    rejected_credentials: sipseer.rejected_credentials,
  };
  for (const [key, value] of Object.entries(plain)) {
    assert.deepEqual(told[key as keyof typeof told], value, `${src_ip}: ${key}`);
  }
  if (tools !== undefined) assert.deepEqual(sipseer.tools ?? [], tools, `${src_ip}: tools`);
  for (const rule of rules ?? []) assert.ok(sipseer.rules.includes(rule), `${src_ip}: ${rule}`);
  const shown = sipseer.facts.map(({ name, value }) => `${name}: ${value}`);
  for (const fact of facts ?? []) assert.ok(shown.includes(fact), `${src_ip}: ${fact}`);
}
