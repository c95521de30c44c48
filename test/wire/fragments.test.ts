import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Counters } from '../../src/telemetry/counters.js';
import type { FragmentInput } from '../../src/wire/fragment-input.js';
import { Fragments } from '../../src/wire/fragments.js';
import { Transport } from '../../src/wire/packet.js';
import { datagramOf, NOW, part, readAll, SOURCE_V6, told } from './fragment-inputs.js';

const WHOLE = datagramOf(2000);
const OTHER = datagramOf(2000, 5);
/** [from, to) of each fragment, in the order in which they come. */
type Ranges = readonly (readonly [from: number, to: number])[];

function given(ranges: Ranges, changes: Partial<FragmentInput> = {}, whole = WHOLE) {
  return ranges.map(([from, to]) => part(whole, from, to, changes));
}

describe('fragments in any order', () => {
  const cases: [what: string, ranges: Ranges][] = [
    [
      'in order',
      [
        [0, 800],
        [800, 1600],
        [1600, 2000],
      ],
    ],
    [
      'the last one first',
      [
        [1600, 2000],
        [0, 800],
        [800, 1600],
      ],
    ],
    [
      'backwards',
      [
        [1600, 2000],
        [800, 1600],
        [0, 800],
      ],
    ],
    [
      'a first one of 8 bytes',
      [
        [0, 8],
        [8, 2000],
      ],
    ],
    [
      'a last one of one byte',
      [
        [0, 1992],
        [1992, 1999],
      ],
    ],
  ]; // prettier-ignore
  for (const [what, ranges] of cases) {
    for (const isV6 of [false, true]) {
      test(`${what}, ${isV6 ? 'IPv6' : 'IPv4'}`, () => {
        const counters = new Counters();
        const fragments = new Fragments(counters);
        const length = Math.max(...ranges.map(([, to]) => to));
        const whole = WHOLE.subarray(0, length);
        const read = readAll(
          fragments,
          given(ranges, isV6 ? { isV6, source: SOURCE_V6 } : {}, whole),
        );
        assert.deepEqual(read, [whole]);
        assert.deepEqual(told(counters), { fragments: ranges.length, Reassembled: 1 });
        assert.equal(fragments.overlapping, false);
        assert.equal(fragments.truncated, false);
        assert.equal(fragments.protocol, Transport.Udp);
      });
    }
  }
});

describe('what another datagram is', () => {
  const cases: [what: string, changes: Partial<FragmentInput>, isSame: boolean][] = [
    ['the same key', {}, true],
    ['another source', { source: 0xc6336408 }, false],
    ['another destination', { destination: 0xcb007106 }, false],
    ['another identification', { identification: 78 }, false],
    ['another protocol', { protocol: Transport.Tcp }, false],
    ['another source of the tunnel', { tunnelSource: 1 }, false],
    ['another destination of the tunnel', { tunnelDestination: 1 }, false],
    ['another VLAN', { vlan: 20 }, false],
  ];
  for (const hash of ['its own hash', 'the same hash for all']) {
    for (const [what, changes, isSame] of cases) {
      test(`${what} ${isSame ? 'joins' : 'does not join'}, with ${hash}`, () => {
        const fragments =
          hash === 'its own hash' ? new Fragments(new Counters()) : new Colliding(new Counters());
        assert.equal(fragments.add(part(WHOLE, 0, 800)), false);
        assert.equal(fragments.add(part(WHOLE, 800, 2000, changes)), isSame);
      });
    }
  }

  test('identifications of IPv6 have 32 bits', () => {
    const fragments = new Fragments(new Counters());
    const v6 = { isV6: true, source: SOURCE_V6 };
    assert.equal(fragments.add(part(WHOLE, 0, 800, { ...v6, identification: 0x10000 })), false);
    assert.equal(fragments.add(part(WHOLE, 800, 2000, { ...v6, identification: 0 })), false);
  });

  test('the first fragment of IPv6 says what the datagram carries, whatever the others say', () => {
    const fragments = new Fragments(new Counters());
    const v6 = { isV6: true, source: SOURCE_V6 };
    assert.equal(fragments.add(part(WHOLE, 800, 2000, { ...v6, protocol: 60 })), false);
    assert.equal(fragments.add(part(WHOLE, 0, 800, { ...v6, protocol: Transport.Tcp })), true);
    assert.equal(fragments.protocol, Transport.Tcp);
  });
});

/** All keys meet in one place, as if somebody had found out how. */
class Colliding extends Fragments {
  protected override hashOf(): number {
    return 7;
  }
}

