import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ringOf } from '../../src/live/ring.js';

const MIB = 1024 * 1024;

/** What `ss -0 -e` showed of rings that libpcap 1.10 had made: frm_nr, and blk_size times blk_nr. */
const MEASURED = [
  [10, 65_535, undefined, false, 160, 160 * 131_072],
  [10, 65_535, 1500, false, 6554, 3277 * 4096],
  [128, 16_384, undefined, false, 8153, 8153 * 32_768],
  [128, 16_384, 1500, false, 83_886, 41_943 * 4096],
  [10, 16_384, undefined, false, 637, 637 * 32_768],
  [128, 16_384, undefined, true, 8145, 8145 * 32_768],
] as const;

for (const [mib, snapLength, longestFrame, cooked, slots, memory] of MEASURED) {
  const frames = longestFrame === undefined ? 'long frames' : `MTU ${longestFrame}`;
  test(`${mib} MiB, snap length ${snapLength}, ${frames}: ${slots} slots`, () => {
    const ring = ringOf({ buffer: mib * MIB, snapLength, longestFrame, cooked });
    assert.deepEqual(ring, { slots, memory });
  });
}
