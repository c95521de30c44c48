import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Counters } from '../../src/telemetry/counters.js';
import type { FragmentInput } from '../../src/wire/fragment-input.js';
import { Fragments, type LostDatagram } from '../../src/wire/fragments.js';
import { datagramOf, NOW, part, readAll, told } from './fragment-inputs.js';

const WHOLE = datagramOf(2000);
const OTHER = datagramOf(2000, 5);

describe('the same identification again', () => {
  const A1 = (time: number) => part(WHOLE, 0, 800, { time: NOW + time });
  const A2 = (time: number) => part(WHOLE, 800, 2000, { time: NOW + time });
  const B1 = (time: number) => part(OTHER, 0, 800, { time: NOW + time });
  const B2 = (time: number) => part(OTHER, 800, 2000, { time: NOW + time });
  const B = OTHER;
  const A1B2 = Buffer.concat([WHOLE.subarray(0, 800), OTHER.subarray(800)]);
  const LONGER = Buffer.concat([WHOLE.subarray(0, 800), datagramOf(1600, 9)]);
  const longer = (from: number, to: number) => part(LONGER, from, to);
  const later = (from: number, to: number) => part(WHOLE, from, to);
  const cases: [what: string, inputs: FragmentInput[], reads: Buffer[], waiting: number][] = [
    ['each fragment twice at once', [A1(0), A1(0), A2(0.01), A2(0.02)], [WHOLE], 0],
    ['the whole row twice', [A1(0), A2(0), A1(0.01), A2(0.02)], [WHOLE], 0],
    ['three times', [A1(0), A2(0), A1(0.01), A2(0.01), A1(0.02), A2(0.02)], [WHOLE], 0],
    ['the second row in another order', [A1(0), A2(0), A2(0.01), A1(0.02)], [WHOLE], 0],
    ['after 20 ms it is another datagram', [A1(0), A2(0), A1(0.021), A2(0.021)], [WHOLE, WHOLE], 0],
    ['20 ms before, by another clock', [A1(0), A2(0), A1(-0.03), A2(-0.03)], [WHOLE, WHOLE], 0],
    ['after one that overlapped', [A1(0), B1(0), A2(0), A1(0), B2(0)], [WHOLE, A1B2], 0],
    ['half of it after 20 ms waits', [A1(0), A2(0), A1(0.021)], [WHOLE], 1],
    ['with other bytes it is another datagram', [A1(0), A2(0), B1(0.01), B2(0.01)], [WHOLE, B], 0],
    ['with the same beginning', [A1(0), A2(0), A1(0.01), B2(0.01)], [WHOLE, A1B2], 0],
    [
      'with the same beginning, the end first',
      [A1(0), A2(0), B2(0.01), A1(0.01)],
      [WHOLE, A1B2],
      0,
    ],
    [
      'a second row, then another datagram with the same beginning',
      [A1(0), A2(0), A1(0), A2(0), A1(0.01), B2(0.01)],
      [WHOLE, A1B2],
      0,
    ],
    ['a second row, then an end alone', [A1(0), A2(0), A1(0), A2(0), B2(0.01)], [WHOLE], 1],
    [
      'with the same beginning, but longer',
      [A1(0), A2(0), A1(0.01), longer(800, 2000), longer(2000, 2400)],
      [WHOLE, LONGER],
      0,
    ],
    [
      'with the same beginning, but shorter',
      [A1(0), A2(0), A1(0.01), part(LONGER.subarray(0, 1000), 800, 1000)],
      [WHOLE, LONGER.subarray(0, 1000)],
      0,
    ],
    [
      'with the same beginning, but in other parts, and those twice',
      [A1(0), later(800, 1600), later(1600, 2000), A1(0), B2(0), B2(0), A1(0)],
      [WHOLE, A1B2],
      0,
    ],
  ];
  for (const [what, inputs, reads, waiting] of cases) {
    test(what, () => {
      const fragments = new Fragments(new Counters());
      assert.deepEqual(readAll(fragments, inputs), reads);
      assert.equal(fragments.overlapping, false);
      assert.equal(fragments.status('fragments').entries, waiting);
      fragments.advance(NOW + 100);
      assert.equal(fragments.bytesHeld, 0);
    });
  }

  test('the ports are those of the datagram that is lost', () => {
    const lost: LostDatagram[] = [];
    const fragments = new Fragments(new Counters(), (one) => lost.push(one));
    const other = Buffer.from(OTHER);
    other.writeUInt16BE(9, 2);
    const rest = [later(800, 1600), later(1600, 2000)];
    const inputs = [A1(0), ...rest, later(1600, 2000), part(other, 0, 800)];
    assert.deepEqual(readAll(fragments, inputs), [WHOLE]);
    fragments.finish();
    assert.deepEqual(
      lost.map((one) => one.destinationPort),
      [9],
    );
  });

  test('duplicates are counted', () => {
    const counters = new Counters();
    readAll(new Fragments(counters), [A1(0), A1(0), A2(0), A2(0), A1(0)]);
    assert.deepEqual(told(counters), { fragments: 5, Reassembled: 1, Duplicate: 3 });
  });
});

