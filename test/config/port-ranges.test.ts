import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { portRange, portsOf, rangesOf } from '../../src/config/port-ranges.js';

const port = fc.integer({ min: 1, max: 65_535 });

describe('port ranges', () => {
  const cases: [text: string, range: [number, number] | undefined][] = [
    ['5060', [5060, 5060]],
    ['5070-5080', [5070, 5080]],
    ['1-65535', [1, 65_535]],
    ['05060', [5060, 5060]],
    ['7-7', [7, 7]],
    ['0', undefined],
    ['0-5', undefined],
    ['65536', undefined],
    ['5080-5070', undefined],
    ['5060-', undefined],
    ['-5060', undefined],
    ['5060 ', undefined],
    ['5060,5061', undefined],
    ['1-2-3', undefined],
    ['1e3', undefined],
    ['', undefined],
    ['any', undefined],
    ['٥٠٦٠', undefined],
  ];
  for (const [text, range] of cases) {
    test(`${JSON.stringify(text)} is ${range?.join(' to ') ?? 'none'}`, () => {
      assert.deepEqual(portRange(text), range);
    });
  }

  test('what is written for a set of ports names just these', () => {
    fc.assert(
      fc.property(fc.uniqueArray(port, { minLength: 1, maxLength: 200 }), (ports) => {
        const ranges = rangesOf(new Set(ports));
        assert.deepEqual(portsOf(ranges), new Set([...ports].sort((a, b) => a - b)));
      }),
    );
  });

  test('a written list is the shortest: no two ranges in it touch, and it rises', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.integer({ min: 1, max: 60 }), { minLength: 1 }), (ports) => {
        const bounds = rangesOf(new Set(ports)).map((range) => portRange(String(range))!);
        for (const [i, [first]] of bounds.slice(1).entries()) assert.ok(first > bounds[i]![1] + 1);
      }),
    );
  });

  test('a range has every port from its first to its last, and no other', () => {
    fc.assert(
      fc.property(port, fc.nat(500), (first, more) => {
        const last = Math.min(65_535, first + more);
        const ports = portsOf([`${first}-${last}`]);
        assert.equal(ports.size, last - first + 1);
        assert.ok(ports.has(first) && ports.has(last));
        assert.ok(!ports.has(first - 1) && !ports.has(last + 1));
      }),
    );
  });
});
