import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import {
  bundledFrames,
  type CapturedFrame,
  feed,
  linesOf,
  SensorLines,
} from '../support/capture-frames.js';
import { SensorRun, START } from '../support/sensor-run.js';
import { loadedOf, signatureOf } from '../support/signature-texts.js';
import { answer, request } from '../support/sip-texts.js';

const captures = await bundledFrames();

/** Feeds the frames, and lets time pass between them at the shares of the gaps that are given. */
function withTicks(frames: readonly CapturedFrame[], shares: readonly number[][]): string[] {
  const run = new SensorLines();
  for (const [i, frame] of frames.entries()) {
    feed(run.sensor, [frame]);
    const gap = (frames[i + 1]?.time ?? frame.time) - frame.time;
    for (const share of gap > 0 ? shares[i % shares.length]! : []) {
      run.sensor.advance(frame.time + share * gap);
    }
  }
  return run.end();
}

describe('however often time is let pass between packets', () => {
  test('there is much to tell', () => {
    const alerts = captures.flatMap(([, frames]) => linesOf(frames));
    assert.ok(alerts.length > 40, `${alerts.length} alerts`);
  });

  const share = fc.oneof(fc.double({ min: 0, max: 1, noNaN: true }), fc.constantFrom(0, 1));
  const ticks = fc.array(share, { maxLength: 4 }).map((list) => list.sort((a, b) => a - b));
  const shares = fc.array(ticks, { minLength: 1, maxLength: 17 });

  for (const [name, frames] of captures) {
    test(`${name} gives the same alerts`, () => {
      const expected = linesOf(frames);
      fc.assert(
        fc.property(shares, (list) => assert.deepEqual(withTicks(frames, list), expected)),
        { numRuns: 6 },
      );
    });
  }
});

/** A source that is met by silence, once. */
const silent = loadedOf(
  signatureOf({
    id: 'id: SIP-TEST-SILENT',
    on: 'on: target.probed',
    match: 'match:\n  one: { outcome: silent }\n  condition: one',
  }),
);
const DAY = 24 * 3600;

/** The alerts of a run, as state and seconds since the start. */
function told(run: SensorRun): [state: string, seconds: number][] {
  return run.alerts.map(({ state, time }) => [state, Math.round((time - START) * 1000) / 1000]);
}

describe('time that passes without a packet', () => {
  test('tells what was waited for at the time when it was due', () => {
    const run = new SensorRun(silent);
    run.udp(request(), 0);
    run.sensor.advance(START + 1.9);
    assert.deepEqual(told(run), []);
    run.sensor.advance(START + 60);
    assert.deepEqual(told(run), [['open', 2]]);
  });

  test('closes an incident when it has been quiet for a day, and not before', () => {
    const run = new SensorRun(silent);
    run.udp(request(), 0);
    run.sensor.advance(START + DAY + 1.9);
    assert.deepEqual(told(run), [['open', 2]]);
    run.sensor.advance(START + DAY + 100);
    assert.deepEqual(told(run).at(-1), ['close', DAY + 2]);
  });

  test('tells one thing after the other in the order in which they fell due', () => {
    // The first incident closes a second before the silence that goes on with it would be told.
    for (const ticks of [[], [DAY + 2.5], [1, 2.5, 500, DAY + 1, DAY + 1.5, DAY + 3]]) {
      const run = new SensorRun(silent);
      run.udp(request(), 0);
      run.udp(request(), DAY + 1);
      for (const tick of ticks) run.sensor.advance(START + tick);
      run.udp(request(), DAY + 10);
      run.finish();
      assert.deepEqual(told(run), [
        ['open', 2],
        ['close', DAY + 2],
        ['open', DAY + 3],
        ['close', DAY + 12],
      ]);
    }
  });

  test('says of an alert what was known when it was due, and not what became of it later', () => {
    for (const ticks of [[], [510], [503, 505, 900]]) {
      const run = new SensorRun(silent);
      for (let i = 0; i < 30; i++) {
        const phone = `192.0.2.${i}:5060`;
        const text = run.udp(request(), i, phone);
        run.udp(answer(text, '200 OK'), i + 0.1, '203.0.113.5:5060', phone);
      }
      run.udp(request(), 500);
      run.sensor.statistics(100, 1);
      for (const tick of ticks) run.sensor.advance(START + tick);
      // By then, no source has had a reply for long, and the loss is forgotten.
      run.udp(request(), 2000);
      const [alert] = run.alerts;
      assert.deepEqual(told(run), [['open', 502]]);
      assert.equal(alert?.degraded.length, 1);
      assert.match(alert?.degraded[0] ?? '', /packets were lost/);
    }
  });

  test('is no reason to hold back a packet that comes a moment late', () => {
    const run = new SensorRun(silent);
    run.udp(request(), 0);
    run.sensor.advance(START + 1.5);
    const text = run.udp(request(), 1.2);
    run.udp(answer(text, '200 OK'), 1.3, '203.0.113.5:5060', '198.51.100.7:5060');
    assert.equal(run.counters.clockStepsBack, 0);
    assert.equal(run.sensor.now, START + 1.3);
  });

  test('that is no number, or lies behind, changes nothing', () => {
    const run = new SensorRun(silent);
    run.udp(request(), 10);
    for (const time of [Number.NaN, START, START + 9]) run.sensor.advance(time);
    assert.equal(run.sensor.now, START + 10);
    assert.deepEqual(run.alerts, []);
  });
});
