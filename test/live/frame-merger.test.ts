import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { FrameMerger } from '../../src/live/frame-merger.js';
import { FrameList } from '../capture/frame-list.js';

interface Arrival {
  readonly time: number;
  readonly input: number;
}

/** Frames that say who they are. */
function bytesOf({ time, input }: Arrival): Buffer {
  return Buffer.from(`${input}:${time}${'.'.repeat(time % 7)}`);
}

/** A merger of so many interfaces, whose frames all come to one list. */
function merging(inputs: number, limit?: number) {
  const merger = new FrameMerger(50, limit);
  const list = new FrameList();
  const ways = Array.from({ length: inputs }, () => merger.join(list));
  const give = (arrival: Arrival) => {
    const bytes = bytesOf(arrival);
    ways[arrival.input]!.frame(bytes, 0, bytes.length, arrival.time, bytes.length + 1, 1);
    bytes.fill(0); // they were borrowed
  };
  return { merger, list, ways, give, times: () => list.frames.map(({ time }) => time) };
}

const arrivals = fc.array(
  fc.record({ time: fc.integer({ min: 0, max: 1000 }), input: fc.integer({ min: 0, max: 2 }) }),
  { maxLength: 300 },
);

test('interfaces that are each in order come out in order, and nothing is lost', () => {
  fc.assert(
    fc.property(arrivals, (list) => {
      const { merger, give, list: out, times } = merging(3);
      const streams = [0, 1, 2].map((input) =>
        list.filter((each) => each.input === input).sort((a, b) => a.time - b.time),
      );
      // Each interface's frames come in one go: the worst mixture that there is.
      for (const stream of streams) for (const each of stream) give(each);
      merger.drain();
      const expected = streams.flat().sort((a, b) => a.time - b.time);
      assert.deepEqual(
        times(),
        expected.map(({ time }) => time),
      );
      const texts = (hexes: string[]) => hexes.sort();
      assert.deepEqual(
        texts(out.frames.map(({ hex }) => hex)),
        texts(expected.map((each) => bytesOf(each).toString('hex'))),
      );
      assert.equal(merger.late, 0);
    }),
  );
});

test('with little room nothing is lost either, and what went early is counted', () => {
  fc.assert(
    fc.property(arrivals, fc.integer({ min: 1, max: 60 }), (list, limit) => {
      const { merger, give, times } = merging(3, limit);
      for (const each of list) give(each);
      merger.drain();
      assert.deepEqual(
        times().sort((a, b) => a - b),
        list.map(({ time }) => time).sort((a, b) => a - b),
      );
      const bytes = list.reduce((sum, each) => sum + bytesOf(each).length, 0);
      assert.ok(bytes <= limit || merger.hurried > 0 || times().length === list.length);
    }),
  );
});

test('a frame waits for the other interface no longer than the hold', () => {
  const { merger, give, times } = merging(2);
  merger.flush(1000);
  give({ time: 5, input: 0 });
  merger.flush(1049);
  assert.deepEqual(times(), []);
  merger.flush(1050);
  assert.deepEqual(times(), [5]);
});

test('a reply that comes first is handed on behind its request', () => {
  const { merger, give, times } = merging(2);
  merger.flush(1000);
  give({ time: 2, input: 1 });
  merger.flush(1010);
  give({ time: 1, input: 0 });
  assert.deepEqual(times(), [1]);
  merger.flush(1060);
  assert.deepEqual(times(), [1, 2]);
});

test('a frame that comes too late is counted and handed on', () => {
  const { merger, give, times } = merging(2);
  give({ time: 9, input: 0 });
  merger.flush(100);
  give({ time: 3, input: 1 });
  merger.flush(200);
  assert.deepEqual(times(), [9, 3]);
  assert.equal(merger.late, 1);
});

test('beyond its room the earliest frame goes early', () => {
  const { merger, give, times } = merging(2, 20);
  for (let time = 0; time < 100; time++) give({ time: time * 7, input: 0 });
  assert.ok(merger.hurried > 80);
  assert.deepEqual(
    times(),
    times().toSorted((a, b) => a - b),
  );
});

test('without ordering frames pass at once, and turning it off hands on what waits', () => {
  const { merger, give, times } = merging(2);
  give({ time: 4, input: 0 });
  merger.order(false);
  assert.deepEqual(times(), [4]);
  give({ time: 3, input: 0 });
  assert.deepEqual(times(), [4, 3]);
});

test('nobody waits for an interface that has left', () => {
  const { merger, give, times, ways } = merging(2);
  merger.leave(ways[1]!);
  give({ time: 4, input: 0 });
  assert.deepEqual(times(), [4]);
});

test('counts of the capture pass through', () => {
  const told: unknown[] = [];
  const merger = new FrameMerger();
  const way = merger.join({ frame() {}, statistics: (...counts) => told.push(counts) });
  way.statistics(7, 2);
  assert.deepEqual(told, [[7, 2]]);
});
