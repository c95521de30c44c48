import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { clockTime, timestamp } from '../../src/outputs/timestamp.js';

const CASES: [seconds: number, text: string][] = [
  [0, '1970-01-01T00:00:00.000000+0000'],
  [1_768_478_400, '2026-01-15T12:00:00.000000+0000'],
  [1_768_478_400.000001, '2026-01-15T12:00:00.000001+0000'],
  [1_768_478_399 + 0.9999996, '2026-01-15T12:00:00.000000+0000'],
  [1_768_478_400.123456, '2026-01-15T12:00:00.123456+0000'],
  [0.9999999, '1970-01-01T00:00:01.000000+0000'],
  [-1, '1969-12-31T23:59:59.000000+0000'],
  [-0.25, '1969-12-31T23:59:59.750000+0000'],
  [9_223_372_036, '2262-04-11T23:47:16.000000+0000'],
  [Number.NaN, '1970-01-01T00:00:00.000000+0000'],
  [Number.POSITIVE_INFINITY, '1970-01-01T00:00:00.000000+0000'],
];

describe('timestamps', () => {
  for (const [seconds, text] of CASES) {
    test(`${seconds} is ${text}`, () => assert.equal(timestamp(seconds), text));
  }

  test('whatever a capture holds, the form is kept', () => {
    const form = /^[+-]?\d{4,6}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}\+0000$/;
    fc.assert(
      fc.property(fc.double(), (seconds) => {
        assert.match(timestamp(seconds), form);
        assert.match(clockTime(seconds), /^[+-]?\d{4,6}-\d\d-\d\d \d\d:\d\d:\d\d$/);
      }),
      { numRuns: 1000 },
    );
  });

  test('microseconds of our time come back exactly', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 4e9 }), fc.nat(999_999), (whole, micros) => {
        const text = timestamp(whole + micros / 1e6);
        assert.equal(Number(text.slice(20, 26)), micros);
        assert.equal(Date.parse(`${text.slice(0, 19)}Z`) / 1000, whole);
      }),
    );
  });
});