describe('fragments captured short', () => {
  /** The first 100 bytes of a fragment. */
  const short = (from: number, to: number) => part(WHOLE, from, to, { to: 6 + 100 });
  const cases: [what: string, inputs: FragmentInput[], length: number][] = [
    ['each of them', [short(0, 800), short(800, 1600), short(1600, 2000)], 100],
    ['each of them, backwards', [short(1600, 2000), short(800, 1600), short(0, 800)], 100],
    ['each of them, twice', [short(0, 800), short(0, 800), short(800, 2000)], 100],
    ['the last one', [part(WHOLE, 0, 800), short(800, 2000)], 900],
    ['one in the midst', [part(WHOLE, 0, 800), short(800, 1600), part(WHOLE, 1600, 2000)], 900],
    ['no byte of the last one', [part(WHOLE, 0, 800), part(WHOLE, 800, 2000, { to: 6 })], 800],
    ['no byte of the first one', [part(WHOLE, 0, 800, { to: 6 }), part(WHOLE, 800, 2000)], 0],
  ];
  for (const [what, inputs, length] of cases) {
    test(`${what}: read as far as it goes`, () => {
      const counters = new Counters();
      const fragments = new Fragments(counters);
      assert.deepEqual(readAll(fragments, inputs), [WHOLE.subarray(0, length)]);
      assert.equal(fragments.truncated, true);
      assert.equal(fragments.overlapping, false);
      assert.deepEqual(readAll(fragments, inputs), [], 'the mirror shows them once more');
      assert.equal(counters.fragmentsOverlapping, 0);
      assert.equal(fragments.status('fragments').entries, 0);
    });
  }

  test('the same one captured as a whole is a duplicate', () => {
    const counters = new Counters();
    const inputs = [short(0, 800), part(WHOLE, 0, 800), part(WHOLE, 800, 2000)];
    assert.deepEqual(readAll(new Fragments(counters), inputs), [WHOLE.subarray(0, 100)]);
    assert.deepEqual(told(counters), { fragments: 3, Reassembled: 1, Duplicate: 1 });
  });

  test('what overlaps the part that was not captured is an overlap', () => {
    const counters = new Counters();
    readAll(new Fragments(counters), [short(0, 1600), part(WHOLE, 512, 768)]);
    assert.equal(counters.fragmentsOverlapping, 1);
  });

  test('what a header claims to have been longer takes no memory', () => {
    const fragments = new Fragments(new Counters());
    fragments.add(part(datagramOf(65_000), 0, 64_000, { to: 6 + 8 }));
    assert.ok(fragments.bytesHeld <= 512, `${fragments.bytesHeld} bytes`);
  });
});

test('a datagram takes nothing over from the one that had its place', () => {
  const lost: LostDatagram[] = [];
  const counters = new Counters();
  const fragments = new Fragments(counters, (one) => lost.push(one), { datagrams: 1 });
  const at = (seconds: number, from: number, to: number) =>
    part(WHOLE, from, to, { time: NOW + seconds });
  const far = part(datagramOf(65_000), 64_000, 65_000);
  readAll(fragments, [part(WHOLE, 0, 800, { to: 106 }), part(OTHER, 400, 1600), far]);
  fragments.advance(NOW + 40);
  assert.deepEqual([lost.length, counters.fragmentsOverlapping], [1, 1]);

  const whole = [at(50, 0, 800), at(50, 800, 2000)];
  assert.deepEqual(readAll(fragments, [...whole, at(50, 0, 800)]), [WHOLE]);
  assert.deepEqual([fragments.overlapping, fragments.truncated], [false, false]);
  const end = part(OTHER, 800, 2000, { time: NOW + 60 });
  const again = [at(60, 0, 800), at(60, 800, 2000)];
  assert.deepEqual(readAll(fragments, [...again, ...again, end]), [WHOLE]);
  fragments.finish();
  assert.deepEqual([lost.length, counters.fragmentsOverlapping], [1, 1]);
});

test('memory used again knows no end of the datagram before', () => {
  const fragments = new Fragments(new Counters());
  const short = WHOLE.subarray(0, 16);
  assert.equal(readAll(fragments, [part(short, 0, 8), part(short, 8, 16)]).length, 1);
  fragments.advance(NOW + 1);
  assert.equal(fragments.add(part(WHOLE, 0, 16, { time: NOW + 1 })), false);
});
