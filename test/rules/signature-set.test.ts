import assert from 'node:assert/strict';
import { test } from 'node:test';
import { signatureProblems, signatureSet } from '../../src/rules/signature-set.js';
import { loadedOf, signatureOf } from '../support/signature-texts.js';

test('a set made for a check is given to one engine alone', () => {
  const loaded = loadedOf(signatureOf());
  assert.deepEqual(signatureProblems(loaded), []);
  const sets = [signatureSet(loaded), signatureSet(loaded), signatureSet(loaded)];
  assert.equal(new Set(sets).size, 3);
  assert.deepEqual(
    sets.map(({ running }) => running),
    [loaded.signatures, loaded.signatures, loaded.signatures],
  );
});

test('what is wrong is told each time it is asked', () => {
  const loaded = loadedOf(
    signatureOf({ match: 'match:\n  one: { no_field: 1 }\n  condition: one' }),
  );
  assert.match(String(signatureProblems(loaded)), /SIP-TEST-001\.yaml:\d+: match\.one\.no_field/);
  assert.deepEqual(signatureProblems(loaded), signatureProblems(loaded));
  assert.deepEqual(signatureSet(loaded).problems, signatureProblems(loaded));
});
