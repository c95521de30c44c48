import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type Evaluation, evaluate, type PlannedRun, plan } from './evaluation.js';
import { loadFamilies } from './families.js';
import type { Verdict } from './judge.js';
import { Rules } from './run-family.js';

/** Of the runs in a variation, one in so many is made here; `npm run evaluate` makes them all. */
const SHARE = 8;

/** Words in one line, without a full stop between them, and not longer than two lines of a page. */
const SENTENCE = /^[\p{L}\p{N}"'[+][^\n]{20,320}[^\s.]\.?$/u;
/** Places that were not filled in, and second sentences. */
const UNFILLED = /\bundefined\b|\bNaN\b|[{}]|\[object|\s{2}|\. [A-Z]/;

const families = await loadFamilies();
const rules = new Rules();

/** Every family plain, and of the varied runs a fixed share that meets all families in turn. */
function chosenRuns(): PlannedRun[] {
  const isPlain = ({ variation }: PlannedRun) => variation === 'plain';
  const all = plan(families, [1]);
  const varied = all.filter((run) => !isPlain(run)).filter((_, i) => i % SHARE === 3);
  return [...all.filter(isPlain), ...varied];
}

function told(verdicts: readonly Verdict[]): string {
  return verdicts
    .map(({ family, variation, seed, stage, accused }) => {
      const named = accused.map(({ accused: who, rules: by }) => ` ${who} by ${by.join(' ')}`);
      return `${family.name} / ${variation} / ${seed}: ${stage ?? '-'}${named.join(',')}`;
    })
    .join('\n');
}

describe('quality', () => {
  let evaluation: Evaluation;
  const reasons = new Set<string>();
  test('families are many, and each is described', () => {
    assert.deepEqual(loadingFaults(), []);
    evaluation = evaluate(rules, chosenRuns(), { onAlert: ({ reason }) => reasons.add(reason) });
    assert.ok(evaluation.verdicts.every(({ frames }) => frames > 0));
  });

  test('every attack is found in its plain form', () => {
    const missed = evaluation.misses().filter(({ variation }) => variation === 'plain');
    assert.equal(told(missed), '');
  });

  test('attacks are found in their variations', () => {
    const missed = evaluation.misses().filter(({ variation }) => variation !== 'plain');
    const varied = evaluation.attacks().filter(({ variation }) => variation !== 'plain');
    assert.ok(missed.length <= varied.length * 0.05, told(missed));
  });

  test('nobody innocent is accused', () => {
    assert.equal(told(evaluation.falseAlarms()), '');
  });

  test('what alerts say reads as one plain sentence', () => {
    const odd = [...reasons].filter((reason) => !SENTENCE.test(reason) || UNFILLED.test(reason));
    assert.deepEqual(odd, []);
    assert.ok(reasons.size > 100, `${reasons.size} reasons`);
  });

  test('plain attacks stand at the right stage', () => {
    const wrong = evaluation.wrongStages().filter(({ variation }) => variation === 'plain');
    assert.equal(told(wrong), '');
  });
});

function loadingFaults(): string[] {
  const attacks = families.filter(({ kind }) => kind === 'attack');
  const innocents = families.filter(({ kind }) => kind === 'innocent');
  const faults: string[] = [];
  if (attacks.length < 25) faults.push(`${attacks.length} attack families`);
  if (innocents.length < 20) faults.push(`${innocents.length} innocent families`);
  for (const { name, description, classes, kind } of families) {
    if (description.length < 30) faults.push(`${name} is not described`);
    if ((kind === 'attack') !== classes.length > 0) faults.push(`classes of ${name}`);
  }
  return faults;
}
