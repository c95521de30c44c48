import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TokenBucket } from '../../src/http/rate-limit.js';

test('so many at once, and then one for each interval', () => {
  const bucket = new TokenBucket({ interval: 2, burst: 3 }, 0);
  const taken = [0, 0, 0, 0, 1, 2, 3, 4, 100, 100, 100, 100].map((now) => bucket.take(now));
  assert.deepEqual(taken.map(Number), [1, 1, 1, 0, 0, 1, 0, 1, 1, 1, 1, 0]);
});