test('datagrams whose keys collide come and go without touching each other', () => {
  const counters = new Counters();
  const fragments = new Colliding(counters, undefined, { datagrams: 64 });
  const wholes = Array.from({ length: 8 }, (_, i) => datagramOf(1000, i));
  const order = [3, 0, 7, 1, 5, 2, 6, 4];
  for (const round of [0, 1]) {
    const time = NOW + round;
    const firsts = wholes.map((whole, i) =>
      part(whole, 0, 504, { source: i * 1000, identification: i, time }),
    );
    assert.deepEqual(readAll(fragments, firsts), []);
    const lasts = order.map((i) =>
      part(wholes[i]!, 504, 1000, { source: i * 1000, identification: i, time }),
    );
    assert.deepEqual(
      readAll(fragments, lasts),
      order.map((i) => wholes[i]),
    );
  }
  fragments.advance(NOW + 2);
  assert.equal(fragments.bytesHeld, 0);
});

test('of datagrams whose keys collide, those that are over leave the others findable', () => {
  const fragments = new Colliding(new Counters());
  const one = (i: number, from: number, to: number) =>
    part(WHOLE, from, to, { source: 1000 + i, identification: i });
  readAll(
    fragments,
    [0, 1, 2, 3, 4].map((i) => one(i, 0, 800)),
  );
  assert.equal(
    readAll(
      fragments,
      [2, 4].map((i) => one(i, 800, 2000)),
    ).length,
    2,
  );
  fragments.advance(NOW + 1);
  assert.equal(
    readAll(
      fragments,
      [0, 1, 3].map((i) => one(i, 800, 2000)),
    ).length,
    3,
  );
});

test('in IPv4, what is more than a multiple of 8 is cut off, as Linux does', () => {
  const fragments = new Fragments(new Counters());
  const first = part(WHOLE, 0, 804, { more: true });
  assert.deepEqual(readAll(fragments, [first, part(WHOLE, 800, 2000)]), [WHOLE]);
  assert.equal(fragments.overlapping, false);
});

describe('malformed fragments are counted and left out', () => {
  const cases: [what: string, changes: Partial<FragmentInput>][] = [
    ['no bytes', { length: 0, to: 6 }],
    [
      'more to come in IPv6 after a length that is no multiple of 8',
      { length: 797, to: 803, more: true, isV6: true },
    ],
    ['more to come after fewer than 8 bytes', { length: 7, to: 13, more: true }],
    ['one byte beyond the longest datagram', { offset: 64_736 }],
    ['far beyond the longest datagram', { offset: 65_528 }],
  ];
  for (const [what, changes] of cases) {
    test(what, () => {
      const counters = new Counters();
      const fragments = new Fragments(counters);
      const inputs = [part(WHOLE, 0, 800), part(WHOLE, 800, 1600, changes), part(WHOLE, 800, 2000)];
      assert.deepEqual(readAll(fragments, inputs), [WHOLE]);
      assert.equal(fragments.overlapping, false);
      assert.deepEqual(told(counters), { fragments: 3, Reassembled: 1, Malformed: 1 });
    });
  }

  test('65,535 bytes are not too many', () => {
    const whole = datagramOf(65_535);
    const fragments = new Fragments(new Counters());
    const inputs = [part(whole, 0, 800), part(whole, 800, 65_535)];
    assert.deepEqual(readAll(fragments, inputs), [whole]);
  });
});

test('a fragment that is all of its datagram is whole, and meets no other of its key', () => {
  const counters = new Counters();
  const fragments = new Fragments(counters);
  const atomic = OTHER.subarray(0, 500);
  const inputs = [part(WHOLE, 0, 800), part(atomic, 0, 500), part(WHOLE, 800, 2000)];
  assert.deepEqual(readAll(fragments, inputs), [atomic, WHOLE]);
  assert.equal(counters.fragmentsOverlapping, 0);
});

test('a fragment inside a datagram put together here is read, even when that gives way', () => {
  const fragments = new Fragments(new Counters(), undefined, { bytes: 65_536, datagrams: 2 });
  const outer = datagramOf(60_000);
  assert.equal(readAll(fragments, [part(outer, 0, 8), part(outer, 8, 60_000)]).length, 1);
  const inner = part(outer, 8, 50_008, { source: 1, more: true });
  inner.buf = fragments.buf;
  inner.from = fragments.from + 8;
  inner.to = fragments.from + 50_008;
  inner.offset = 8;
  const first = part(outer, 0, 8, { source: 1 });
  const last = part(outer, 50_008, 50_016, { source: 1, more: false });
  assert.deepEqual(readAll(fragments, [inner, first, last]), [outer.subarray(0, 50_016)]);
});
