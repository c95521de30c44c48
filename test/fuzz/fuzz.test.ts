import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { packageRoot } from '../../src/package-root.js';
import { readCases } from './case-file.js';
import { Fuzzer } from './fuzzer.js';
import { failureOf } from './minimise.js';
import { makeTargets, TARGET_NAMES, type TargetName } from './targets.js';

/** Inputs for each target: a few seconds of each. `npm run fuzz` makes as many as one likes. */
const INPUTS: Record<TargetName, number> = {
  capture: 1500,
  decoder: 3000,
  message: 3000,
  stream: 1500,
  sensor: 600,
  'aged-sensor': 600,
};
/** Another number makes another run; this one makes the same each time. */
const SEED = 5060;
/** What a packet may cost, and how often it is measured: the least counts. */
const LIMIT_MS = 2;
const RUNS = 40;

const targets = await makeTargets(TARGET_NAMES, { flood: 4000 });
const cases = readCases(join(packageRoot(), 'test/cases/crashes'));

for (const target of targets) {
  const inputs = INPUTS[target.name as TargetName];
  test(`${target.name}: ${inputs} mutated inputs break no promise`, () => {
    const fuzzer = new Fuzzer(target, { seed: SEED, climbEvery: 0 });
    let failure = fuzzer.begin();
    for (let i = 0; i < inputs && failure === undefined; i++) failure = fuzzer.step();
    assert.equal(failure?.error, undefined, `${failure?.rule}: npm run fuzz writes it down`);
    assert.ok(fuzzer.corpus.size > 20, `${fuzzer.corpus.size} inputs showed something new`);
  });
}

for (const { name, target: targetName, did, inputs } of cases) {
  test(`${name} does no more what it did: ${did}`, () => {
    const target = targets.find((one) => one.name === targetName);
    assert.ok(target, `no target ${targetName}`);
    assert.equal(failureOf(target, inputs), undefined);
    for (const input of inputs) {
      let least = Number.POSITIVE_INFINITY;
      for (let run = 0; run < RUNS && least > LIMIT_MS; run++) {
        least = Math.min(least, target.measure(input, 1).ms);
      }
      assert.ok(least <= LIMIT_MS, `${least.toFixed(2)} ms`);
    }
  });
}
