import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Counters } from '../../src/telemetry/counters.js';
import type { FragmentInput } from '../../src/wire/fragment-input.js';
import { Fragments } from '../../src/wire/fragments.js';
import { datagramOf, NOW, part, readAll } from './fragment-inputs.js';

const WHOLE = datagramOf(2000);
const OTHER = datagramOf(2000, 5);

describe('overlapping fragments', () => {
  const X = OTHER;
  const cases: [what: string, inputs: FragmentInput[], reads: Buffer, overlapping: boolean][] = [
    [
      'an exact repeat is no overlap',
      [part(WHOLE, 0, 800), part(WHOLE, 0, 800), part(WHOLE, 800, 2000)],
      WHOLE,
      false,
    ],
    [
      'the last one repeated is no overlap',
      [part(WHOLE, 800, 2000), part(WHOLE, 800, 2000), part(WHOLE, 0, 800)],
      WHOLE,
      false,
    ],
    [
      'the same range with other bytes: the first win',
      [part(WHOLE, 0, 800), part(X, 0, 800), part(WHOLE, 800, 2000)],
      WHOLE,
      true,
    ],
    [
      'the same bytes in another range',
      [part(WHOLE, 0, 800), part(WHOLE, 0, 400), part(WHOLE, 800, 2000)],
      WHOLE,
      false,
    ],
    [
      'the same bytes in another range, to the same end',
      [part(WHOLE, 0, 800), part(WHOLE, 400, 800), part(WHOLE, 800, 2000)],
      WHOLE,
      false,
    ],
    [
      'one that begins in the midst of another: the bytes seen first win',
      [part(WHOLE, 0, 800), part(X, 400, 1200), part(WHOLE, 1200, 2000)],
      Buffer.concat([WHOLE.subarray(0, 800), X.subarray(800, 1200), WHOLE.subarray(1200)]),
      true,
    ],
    [
      'one that goes round two others: it fills the gaps',
      [part(WHOLE, 8, 16), part(WHOLE, 24, 1000), part(X, 0, 1600), part(WHOLE, 1600, 2000)],
      Buffer.concat([
        X.subarray(0, 8),
        WHOLE.subarray(8, 16),
        X.subarray(16, 24),
        WHOLE.subarray(24, 1000),
        X.subarray(1000, 1600),
        WHOLE.subarray(1600),
      ]),
      true,
    ],
    [
      'a last one that ends sooner than another: the farther end counts when all is there',
      [part(X.subarray(0, 1600), 800, 1600), part(WHOLE, 1600, 2000), part(WHOLE, 0, 800)],
      Buffer.concat([WHOLE.subarray(0, 800), X.subarray(800, 1600), WHOLE.subarray(1600)]),
      true,
    ],
    [
      'a made-up end near the beginning does not hide what follows it',
      [part(X.subarray(0, 20), 8, 20), part(WHOLE, 0, 800), part(WHOLE, 800, 2000)],
      Buffer.concat([WHOLE.subarray(0, 8), X.subarray(8, 20), Buffer.alloc(4), WHOLE.subarray(24)]),
      true,
    ],
    [
      'a made-up end far behind does not keep it from being read',
      [part(datagramOf(65_000), 64_000, 65_000), part(WHOLE, 800, 2000), part(WHOLE, 0, 800)],
      WHOLE,
      true,
    ],
    [
      'more bytes after the end, with a gap',
      [part(WHOLE, 800, 2000), part(datagramOf(65_000), 4000, 4800), part(WHOLE, 0, 800)],
      WHOLE,
      true,
    ],
    [
      'bytes beyond the end, before the end comes',
      [part(datagramOf(65_000), 4000, 4800), part(WHOLE, 800, 2000), part(WHOLE, 0, 800)],
      WHOLE,
      true,
    ],
    [
      'more to come at the very end',
      [part(WHOLE, 800, 2000), part(WHOLE, 800, 2000, { more: true }), part(WHOLE, 0, 800)],
      WHOLE,
      true,
    ],
    [
      'two ends within one block: the longer one',
      [
        part(WHOLE.subarray(0, 1997), 800, 1997),
        part(WHOLE, 800, 1999, { more: false }),
        part(WHOLE, 0, 800),
      ],
      Buffer.concat([WHOLE.subarray(0, 1997), Buffer.alloc(2)]),
      true,
    ],
  ];
  for (const [what, inputs, reads, overlapping] of cases) {
    test(what, () => {
      const counters = new Counters();
      const fragments = new Fragments(counters);
      assert.deepEqual(readAll(fragments, inputs), [reads]);
      assert.equal(fragments.overlapping, overlapping);
      const { fragmentsOverlapping, fragmentsDuplicate } = counters;
      assert.deepEqual(
        { fragmentsOverlapping, fragmentsDuplicate },
        { fragmentsOverlapping: Number(overlapping), fragmentsDuplicate: Number(!overlapping) },
      );
    });
  }

  test('what was seen first is still known when it comes again', () => {
    const counters = new Counters();
    const fragments = new Fragments(counters);
    const inputs = [part(WHOLE, 0, 800), part(WHOLE, 400, 1200), part(WHOLE, 0, 800)];
    readAll(fragments, inputs);
    assert.equal(counters.fragmentsDuplicate, 1);
  });

  test('what another datagram left in memory never shows', () => {
    const fragments = new Fragments(new Counters(), undefined, { bytes: 65_536 });
    const full = datagramOf(65_000).fill(0xee);
    const inputs = [part(full, 0, 32_000), part(full, 32_000, 65_000)];
    assert.equal(readAll(fragments, inputs).length, 1);
    fragments.advance(NOW + 1);
    const time = NOW + 1;
    const short = part(WHOLE.subarray(0, 1001), 800, 1001, { time });
    const read = readAll(fragments, [
      short,
      part(WHOLE, 1008, 2000, { time }),
      part(WHOLE, 0, 800, { time }),
    ]);
    const expected = Buffer.from(WHOLE);
    expected.fill(0, 1001, 1008);
    assert.deepEqual(read, [expected]);
  });
});
