import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { durationText, parseDuration } from '../../src/documents/duration.js';

describe('durations', () => {
  const cases: [text: string, seconds: number | undefined][] = [
    ['250ms', 0.25],
    ['60s', 60],
    ['1.5s', 1.5],
    ['10m', 600],
    ['6h', 21_600],
    ['2d', 172_800],
    ['0s', 0],
    ['60', undefined],
    ['', undefined],
    ['s', undefined],
    ['-5s', undefined],
    ['5 s', undefined],
    ['5S', undefined],
    ['5w', undefined],
    ['.5s', undefined],
    ['1e3s', undefined],
    ['5s ', undefined],
    ['5s\n', undefined],
  ];
  for (const [text, seconds] of cases) {
    test(`${JSON.stringify(text)} is ${seconds}`, () => assert.equal(parseDuration(text), seconds));
  }

  test('what is written is read back', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 10_000_000 }), (seconds) => {
        assert.equal(parseDuration(durationText(seconds)), seconds);
      }),
    );
    assert.equal(durationText(0.25), '250ms');
    assert.equal(durationText(90), '90s');
    assert.equal(durationText(7200), '2h');
  });
});
