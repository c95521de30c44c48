import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PacketClock } from '../../src/live/packet-clock.js';

/** A clock on a machine whose two clocks are set by hand (ms). */
function machine(system: number) {
  const clocks = { steady: 0, system };
  const clock = new PacketClock(
    system,
    () => clocks.steady,
    () => Math.floor(clocks.system),
  );
  const pass = (ms: number, drift = 0) => {
    clocks.steady += ms;
    clocks.system += ms + drift;
    clock.compare();
    return clock.microseconds(clocks.steady);
  };
  return { clocks, clock, pass };
}

test('microseconds go on between two milliseconds', () => {
  const { clock } = machine(1_700_000_000_000);
  assert.equal(clock.microseconds(0.25), 1_700_000_000_000_250);
  assert.equal(clock.microseconds(0.251), 1_700_000_000_000_251);
});

test('a system clock that is set ahead is followed', () => {
  const { pass } = machine(1_700_000_000_000);
  assert.equal(pass(1, 5000), 1_700_000_005_001_000);
});

test('a system clock that is set back is followed', () => {
  const { pass } = machine(1_700_000_000_000);
  pass(1);
  const after = pass(1, -5000);
  assert.ok(Math.abs(after - 1_699_999_995_002_000) <= 1000, String(after));
});

test('a steered clock is followed within a millisecond or two, and never runs back', () => {
  const { clocks, pass } = machine(1_700_000_000_000.5);
  let before = 0;
  for (let i = 0; i < 2000; i++) {
    const now = pass(7.3, i < 1000 ? 0.004 : -0.004);
    assert.ok(now >= before);
    assert.ok(Math.abs(now - clocks.system * 1000) <= 2000, `${now} at ${clocks.system}`);
    before = now;
  }
});
