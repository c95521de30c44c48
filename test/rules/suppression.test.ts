import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Suppression } from '../../src/rules/suppression.js';
import { Counters } from '../../src/telemetry/counters.js';

const LENGTH = 3600;

describe('what was said lately', () => {
  test('is not said again until its time is over', () => {
    const suppression = new Suppression(new Counters());
    assert.equal(suppression.holds('a', 0, LENGTH), false);
    suppression.begin('a', LENGTH);
    assert.deepEqual(
      [0, 1, LENGTH - 1, LENGTH].map((time) => suppression.holds('a', time, LENGTH)),
      [true, true, true, false],
    );
    assert.equal(suppression.holds('b', 0, LENGTH), false);
  });

  test('may be said when the clock was set back to long before', () => {
    const suppression = new Suppression(new Counters());
    suppression.begin('a', 100_000 + LENGTH);
    assert.equal(suppression.holds('a', 100_000, LENGTH), true);
    assert.equal(suppression.holds('a', 5, LENGTH), false);
  });

  test('is forgotten, and counted, when the table is full', () => {
    const counters = new Counters();
    const suppression = new Suppression(counters);
    for (let i = 0; i < 100_001; i++) suppression.begin(String(i), LENGTH);
    assert.equal(counters.suppressionsEvicted, 1);
    assert.deepEqual(suppression.table(), {
      table: 'suppressions',
      entries: 100_000,
      limit: 100_000,
      evicted: 1,
    });
    assert.equal(suppression.holds('0', 1, LENGTH), false);
    assert.equal(suppression.holds('1', 1, LENGTH), true);
  });
});
