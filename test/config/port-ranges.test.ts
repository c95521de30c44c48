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

  test('a written list rises, and three ports in a row are a range', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.integer({ min: 1, max: 60 }), { minLength: 1 }), (ports) => {
        const ranges = rangesOf(new Set(ports));
        const bounds = ranges.map((range) => portRange(String(range))!);
        for (const [first, last] of bounds) assert.ok(first === last || last - first >= 2);
        const gaps = bounds.slice(1).map(([first], i) => first - bounds[i]![1]);
        gaps.forEach((gap, i) => {
          assert.ok(gap >= 1);
          // Touching entries are two single ports, and no third follows.
          if (gap > 1) return;
          assert.equal(typeof ranges[i], 'number');
          assert.equal(typeof ranges[i + 1], 'number');
          assert.notEqual(gaps[i + 1], 1);
        });
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
