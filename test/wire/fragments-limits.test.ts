import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Counters } from '../../src/telemetry/counters.js';
import type { Address } from '../../src/wire/address.js';
import { Fragments, type LostDatagram } from '../../src/wire/fragments.js';
import { datagramOf, NOW, part, readAll } from './fragment-inputs.js';

const WHOLE = datagramOf(2000);
const SMALL = datagramOf(24);
const LONGEST = datagramOf(65_535);
const NETWORK = '\x20\x01\r\xb8\0\0\0';

/** The first 8 bytes of a small datagram. */
function first(source: Address, identification: number, tunnelSource: Address = 0) {
  const isV6 = typeof source === 'string';
  return part(SMALL, 0, 8, { source, identification, tunnelSource, isV6 });
}

describe('a flood of first fragments', () => {
  const cases: [what: string, source: (i: number) => Address, tunnel: Address, waiting: number][] =
    [
      ['from one source takes a sixteenth of the places', () => 1, 0, 16],
      ['from many sources takes all of them', (i) => i, 0, 256],
      ['through one tunnel takes a sixteenth', (i) => i, 9, 16],
      [
        'from one IPv6 network takes a sixteenth',
        (i) => `${NETWORK}\0`.padEnd(14, '\0') + String.fromCharCode(i >> 8, i & 255),
        0,
        16,
      ],
      [
        'from many IPv6 networks takes all of them',
        (i) => (NETWORK.slice(0, 6) + String.fromCharCode(i >> 8, i & 255)).padEnd(16, '\0'),
        0,
        256,
      ],
    ];
  for (const [what, source, tunnel, waiting] of cases) {
    test(what, () => {
      const counters = new Counters();
      const fragments = new Fragments(counters, undefined, { datagrams: 256 });
      for (let i = 0; i < 1000; i++) fragments.add(first(source(i), i, tunnel));
      const evicted = 1000 - waiting;
      assert.deepEqual(fragments.status('fragments'), {
        table: 'fragments',
        entries: waiting,
        limit: 256,
        evicted,
      });
      assert.equal(counters.fragmentsEvicted, evicted);
      assert.equal(fragments.bytesHeld, waiting * 256);
    });
  }

  test('from one source pushes out nobody else, and its own oldest first', () => {
    const lost: LostDatagram[] = [];
    const fragments = new Fragments(new Counters(), (one) => lost.push(one), { datagrams: 256 });
    fragments.add(part(WHOLE, 0, 800));
    for (let i = 0; i < 20; i++) fragments.add(first(1, i));
    const rest = (i: number) => part(SMALL, 8, 24, { source: 1, identification: i });
    assert.equal(readAll(fragments, [4, 5, 19].map(rest)).length, 3);
    assert.equal(readAll(fragments, [part(WHOLE, 800, 2000)]).length, 1);
    assert.deepEqual(
      lost.map((one) => one.source),
      [1, 1, 1, 1],
    );
  });

  test('from many sources pushes out the oldest of all', () => {
    const lost: LostDatagram[] = [];
    const fragments = new Fragments(new Counters(), (one) => lost.push(one), { datagrams: 256 });
    for (let i = 0; i < 259; i++) fragments.add(first(i, 0));
    assert.deepEqual(
      lost.map((one) => one.source),
      [0, 1, 2],
    );
  });

  test('counts what begins again', () => {
    const fragments = new Fragments(new Counters(), undefined, { datagrams: 16 });
    const end = (seed: number) =>
      part(datagramOf(24, seed), 8, 24, { source: 1, identification: 0 });
    assert.equal(readAll(fragments, [first(1, 0), end(0)]).length, 1);
    assert.equal(readAll(fragments, [first(1, 5), first(1, 0), end(1)]).length, 1);
    assert.equal(fragments.status('fragments').entries, 0);
    assert.equal(fragments.status('fragments').evicted, 1);
  });

  test('pushes out what is whole before what waits', () => {
    const counters = new Counters();
    const fragments = new Fragments(counters, undefined, { datagrams: 256 });
    fragments.add(part(WHOLE, 0, 800));
    for (let i = 0; i < 1000; i++) {
      assert.equal(fragments.add(first(i, 0)), false);
      assert.equal(fragments.add(part(SMALL, 8, 24, { source: i, identification: 0 })), true);
    }
    assert.equal(fragments.add(part(WHOLE, 800, 2000)), true);
    assert.equal(counters.fragmentsEvicted, 0);
  });
});

