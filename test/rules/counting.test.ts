import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { CountingEngine } from '../../src/rules/counting.js';
import type { Window } from '../../src/rules/signature.js';
import { Counters } from '../../src/telemetry/counters.js';
import { group } from '../support/group.js';

/** An occurrence: which group, when, and with which value or steps. */
interface Event {
  group: string;
  time: number;
  value: string;
  steps: boolean[];
}

const STEPS = 3;

/** Times that stand still, creep and jump, never backwards: packet time. */
const events: fc.Arbitrary<Event[]> = fc
  .array(
    fc.record({
      group: fc.constantFrom('a', 'b'),
      wait: fc.oneof(fc.constant(0), fc.nat(3), fc.nat(40)),
      value: fc.constantFrom('u', 'v', 'w', 'x', 'y', 'z'),
      steps: fc.array(fc.boolean(), { minLength: STEPS, maxLength: STEPS }),
    }),
    { maxLength: 60 },
  )
  .map((list) => {
    let time = 1_700_000_000;
    return list.map(({ wait, ...event }) => {
      time += wait;
      return { ...event, time };
    });
  });

const windows: fc.Arbitrary<Window[]> = fc.array(
  fc.record({ atLeast: fc.integer({ min: 1, max: 6 }), within: fc.constantFrom(0, 1, 5, 20, 100) }),
  { minLength: 1, maxLength: 4 },
);

/** The shortest window that all of `amount` fills. */
function shortestFull(list: readonly Window[], amount: (window: Window) => number) {
  const full = list.filter((window) => amount(window) >= window.atLeast);
  return full.sort((a, b) => a.within - b.within)[0]?.within;
}

