import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Suppression } from '../../src/rules/suppression.js';
import { Counters } from '../../src/telemetry/counters.js';
import { group } from '../support/group.js';

const LENGTH = 3600;

describe('what was said lately', () => {
  test('is not said again until its time is over', () => {
    const suppression = new Suppression(new Counters());
    assert.equal(suppression.holds(group('a'), 0, LENGTH), false);
    suppression.begin(group('a'), LENGTH);
    assert.deepEqual(
      [0, 1, LENGTH - 1, LENGTH].map((time) => suppression.holds(group('a'), time, LENGTH)),
      [true, true, true, false],
    );
    assert.equal(suppression.holds(group('b'), 0, LENGTH), false);
  });

  test('may be said when the clock was set back to long before', () => {
    const suppression = new Suppression(new Counters());
    suppression.begin(group('a'), 100_000 + LENGTH);
    assert.equal(suppression.holds(group('a'), 100_000, LENGTH), true);
    assert.equal(suppression.holds(group('a'), 5, LENGTH), false);
  });

  test('is forgotten, and counted, when the table is full', () => {
    const counters = new Counters();
    const suppression = new Suppression(counters);
    for (let i = 0; i < 100_001; i++) suppression.begin(group(String(i)), LENGTH);
    assert.equal(counters.suppressionsEvicted, 1);
    assert.deepEqual(suppression.table(), {
      table: 'suppressions',
      entries: 100_000,
      limit: 100_000,
      evicted: 1,
    });
    assert.equal(suppression.holds(group('0'), 1, LENGTH), false);
    assert.equal(suppression.holds(group('1'), 1, LENGTH), true);
  });
});
