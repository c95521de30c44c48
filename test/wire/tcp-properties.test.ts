import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { TcpFlag } from '../../src/wire/packet.js';
import { bytesKept, SERVER, TcpScene } from './tcp-scene.js';

const { Syn, Fin, Rst, Ack } = TcpFlag;
const TEXT = 'The quick brown fox jumps over the lazy dog, and then some more. 0123456789';

/** Pieces of the text that cover all of it, some of it twice, in any order. */
const pieces = fc
  .record({
    cuts: fc.array(fc.nat(TEXT.length), { maxLength: 12 }),
    extra: fc.array(fc.tuple(fc.nat(TEXT.length - 1), fc.integer({ min: 1, max: 20 })), {
      maxLength: 10,
    }),
    order: fc.array(fc.nat(), { minLength: 30, maxLength: 30 }),
  })
  .map(({ cuts, extra, order }) => {
    const places = [...new Set([0, ...cuts, TEXT.length])].sort((a, b) => a - b);
    const ranges = places.slice(1).map((to, i) => [places[i]!, to] as const);
    const again = extra.map(
      ([from, length]) => [from, Math.min(from + length, TEXT.length)] as const,
    );
    return [...ranges, ...again]
      .map((range, i) => ({ range, rank: order[i] ?? 0 }))
      .sort((a, b) => a.rank - b.rank)
      .map(({ range }) => range);
  });
const origin = fc.oneof(fc.nat(0xffff_ffff), fc.integer({ min: 0xffff_ff80, max: 0xffff_ffff }));

test('pieces in any order, repeated and overlapping, make the same bytes; numbers wrap', () => {
  fc.assert(
    fc.property(origin, pieces, fc.boolean(), (first, ranges, oneWay) => {
      const scene = new TcpScene();
      if (oneWay) scene.segment(first, '', { flags: Syn });
      else scene.open(first, 7);
      for (const [from, to] of ranges) scene.segment(first + 1 + from, TEXT.slice(from, to));
      scene.fin(first + 1 + TEXT.length);
      assert.deepEqual(scene.read(), [`${TEXT}$`]);
      assert.equal(scene.counters.tcpGaps, 0);
      assert.equal(bytesKept(scene), 0);
    }),
    { numRuns: 1000 },
  );
});

test('of bytes that never come, nothing but a gap of their length is seen', () => {
  fc.assert(
    fc.property(origin, pieces, fc.nat(30), (first, ranges, lost) => {
      const scene = new TcpScene().open(first, 7);
      const there = new Set<number>();
      ranges.forEach(([from, to], i) => {
        if (i === lost) return;
        for (let at = from; at < to; at++) there.add(at);
        scene.segment(first + 1 + from, TEXT.slice(from, to));
      });
      scene.advance(scene.now + 2);
      const last = Math.max(-1, ...there);
      let expected = '';
      for (let at = 0; at <= last; at++) expected += there.has(at) ? TEXT[at] : '?';
      const seen = (scene.read()[0] ?? '').replaceAll(/\[(\d+)\]/g, (_, n) =>
        '?'.repeat(Number(n)),
      );
      assert.equal(seen, expected);
      assert.equal(bytesKept(scene), 0);
    }),
    { numRuns: 1000 },
  );
});

const segment = fc.record({
  from: fc.constantFrom('192.0.2.1:1', '192.0.2.1:2', '192.0.2.1:3', '192.0.2.1:4', SERVER),
  to: fc.constantFrom('192.0.2.1:1', '192.0.2.1:2', '192.0.2.3:4', SERVER),
  sequence: fc.oneof(fc.integer({ min: -50, max: 300 }), fc.nat(0xffff_ffff)),
  ack: fc.oneof(fc.integer({ min: -50, max: 300 }), fc.nat(0xffff_ffff)),
  flags: fc.oneof(
    fc.constantFrom(0, Ack, Ack, Ack, Syn, Syn | Ack, Fin, Fin | Ack, Rst, Rst | Ack),
    fc.nat(255),
  ),
  length: fc.nat(60),
  missing: fc.oneof(fc.constant(0), fc.nat(10)),
  wait: fc.oneof(fc.constant(0), fc.double({ min: 0, max: 3, noNaN: true }), fc.constant(4000)),
});

test('no segments, however forged, throw or exceed the limits', () => {
  const limits = { connections: 3, streamBytes: 100, streamSegments: 4, bytes: 2000 };
  fc.assert(
    fc.property(fc.array(segment, { maxLength: 120 }), (segments) => {
      const scene = new TcpScene(limits);
      scene.reader.holds = true;
      for (const { from, to, sequence, ack, flags, length, missing, wait } of segments) {
        if (wait > 0) scene.advance(scene.now + wait);
        const bytes = 'ab\ncdefghij'.repeat(6).slice(0, length);
        scene.segment(sequence, bytes, { from, to, ack, flags, length: length + missing });
        for (const { entries, limit } of scene.streams.tables()) assert.ok(entries <= limit);
      }
      scene.streams.finish();
      assert.equal(bytesKept(scene), 0);
      assert.ok(scene.streams.tables().every(({ entries }) => entries === 0));
      assert.equal(scene.streams.dueAt(), Number.POSITIVE_INFINITY);
      assert.deepEqual(
        scene.reader.times,
        scene.reader.times.toSorted((a, b) => a - b),
      );
    }),
    { numRuns: 1000 },
  );
});