describe('bytes', () => {
  /** All but the end of a datagram of 64 KiB. */
  const most = (source: Address, identification: number) =>
    part(LONGEST, 0, 65_528, { source, identification });

  test('of one source are a sixteenth of all', () => {
    const counters = new Counters();
    const bytes = 16 * 4 * 65_536;
    const fragments = new Fragments(counters, undefined, { bytes });
    for (let i = 0; i < 20; i++) {
      fragments.add(most(1, i));
      assert.ok(fragments.bytesHeld <= bytes / 16);
    }
    assert.equal(counters.fragmentsEvicted, 16);
    const rest = part(LONGEST, 65_528, 65_535, { source: 1, identification: 16 });
    assert.deepEqual(readAll(fragments, [rest]), [LONGEST]);
  });

  test('of all sources are never more than the limit, and the oldest goes', () => {
    const lost: LostDatagram[] = [];
    const bytes = 4 * 65_536;
    const fragments = new Fragments(new Counters(), (one) => lost.push(one), { bytes });
    for (let i = 0; i < 20; i++) {
      fragments.add(most(i, 0));
      assert.ok(fragments.bytesHeld <= bytes);
    }
    assert.deepEqual(
      lost.map((one) => one.source),
      Array.from({ length: 16 }, (_, i) => i),
    );
  });

  test('of one source are counted also when a datagram begins again', () => {
    const counters = new Counters();
    const fragments = new Fragments(counters, undefined, { bytes: 16 * 131_072 });
    const end = (i: number) =>
      Object.assign(part(datagramOf(65_535, i), 65_528, 65_535), { source: 1 });
    const inputs = [first(1, 999), most(1, 77), end(0)];
    for (let i = 1; i < 10; i++) inputs.push(most(1, 77), end(i));
    assert.equal(readAll(fragments, inputs).length, 10);
    fragments.advance(NOW + 1);
    for (let i = 0; i < 5; i++) fragments.add(most(1, i));
    assert.equal(fragments.bytesHeld, 131_072);
  });

  test('suffice for the longest datagram, however few are allowed', () => {
    const fragments = new Fragments(new Counters(), undefined, { bytes: 1, datagrams: 1 });
    const rest = part(LONGEST, 65_528, 65_535, { source: 1, identification: 0 });
    assert.deepEqual(readAll(fragments, [most(1, 0), rest]), [LONGEST]);
  });

  test('a datagram that grows when it is the oldest is given up, and the fragment with it', () => {
    const counters = new Counters();
    const fragments = new Fragments(counters, undefined, { bytes: 65_536 });
    fragments.add(part(LONGEST, 0, 800, { source: 1 }));
    fragments.add(part(LONGEST, 0, 60_000, { source: 2 }));
    assert.equal(fragments.add(part(LONGEST, 800, 20_000, { source: 1 })), false);
    assert.equal(counters.fragmentsEvicted, 1);
    assert.equal(fragments.status('fragments').entries, 1);
    assert.equal(fragments.add(part(LONGEST, 60_000, 65_535, { source: 2 })), true);
  });

  test('are in proportion to what came, not to where it stands', () => {
    const fragments = new Fragments(new Counters());
    fragments.add(part(LONGEST, 65_000, 65_008));
    assert.equal(fragments.bytesHeld, 256);
  });
});

describe('the cost of a datagram grows with its bytes only', () => {
  /** The numbers below `count`, in an order that is bad for whoever sorts or searches. */
  const orders: [name: string, order: (count: number) => number[]][] = [
    ['forwards', (count) => numbers(count)],
    ['backwards', (count) => numbers(count).reverse()],
    [
      'from both ends',
      (count) => numbers(count).map((i) => (i & 1 ? count - 1 - (i >> 1) : i >> 1)),
    ],
    [
      'odd ones first',
      (count) => [...numbers(count).filter(isOdd), ...numbers(count).filter(isEven)],
    ],
    ['in strides', (count) => numbers(count).map((i) => (i * 389) % count)],
    ['the first one last', (count) => [...numbers(count).slice(1), 0]],
  ];
  for (const [name, order] of orders) {
    test(`8,192 parts of 8 bytes, ${name}`, () => {
      const [few, many] = [workOf(1024, order), workOf(8192, order)];
      assert.ok(many < 8.5 * few, `${few} steps for 1,024 parts, ${many} for 8,192`);
      assert.ok(many < 8 * 8192, `${many} steps for 8,192 parts`);
    });
  }

  function workOf(count: number, order: (count: number) => number[]): number {
    const whole = LONGEST.subarray(0, count * 8 - 1);
    const fragments = new Fragments(new Counters());
    const inputs = order(count).map((i) => part(whole, i * 8, Math.min(i * 8 + 8, whole.length)));
    assert.deepEqual(readAll(fragments, inputs), [whole]);
    return fragments.work;
  }

  test('the whole datagram again and again, with one byte changed', () => {
    const fragments = new Fragments(new Counters());
    const other = Buffer.from(LONGEST);
    other[65_000]! ^= 1;
    fragments.add(part(LONGEST, 0, 65_528));
    let before = fragments.work;
    for (let i = 0; i < 20; i++) {
      fragments.add(part(other, 0, 65_528));
      assert.ok(fragments.work - before < 4 * 256, `${fragments.work - before} steps`);
      before = fragments.work;
    }
  });

  test('one that is begun again out of what came twice', () => {
    const fragments = new Fragments(new Counters());
    const ends = [datagramOf(65_535, 1), datagramOf(65_535, 2)];
    const whole = (i: number) =>
      Buffer.concat([LONGEST.subarray(0, 65_528), ends[i & 1]!.subarray(65_528)]);
    readAll(fragments, [part(whole(0), 0, 65_528), part(whole(0), 65_528, 65_535)]);
    let before = fragments.work;
    for (let i = 1; i < 20; i++) {
      const inputs = [part(whole(i), 0, 65_528), part(whole(i), 65_528, 65_535)];
      assert.deepEqual(readAll(fragments, inputs), [whole(i)]);
      assert.ok(fragments.work - before < 8 * 256, `${fragments.work - before} steps`);
      before = fragments.work;
    }
  });
});

function numbers(count: number): number[] {
  return Array.from({ length: count }, (_, i) => i);
}

function isOdd(value: number): boolean {
  return value % 2 === 1;
}

function isEven(value: number): boolean {
  return value % 2 === 0;
}

test('what waits for the clock is not held longer than the clock says', () => {
  const fragments = new Fragments(new Counters());
  for (let i = 0; i < 300; i++) fragments.add(Object.assign(first(i, 0), { time: NOW + i }));
  fragments.advance(NOW + 299);
  assert.equal(fragments.status('fragments').entries, 30);
});
