import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { Counters } from '../../src/telemetry/counters.js';
import { ClockStep, PacketTime } from '../../src/telemetry/packet-time.js';

const HOUR = 3600;
const NOW = 1_768_478_400;

/** What the clock says of packets with these times (seconds from now on). */
function stepsOf(times: readonly number[]): {
  steps: ClockStep[];
  now: number;
  counters: Counters;
} {
  const counters = new Counters();
  const clock = new PacketTime(counters);
  const steps = times.map((time) => clock.frame(NOW + time));
  return { steps, now: clock.now - NOW, counters };
}

/** `count` times, `every` seconds apart. */
function times(from: number, count: number, every = 1): number[] {
  return Array.from({ length: count }, (_, i) => from + i * every);
}

describe('the clock of the packets', () => {
  test('stands still for a packet that is a moment late', () => {
    const { steps, now, counters } = stepsOf([0, 10, 9.5, 10.25, 9.5]);
    assert.deepEqual(steps, [0, 0, 0, 0, 0]);
    assert.equal(now, 10.25);
    assert.equal(counters.clockStepsBack, 2);
  });

  test('says that it jumped when a packet is more than a second late', () => {
    const { steps, now } = stepsOf([0, 10, 8.75, 10.5]);
    assert.deepEqual(steps, [ClockStep.On, ClockStep.On, ClockStep.Jump, ClockStep.On]);
    assert.equal(now, 10.5);
  });

  test('takes back a leap that nothing confirms', () => {
    const { steps, now, counters } = stepsOf([0, 24 * HOUR, 1, 2]);
    assert.deepEqual(steps.slice(2), [ClockStep.SetBack, ClockStep.On]);
    assert.equal(now, 2);
    assert.equal(counters.clockLeaps, 1);
  });

  test('that goes to and fro is held ahead after a few leaps, until it has gone on steadily', () => {
    const fro = times(0, 500).flatMap((time) => [time, time + 2 * HOUR]);
    const steady = times(9 * HOUR, 40);
    const { steps, now, counters } = stepsOf([...fro, ...steady, 99 * HOUR, 9 * HOUR + 40]);
    assert.equal(steps.slice(0, 1000).filter((step) => step === ClockStep.SetBack).length, 4);
    assert.equal(steps.at(-1), ClockStep.SetBack);
    assert.equal(now, 9 * HOUR + 40);
    assert.equal(counters.clockLeaps, 5);
  });

  test('follows when the clock of the capture was set back for good', () => {
    const ahead = times(48 * HOUR, 40);
    const { steps, now, counters } = stepsOf([...ahead, ...times(0, 100)]);
    assert.equal(steps.filter((step) => step === ClockStep.SetBack).length, 1);
    assert.equal(now, 99);
    assert.equal(counters.clockLeaps, 0);
  });

  test('does not follow a stream that lags behind another', () => {
    const { steps, now } = stepsOf(times(0, 500).flatMap((time) => [time, time - 5, time - 5]));
    assert.ok(!steps.includes(ClockStep.SetBack));
    assert.equal(now, 499);
  });

  describe('when time was let pass without a packet', () => {
    for (const [ahead, step] of [
      [4, ClockStep.On],
      [6, ClockStep.SetBack],
      [48 * HOUR, ClockStep.SetBack],
    ] as const) {
      test(`${ahead} seconds further than the next packet: ${step === 0 ? 'it may be late' : 'is set back, once'}`, () => {
        const counters = new Counters();
        const clock = new PacketTime(counters);
        clock.frame(NOW);
        clock.pass(NOW + 10 + ahead);
        assert.deepEqual(
          [10, 11, 9.5, 12].map((time) => clock.frame(NOW + time)),
          [step, ClockStep.On, ClockStep.Jump, ClockStep.On],
        );
        assert.equal(clock.now, NOW + 12);
        assert.equal(counters.clockLeaps, step === ClockStep.On ? 0 : 1);
      });
    }
  });

  test('only ever goes back where it says so', () => {
    const gaps = fc.array(
      fc.oneof(fc.double({ min: -3, max: 3, noNaN: true }), fc.constantFrom(-1e6, 1e6, 4000)),
      {
        maxLength: 300,
      },
    );
    fc.assert(
      fc.property(gaps, (list) => {
        const clock = new PacketTime(new Counters());
        let time = NOW;
        for (const gap of list) {
          time += gap;
          const before = clock.now;
          const step = clock.frame(time);
          if (step === ClockStep.SetBack) assert.ok(clock.now === time && time < before);
          else assert.equal(clock.now, Math.max(before, time));
        }
      }),
    );
  });

  test('goes on after a restart where it was, an unconfirmed leap included', () => {
    const first = new PacketTime(new Counters());
    first.frame(NOW);
    first.frame(NOW + 24 * HOUR);
    const second = new PacketTime(new Counters());
    assert.ok(second.restore([...first.save()][0]!));
    assert.equal(second.now, NOW + 24 * HOUR);
    assert.equal(second.frame(NOW + 1), ClockStep.SetBack);
  });
});