describe('the counting engine', () => {
  test('counts as one who looks at all occurrences each time', () => {
    fc.assert(
      fc.property(events, windows, fc.boolean(), (list, wanted, known) => {
        const engine = new CountingEngine(new Counters(), { isKnown: () => known });
        for (const [i, { group: name, time }] of list.entries()) {
          const before = list.slice(0, i + 1).filter((event) => event.group === name);
          const expected = shortestFull(
            wanted,
            ({ within }) => before.filter((event) => time - event.time <= within).length,
          );
          assert.equal(engine.count(group(name), time, wanted, 1)?.window.within, expected);
        }
      }),
      { numRuns: 500 },
    );
  });

  test('counts different values as one who looks at all occurrences each time', () => {
    fc.assert(
      fc.property(events, windows, fc.boolean(), (list, wanted, known) => {
        const engine = new CountingEngine(new Counters(), { isKnown: () => known });
        for (const [i, { group: name, time, value }] of list.entries()) {
          const before = list.slice(0, i + 1).filter((event) => event.group === name);
          const expected = shortestFull(wanted, ({ within }) => {
            const young = before.filter((event) => time - event.time <= within);
            return new Set(young.map((event) => event.value)).size;
          });
          const reached = engine.distinct(group(name), value, time, wanted, 1);
          assert.equal(reached?.window.within, expected);
        }
      }),
      { numRuns: 500 },
    );
  });

  test('finds a sequence exactly when some subjects of the group make it in order and in time', () => {
    fc.assert(
      fc.property(events, fc.constantFrom(0, 5, 30, 100), (list, within) => {
        const engine = new CountingEngine(new Counters());
        for (const [i, { group: name, time, steps }] of list.entries()) {
          const before = list.slice(0, i + 1).filter((event) => event.group === name);
          const found = engine.sequence(group(name), STEPS, steps, time, within);
          assert.equal(found, steps[STEPS - 1] === true && chainEnds(before, within));
        }
      }),
      { numRuns: 500 },
    );
  });

  test('numbers and the same numbers as text are told apart by nobody, other values are', () => {
    const engine = new CountingEngine(new Counters());
    const window = [{ atLeast: 3, within: 60 }];
    assert.equal(engine.distinct(group('a'), 1, 0, window), undefined);
    assert.equal(engine.distinct(group('a'), 2, 0, window), undefined);
    assert.equal(engine.distinct(group('a'), 2, 0, window), undefined);
    assert.equal(engine.distinct(group('a'), 3, 0, window)?.count, 3);
  });

  test('a full table gives up the group that was idle longest, and says so', () => {
    const counters = new Counters();
    const engine = new CountingEngine(counters, { limits: [10, 10] });
    const window = [{ atLeast: 2, within: 1000 }];
    for (let i = 0; i < 10; i++) engine.count(group(`g${i}`), i, window);
    assert.ok(engine.count(group('g0'), 10, window), 'the first group was kept and used again');
    assert.equal(counters.countersEvicted, 0);
    engine.count(group('new'), 11, window);
    assert.equal(counters.countersEvicted, 1);
    assert.ok(engine.count(group('g0'), 12, window));
    assert.equal(engine.count(group('g1'), 13, window), undefined, 'the idle one began anew');
  });

  test('what counted once outlasts a restart', () => {
    const unknown = { isKnown: () => false };
    const window = [{ atLeast: 2, within: 60 }];
    const clause = { groupBy: [], distinct: 'value', provided: undefined, windows: window };
    const before = new CountingEngine(new Counters(), unknown);
    before.distinct(group('S-1\u001fa'), 7, 10, window, 1, false, 'S-1');
    const after = new CountingEngine(new Counters(), unknown);
    const [entry, ...others] = [...before.save()];
    assert.deepEqual(others, []);
    assert.equal(entry![1], 'S-1');
    assert.equal(after.restoreFirst('S-1', entry!, { ...clause, distinct: undefined }), false);
    assert.equal(after.restoreFirst('S-1', entry!, clause), true);
    assert.equal(after.restoreFirst('S-1', entry!, clause), false, 'once is enough');
    assert.equal(after.distinct(group('S-1\u001fa'), 7, 11, window, 1, false, 'S-1'), undefined);
    assert.equal(after.distinct(group('S-1\u001fa'), 8, 12, window, 1, false, 'S-1')?.count, 2);
  });

  test('a group is forgotten with its signature, though it counted but once', () => {
    const engine = new CountingEngine(new Counters(), { isKnown: () => false });
    const window = [{ atLeast: 2, within: 60 }];
    engine.count(group('S-1\u001fa'), 0, window, 1, false, 'S-1');
    engine.count(group('S-2\u001fa'), 0, window, 1, false, 'S-2');
    engine.keepOnly((key) => key === 'S-2');
    assert.equal(engine.count(group('S-1\u001fa'), 1, window, 1, false, 'S-1'), undefined);
    assert.equal(engine.count(group('S-2\u001fa'), 1, window, 1, false, 'S-2')?.count, 2);
  });

  test('what came before the clock was set back fills no window', () => {
    const engine = new CountingEngine(new Counters());
    const window = [{ atLeast: 3, within: 60 }];
    for (const time of [5000, 5100, 5200])
      assert.equal(engine.count(group('a'), time, window), undefined);
    for (const time of [10, 20]) assert.equal(engine.count(group('a'), time, window), undefined);
    assert.equal(engine.count(group('a'), 30, window)?.count, 3);
    for (const time of [9000, 10]) {
      assert.equal(engine.sequence(group('b'), 2, [time === 9000, time === 10], time, 60), false);
    }
  });

  test('what one group keeps does not grow with its occurrences', () => {
    const engine = new CountingEngine(new Counters());
    const window = [{ atLeast: 3, within: 1 }];
    const before = process.memoryUsage().heapUsed;
    for (let i = 0; i < 1_000_000; i++) engine.count(group('one'), i * 10, window);
    const grown = process.memoryUsage().heapUsed - before;
    assert.ok(grown < 50e6, `${grown} bytes`);
  });
});

/** Whether the last of `list` ends a chain of all steps, each by a later subject. */
function chainEnds(list: readonly Event[], within: number): boolean {
  const end = list.length - 1;
  const reach = (step: number, at: number): boolean => {
    if (step < 0) return true;
    for (let i = at; i >= 0; i--) {
      if (list[i]!.steps[step] === true && list[end]!.time - list[i]!.time <= within) {
        if (reach(step - 1, i - 1)) return true;
      }
    }
    return false;
  };
  return reach(STEPS - 2, end - 1);
}
