import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { Counters } from '../../src/telemetry/counters.js';
import { FragmentInput } from '../../src/wire/fragment-input.js';
import { Fragments } from '../../src/wire/fragments.js';
import { datagramOf, NOW, part, readAll, SOURCE_V6 } from './fragment-inputs.js';

/** A datagram, where it is cut, and the order in which the parts come, some of them repeatedly. */
const splitDatagram = fc
  .record({
    length: fc.oneof(fc.integer({ min: 9, max: 600 }), fc.integer({ min: 601, max: 65_535 })),
    cuts: fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 40 }),
    isV6: fc.boolean(),
    again: fc.array(fc.nat(), { maxLength: 20 }),
    order: fc.infiniteStream(fc.nat()),
  })
  .map(({ length, cuts, isV6, again, order }) => {
    const whole = datagramOf(length, length);
    const places = new Set(cuts.map((cut) => Math.ceil((cut * (length - 1)) / 8) * 8));
    const bounds = [...places].filter((at) => at > 0 && at < length).sort((a, b) => a - b);
    if (bounds.length === 0) bounds.push(8);
    const changes = isV6 ? { isV6, source: SOURCE_V6, identification: 0x12345678 } : {};
    const parts = [0, ...bounds].map((from, i) => part(whole, from, bounds[i] ?? length, changes));
    const repeated = again.map((i) => parts[i % parts.length]!);
    return { whole, parts, inputs: shuffled([...parts, ...repeated], order) };
  });

function shuffled<T>(items: T[], numbers: Iterator<number>): T[] {
  for (let i = items.length - 1; i > 0; i--) {
    const j = (numbers.next().value as number) % (i + 1);
    [items[i], items[j]] = [items[j]!, items[i]!];
  }
  return items;
}

describe('any split of any datagram, in any order, with any duplicates', () => {
  test('gives back the datagram, and nothing twice', () => {
    fc.assert(
      fc.property(splitDatagram, ({ whole, parts, inputs }) => {
        const counters = new Counters();
        const fragments = new Fragments(counters, undefined, { datagrams: 4 });
        assert.deepEqual(readAll(fragments, inputs), [whole]);
        assert.equal(fragments.overlapping, false);
        assert.equal(fragments.truncated, false);
        assert.equal(counters.fragmentsDuplicate, inputs.length - parts.length);
        fragments.advance(NOW + 1);
        assert.equal(fragments.bytesHeld, 0);
      }),
      { numRuns: 300 },
    );
  });

  test('does so among the fragments of others', () => {
    fc.assert(
      fc.property(
        fc.array(splitDatagram, { minLength: 2, maxLength: 5 }),
        fc.infiniteStream(fc.nat()),
        (splits, order) => {
          const fragments = new Fragments(new Counters());
          const inputs = splits.flatMap(({ parts }, i) =>
            parts.map((one) => Object.assign(new FragmentInput(), one, { vlan: i })),
          );
          const read = readAll(fragments, shuffled(inputs, order));
          const hex = (datagrams: Buffer[]) => datagrams.map((one) => one.toString('hex')).sort();
          assert.deepEqual(hex(read), hex(splits.map(({ whole }) => whole)));
        },
      ),
      { numRuns: 60 },
    );
  });
});

/** A fragment of a few keys, of any size, that may overlap others or be malformed. */
const anyFragment = fc.record({
  source: fc.integer({ min: 1, max: 3 }),
  identification: fc.integer({ min: 1, max: 6 }),
  block: fc.oneof(fc.integer({ min: 0, max: 12 }), fc.integer({ min: 0, max: 8191 })),
  length: fc.oneof(
    fc.integer({ min: 1, max: 6 }).map((blocks) => blocks * 8),
    fc.integer({ min: 0, max: 70_000 }),
  ),
  captured: fc.oneof(fc.constant(1), fc.double({ min: 0, max: 1, noNaN: true })),
  more: fc.boolean(),
  filling: fc.integer({ min: 0, max: 2 }),
  step: fc.constantFrom(0, 0, 0.001, 0.03, 1, 31, -5),
});
const BYTES = Buffer.alloc(3 * 70_000);
for (let i = 0; i < 3; i++) datagramOf(70_000, i).copy(BYTES, i * 70_000);

