import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Sensor } from '../../src/sensor.js';
import { Ticker } from '../../src/service/ticker.js';
import { Counters } from '../../src/telemetry/counters.js';

/** A ticker over a sensor of which only the clock is looked at. */
function ticking() {
  const counters = new Counters();
  const advanced: number[] = [];
  const sensor = { now: 0, advance: (time: number) => advanced.push(time) };
  const ticker = new Ticker(sensor as unknown as Sensor, counters);
  const frame = (time: number) => {
    counters.frames++;
    sensor.now = time;
  };
  return { ticker, advanced, frame };
}

test('while frames come, they alone tell the time, and the lag is known', () => {
  const { ticker, advanced, frame } = ticking();
  frame(1000);
  ticker.tick(1002.5, 50);
  assert.deepEqual(advanced, []);
  assert.equal(ticker.lag, 2.5);
});

test('where nothing comes, time goes on from the last frame, a second late', () => {
  const { ticker, advanced, frame } = ticking();
  frame(1000);
  ticker.tick(1000.5, 50);
  ticker.tick(1001.5, 51);
  ticker.tick(1004.5, 54);
  assert.deepEqual(advanced, [1000, 1003]);
  assert.equal(ticker.lag, 0);
});

test('a wall clock that jumps while nothing comes moves nothing', () => {
  const { ticker, advanced, frame } = ticking();
  frame(1000);
  ticker.tick(1000, 50);
  ticker.tick(1000 + 48 * 3600, 52);
  assert.deepEqual(advanced, [1001]);
});
