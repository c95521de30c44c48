import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Backoff } from '../../src/live/backoff.js';
import { QuietWatch } from '../../src/live/quiet-watch.js';

test('an interface that receives much of which nothing passes the filter is told', () => {
  const watch = new QuietWatch();
  assert.equal(watch.look(5, 100, 0), undefined);
  assert.equal(watch.look(5, 90_000, 59_000), undefined);
  const text = /no packet passed the filter for 61 s while the interface received 99900/;
  assert.match(watch.look(5, 100_000, 61_000) ?? '', text);
  assert.equal(watch.look(6, 100_001, 62_000), undefined, 'one frame is enough');
});

test('silence on the wire is no fault of the filter', () => {
  const watch = new QuietWatch();
  watch.look(5, 100, 0);
  assert.equal(watch.look(5, 200, 600_000), undefined);
  assert.equal(watch.look(5, undefined, 700_000), undefined);
});

test('an interface that was made anew counts anew', () => {
  const watch = new QuietWatch();
  watch.look(5, 1_000_000, 0);
  assert.equal(watch.look(5, 10, 100_000), undefined);
  assert.equal(watch.look(5, 900, 200_000), undefined);
});

test('pauses double up to the longest, and begin again after a good time', () => {
  const backoff = new Backoff(250, 3000);
  const pauses = () => [backoff.pause(), backoff.pause(), backoff.pause(), backoff.pause()];
  assert.deepEqual(pauses(), [250, 500, 1000, 2000]);
  assert.deepEqual(pauses(), [3000, 3000, 3000, 3000]);
  backoff.reset();
  assert.equal(backoff.pause(), 250);
});