test('any fragments whatever neither throw nor exceed the limits', () => {
  fc.assert(
    fc.property(fc.array(anyFragment, { maxLength: 200 }), (all) => {
      const counters = new Counters();
      const [bytes, datagrams] = [65_536 + 4096, 5];
      let lost = 0;
      const fragments = new Fragments(counters, () => lost++, { bytes, datagrams });
      let time = NOW;
      for (const { block, length, captured, filling, step, ...rest } of all) {
        time += step;
        if (step < 0) fragments.setBack(time);
        const from = filling * 70_000;
        const to = from + Math.floor(length * captured);
        const input = { ...rest, time, buf: BYTES, from, to, length, offset: block * 8 };
        if (fragments.add(Object.assign(new FragmentInput(), input))) {
          assert.ok(fragments.from >= 0 && fragments.to >= fragments.from);
          assert.ok(fragments.to <= fragments.buf.length);
          assert.ok(fragments.to - fragments.from <= 65_536);
        }
        assert.ok(fragments.bytesHeld <= bytes);
        assert.ok(fragments.status('fragments').entries <= datagrams);
        if (step >= 1) fragments.advance(time);
      }
      fragments.finish();
      assert.equal(fragments.bytesHeld, 0);
      assert.equal(fragments.status('fragments').entries, 0);
      assert.ok(lost <= counters.fragmentsTimedOut + counters.fragmentsEvicted);
    }),
    { numRuns: 300 },
  );
});

/** The same by the plainest means: blocks by number, each as it came first. */
class PlainDatagram {
  private readonly blocks: (Buffer | undefined)[] = [];
  /** By block. The first is known to the byte, those in other blocks to the block. */
  private readonly ends: (number | undefined)[] = [];
  private firstEnd = -1;
  private readonly ranges = new Set<string>();
  overlapping = false;

  /** The datagram, once its bytes go without a gap to the end of a last fragment. */
  add(bytes: Buffer, offset: number, more: boolean): Buffer | undefined {
    const range = `${offset} ${more} ${bytes.toString('hex')}`;
    if (this.ranges.has(range)) return undefined;
    const known = this.blocks.length;
    const end = offset + bytes.length;
    const isOtherEnd = !more && this.firstEnd !== -1 && this.firstEnd !== end;
    const isBeyondEnd = more && this.firstEnd !== -1 && this.firstEnd <= end;
    const isBeforeOther = !more && known * 8 >= end + 8;
    if (isOtherEnd || isBeyondEnd || isBeforeOther) this.overlapping = true;
    let isNew = true;
    for (let at = 0; at < bytes.length; at += 8) {
      const block = (offset + at) / 8;
      const [brought, there] = [bytes.subarray(at, at + 8), this.blocks[block]];
      if (there === undefined) this.blocks[block] = Buffer.concat([brought, Buffer.alloc(8)], 8);
      else {
        isNew = false;
        if (!there.subarray(0, brought.length).equals(brought)) this.overlapping = true;
      }
    }
    if (isNew) this.ranges.add(range);
    const last = Math.ceil(end / 8) - 1;
    if (!more && this.firstEnd === -1) this.firstEnd = end;
    if (!more) {
      const isFirst = Math.ceil(this.firstEnd / 8) - 1 === last;
      this.ends[last] = isFirst ? Math.max(this.ends[last] ?? 0, end) : (last + 1) * 8;
    }
    let run = 0;
    while (this.blocks[run] !== undefined) run++;
    const length = this.ends[run - 1];
    if (length === undefined) return undefined;
    return Buffer.concat(this.blocks.slice(0, run) as Buffer[]).subarray(0, length);
  }
}

test('fragments that overlap in any way are read as by the plainest means', () => {
  const piece = fc.record({
    block: fc.integer({ min: 0, max: 80 }),
    blocks: fc.integer({ min: 1, max: 40 }),
    short: fc.integer({ min: 0, max: 7 }),
    filling: fc.integer({ min: 0, max: 1 }),
    isLast: fc.integer({ min: 0, max: 4 }).map((i) => i === 0),
  });
  fc.assert(
    fc.property(fc.array(piece, { minLength: 3, maxLength: 30 }), (pieces) => {
      const fragments = new Fragments(new Counters());
      const plain = new PlainDatagram();
      for (const { block, blocks, short, filling, isLast } of pieces) {
        const whole = datagramOf((block + blocks) * 8 - (isLast ? short : 0), filling);
        const offset = block * 8;
        if (isLast && offset === 0) continue;
        const expected = plain.add(whole.subarray(offset), offset, !isLast);
        const input = part(whole, offset, whole.length, { more: !isLast });
        const read = readAll(fragments, [input]);
        assert.deepEqual(read, expected === undefined ? [] : [expected]);
        if (expected === undefined) continue;
        assert.equal(fragments.overlapping, plain.overlapping);
        return;
      }
    }),
    { numRuns: 2000 },
  );
});
