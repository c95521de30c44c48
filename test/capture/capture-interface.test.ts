import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { CaptureInterface } from '../../src/capture/capture-interface.js';

/** if_tsresol 10^-n or, with the top bit, 2^-n. */
function secondsOf(resolution: number, ticks: bigint, offset = 0): number {
  const clock = new CaptureInterface(1, 0, resolution, offset);
  return clock.seconds(Number(ticks >> 32n), Number(ticks & 0xffffffffn));
}

const anyTicks = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });

test('microseconds are exact: the double next to the decimal number', () => {
  assert.equal(secondsOf(6, 1700000000123456n), 1700000000.123456);
  assert.equal(secondsOf(6, 1n), 0.000001);
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 2 ** 32 }),
      fc.integer({ min: 0, max: 999999 }),
      (s, us) => {
        const text = `${s}.${String(us).padStart(6, '0')}`;
        assert.equal(secondsOf(6, BigInt(s) * 1000000n + BigInt(us)), Number(text));
      },
    ),
  );
});

test('nanoseconds are within 0.3 microseconds, and as in a pcap file', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 2 ** 32 - 1 }),
      fc.integer({ min: 0, max: 999999999 }),
      (s, ns) => {
        const seconds = secondsOf(9, BigInt(s) * 1000000000n + BigInt(ns));
        assert.equal(seconds, s + ns / 1e9);
        assert.ok(Math.abs(seconds - s - ns / 1e9) < 3e-7);
      },
    ),
  );
});

test('every resolution agrees with exact arithmetic', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 255 }), anyTicks, (resolution, ticks) => {
      const exponent = BigInt(resolution & 0x7f);
      const units = resolution & 0x80 ? 2n ** exponent : 10n ** exponent;
      // In units of 2^-200 s, so that the whole quotient is an integer.
      const exact = Number((ticks << 200n) / units) / 2 ** 200;
      const seconds = secondsOf(resolution, ticks);
      // Below the smallest of those units only the size is compared.
      assert.ok(Math.abs(seconds - exact) <= Math.max(exact * 2 ** -51, 2 ** -199));
    }),
    { numRuns: 2000 },
  );
});

test('if_tsoffset is added, also a negative one', () => {
  assert.equal(secondsOf(6, 500000n, 1700000000), 1700000000.5);
  assert.equal(secondsOf(0x8a, 1024n * 2000000000n + 512n, -300000000), 1700000000.5);
});
