import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { ByteQueue } from '../../src/live/byte-queue.js';

test('what goes in comes out, in order, in pieces of any size', () => {
  const step = fc.oneof(
    fc.record({ put: fc.integer({ min: 0, max: 40 }) }),
    fc.record({ take: fc.integer({ min: 0, max: 60 }) }),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
      const queue = new ByteQueue(100);
      let written = 0;
      let read = 0;
      for (const each of steps) {
        if ('put' in each) {
          const at = queue.reserve(each.put);
          if (at < 0) continue;
          for (let i = 0; i < each.put; i++) queue.buf[at + i] = written++ & 0xff;
          queue.commit(each.put);
        } else {
          const length = Math.min(each.take, queue.together());
          for (let i = 0; i < length; i++) {
            assert.equal(queue.buf[queue.head + i], read++ & 0xff);
          }
          queue.release(length);
        }
        assert.equal(queue.length, written - read);
        assert.equal(queue.together() === 0, queue.length === 0);
      }
    }),
    { numRuns: 500 },
  );
});

test('an empty queue takes a piece as long as itself, and none longer', () => {
  const queue = new ByteQueue(8);
  queue.commit(queue.reserve(5) + 5);
  queue.release(5);
  assert.equal(queue.reserve(9), -1);
  assert.equal(queue.reserve(8), 0);
});
