import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import {
  type CallOutcome,
  CallStatistics,
  type RecentCalls,
} from '../../src/detect/calls/call-statistics.js';
import { Counters } from '../../src/telemetry/counters.js';

const ORIGIN = 0xc6336407;
const TALK: CallOutcome = {
  callerId: '+441632960018',
  callee: '+441632961000',
  rangFor: 5,
  talkedFor: 90,
  endedBy: 'caller',
  elsewhere: false,
  deadAir: undefined,
};

type Numbers = Partial<Record<keyof RecentCalls, number | undefined>>;

interface Case {
  name: string;
  calls: Partial<CallOutcome>[];
  gives: Numbers;
}

const CASES: Case[] = [
  {
    name: 'talks are neither short nor brief',
    calls: [{}, {}],
    gives: { calls: 2, answered: 2, rang: 2, shortShare: 0, briefShare: 0, abandonedShare: 0 },
  },
  {
    name: 'the callee hangs up within six seconds',
    calls: [{ talkedFor: 5.9, endedBy: 'callee' }, {}],
    gives: { shortShare: 0.5, briefShare: 0.5 },
  },
  {
    name: 'the caller does: that is nothing that the callee said',
    calls: [{ talkedFor: 3, endedBy: 'caller' }],
    gives: { shortShare: 0, briefShare: 1 },
  },
  {
    name: 'given up within fifteen seconds, or after',
    calls: [
      { talkedFor: undefined, rangFor: 14.9 },
      { talkedFor: undefined, rangFor: 15 },
      { talkedFor: undefined, rangFor: 3, endedBy: 'callee' },
      {},
    ],
    gives: { abandonedShare: 0.25, answered: 1, rang: 4 },
  },
  {
    name: 'a telephone of a group stops ringing since another was lifted',
    calls: [{ talkedFor: undefined, elsewhere: true }, {}],
    gives: { abandonedShare: 0, rang: 1, calls: 2 },
  },
  {
    name: 'without an answer there is no share of answers',
    calls: [{ talkedFor: undefined, rangFor: 30 }],
    gives: { shortShare: undefined, briefShare: undefined, deadAirShare: undefined },
  },
  {
    name: 'dead air counts where media is known',
    calls: [
      { deadAir: true },
      { deadAir: false },
      {},
      { talkedFor: undefined, deadAir: undefined },
    ],
    gives: { mediaKnown: 2, deadAirShare: 0.5 },
  },
  {
    name: 'different callers and callees',
    calls: [{ callerId: '1' }, { callerId: '2' }, { callerId: '2', callee: '7' }],
    gives: { callerIds: 2, calleeIds: 2 },
  },
  {
    name: 'numbers within ten of each other are neighbours, with and without +',
    calls: ['+441632960018', '441632960028', '441632960039', 'anonymous'].map((callerId) => ({
      callerId,
    })),
    gives: { callerIds: 4, neighbourShare: 0.5 },
  },
  {
    name: 'the number next door differs in the last four digits',
    calls: [
      { callerId: '+441632967777' },
      { callerId: '+441632961000' },
      { callerId: '+441642961001' },
      { callerId: '1000', callee: '1001' },
    ],
    gives: { nextDoorShare: 0.25 },
  },
];

describe('calls of one origin', () => {
  for (const { name, calls, gives } of CASES) {
    test(name, () => {
      const statistics = new CallStatistics(new Counters());
      let recent: RecentCalls | undefined;
      for (const [i, call] of calls.entries()) {
        recent = statistics.ended(ORIGIN, i, { ...TALK, ...call });
      }
      for (const [key, value] of Object.entries(gives)) {
        assert.equal(recent?.[key as keyof RecentCalls], value, key);
      }
    });
  }

  test('of the last hour only, and the last 256 of them', () => {
    const statistics = new CallStatistics(new Counters());
    statistics.ended(ORIGIN, 0, TALK);
    assert.equal(statistics.ended(ORIGIN, 3599, TALK).calls, 2);
    assert.equal(statistics.ended(ORIGIN, 3600, TALK).calls, 2);
    for (let i = 0; i < 1000; i++) {
      statistics.ended(ORIGIN, 4000 + i, { ...TALK, callee: String(i) });
    }
    const recent = statistics.ended(ORIGIN, 5000, TALK);
    assert.deepEqual([recent.calls, recent.calleeIds], [256, 256]);
  });

  test('counts that go on are those of all calls that are kept', () => {
    const anyCall = fc.record({
      after: fc.constantFrom(0, 1, 60, 1800, 3600, -7200),
      callerId: fc.constantFrom('1', '2', '3', '4'),
      callee: fc.constantFrom(undefined, '5', '6', '7'),
      talkedFor: fc.constantFrom(undefined, 3, 30, 90),
      endedBy: fc.constantFrom('caller' as const, 'callee' as const, 'nobody' as const),
    });
    const property = (
      times: number,
      calls: readonly (Partial<CallOutcome> & { after: number })[],
    ) => {
      const statistics = new CallStatistics(new Counters());
      let kept: { time: number; call: CallOutcome }[] = [];
      let time = 0;
      for (const { after, ...call } of new Array(times).fill(calls).flat()) {
        time += after;
        const recent = statistics.ended(ORIGIN, time, { ...TALK, ...call });
        kept = kept.slice(-255);
        // The oldest decides: what is behind it stays until it is gone.
        while (kept.length > 0 && Math.abs(time - kept[0]!.time) >= 3600) kept.shift();
        kept.push({ time, call: { ...TALK, ...call } });
        const answered = kept.filter((one) => one.call.talkedFor !== undefined);
        const short = answered.filter(
          (one) => one.call.endedBy === 'callee' && one.call.talkedFor! < 6,
        );
        assert.equal(recent.calls, kept.length);
        assert.equal(recent.answered, answered.length);
        assert.equal(recent.shortShare ?? 0, short.length / Math.max(1, answered.length));
        assert.equal(recent.callerIds, new Set(kept.map((one) => one.call.callerId)).size);
        assert.equal(recent.calleeIds, new Set(kept.map((one) => one.call.callee)).size);
      }
    };
    const manyCalls = fc.array(anyCall, { minLength: 1, maxLength: 40 });
    fc.assert(fc.property(fc.integer({ min: 1, max: 12 }), manyCalls, property), { numRuns: 50 });
  });

  test('of many origins only so many are kept, and what is lost is counted', () => {
    const counters = new Counters();
    const statistics = new CallStatistics(counters, 2);
    for (const origin of [1, 2, 3]) statistics.ended(origin, 0, TALK);
    assert.equal(counters.callOriginsEvicted, 1);
    assert.equal(statistics.ended(3, 1, TALK).calls, 2);
    assert.equal(statistics.ended(1, 1, TALK).calls, 1);
  });
});
