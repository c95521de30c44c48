import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { severityRank, stageRank } from '../../src/rules/signature.js';
import { addressText } from '../../src/wire/address.js';
import { findingOf, TrackerRun } from '../support/findings.js';
import { signatureOf } from '../support/signature-texts.js';

const HOUR = 3600;
const DAY = 24 * HOUR;

/** What was found matches once more. */
function again(run: TrackerRun, time: number, id: string | undefined): boolean {
  const finding = findingOf({}, { time });
  return run.tracker.repeated(finding.actor, finding, id);
}

describe('an incident', () => {
  test('opens with its first finding, and more of the same add no alert', () => {
    const run = new TrackerRun();
    for (const time of [0, 1, 2]) run.tracker.finding(findingOf({}, { time }));
    assert.deepEqual(run.states(), ['open 0']);
  });

  const rises: [what: string, first: object, second: object][] = [
    ['stage', { stage: 'recon' }, { stage: 'enumeration' }],
    ['severity', { severity: 'low' }, { severity: 'high' }],
    ['known tools', { tool: undefined }, { tool: 'sipvicious/svmap' }],
  ];
  for (const [what, first, second] of rises) {
    test(`is told again when its ${what} rose, once`, () => {
      const run = new TrackerRun();
      run.tracker.finding(findingOf(first, { time: 0 }));
      run.tracker.finding(findingOf(second, { time: 1 }));
      run.tracker.finding(findingOf(second, { time: 2 }));
      assert.deepEqual(run.states(), ['open 0', 'update 1']);
    });
    test(`does not fall when a lesser ${what} follows`, () => {
      const run = new TrackerRun();
      run.tracker.finding(findingOf(second, { time: 0 }));
      run.tracker.finding(findingOf(first, { time: 1 }));
      run.tracker.finish(2);
      const [open, close] = run.alerts;
      assert.deepEqual(
        [close?.stage, close?.severity, close?.tools],
        [open?.stage, open?.severity, open?.tools],
      );
    });
  }

  test('that goes on is told every hour', () => {
    const run = new TrackerRun();
    run.tracker.finding(findingOf({}, { time: 0 }));
    for (let time = 60; time <= 3 * HOUR; time += 60) {
      again(run, time, undefined);
    }
    assert.deepEqual(run.states(), ['open 0', 'update 3600', 'update 7200', 'update 10800']);
  });

  test('closes after a quiet day, at the time when the day ended', () => {
    const run = new TrackerRun();
    run.tracker.finding(findingOf({}, { time: 0 }));
    assert.equal(again(run, 100, undefined), true);
    run.tracker.advance(100 + DAY - 1);
    assert.equal(run.alerts.length, 1);
    run.tracker.advance(100 + 3 * DAY);
    assert.deepEqual(run.states(), ['open 0', `close ${100 + DAY}`]);
    assert.equal(again(run, 100 + 3 * DAY, undefined), false);
    assert.equal(run.alerts.length, 2, 'what is closed is not told again');
    run.tracker.finding(findingOf({}, { time: 100 + 3 * DAY }));
    assert.notEqual(run.alerts[2]?.incidentId, run.alerts[0]?.incidentId);
  });

  test('that began anew goes on by what it tells of itself, not by what the one before told', () => {
    const run = new TrackerRun();
    run.tracker.finding(findingOf({ id: 'A' }));
    run.tracker.finding(findingOf({ id: 'B' }));
    run.tracker.advance(2 * DAY);
    run.tracker.finding(findingOf({ id: 'A' }, { time: 2 * DAY }));
    assert.deepEqual(
      ['A', 'B', undefined].map((id) => again(run, 2 * DAY, id)),
      [true, false, true],
    );
  });

  test('closes at the end of the input, never before it was last seen', () => {
    const run = new TrackerRun();
    run.tracker.finding(findingOf({}, { time: 10 }));
    run.tracker.finish(5);
    assert.deepEqual(run.states(), ['open 10', 'close 10']);
  });

  test('is one for each source', () => {
    const run = new TrackerRun();
    for (const source of [1, 2, 1]) run.tracker.finding(findingOf({}, { source }));
    run.tracker.finish(1);
    assert.deepEqual(run.states(), ['open 0', 'open 0', 'close 1', 'close 1']);
  });

  test('of a flood of sources closes early when the table is full, and is counted', () => {
    const run = new TrackerRun();
    for (let source = 0; source < 10_050; source++) {
      run.tracker.finding(findingOf({}, { source, proof: { given: true } }));
    }
    assert.equal(run.counters.incidentsEvicted, 50);
    assert.equal(run.alerts.filter(({ state }) => state === 'close').length, 50);
  });

  test('is not opened for each of a flood of addresses that nothing shows to be real', () => {
    const run = new TrackerRun();
    const finding = findingOf();
    const real = 5000;
    run.tracker.finding(finding);
    for (let source = 0; source < 10_000; source++) {
      run.tracker.finding(findingOf({}, { source, proof: { given: source === real } }));
    }
    assert.equal(run.alerts.length, 301);
    assert.equal(run.counters.alertsWithheld, 10_000 - 300);
    assert.ok(run.alerts.some(({ sourceIp }) => sourceIp === addressText(real)));
    run.tracker.finding({ ...finding, signature: signatureOf({ severity: 'severity: high' }) });
    assert.equal(run.alerts.at(-1)?.state, 'update', 'what is open goes on');
    run.tracker.finding(findingOf({}, { source: 9999, time: 61 }));
    assert.equal(run.alerts.at(-1)?.state, 'open', 'a minute later there is room again');
  });

  test('has ids that depend on nothing but who, when and what', () => {
    const ids = (offset: number) => {
      const run = new TrackerRun();
      run.tracker.finding(findingOf({}, { time: offset }));
      run.tracker.finish(offset);
      return run.alerts.map(({ alertId, incidentId }) => `${alertId} ${incidentId}`);
    };
    assert.deepEqual(ids(0), ids(0));
    assert.equal(new Set([...ids(0), ...ids(1)]).size, 4);
  });

  test('never falls, and its alerts never go back in time', () => {
    const findings = fc.array(
      fc.record({
        wait: fc.oneof(fc.nat(10), fc.nat(2 * DAY)),
        stage: fc.constantFrom('recon', 'enumeration', 'credential-attack', 'access', 'fraud'),
        severity: fc.constantFrom('info', 'low', 'medium', 'high', 'critical'),
        kind: fc.constantFrom('tools', 'behaviours'),
        source: fc.nat(2),
      }),
      { minLength: 1, maxLength: 30 },
    );
    fc.assert(
      fc.property(findings, (list) => {
        const run = new TrackerRun();
        let time = 0;
        for (const { wait, source, ...signature } of list) {
          time += wait;
          run.tracker.advance(time);
          run.tracker.finding(findingOf(signature, { time, source }));
        }
        run.tracker.finish(time);
        for (const id of new Set(run.alerts.map(({ incidentId }) => incidentId))) {
          const alerts = run.alerts.filter(({ incidentId }) => incidentId === id);
          assert.equal(alerts[0]?.state, 'open');
          assert.equal(alerts.at(-1)?.state, 'close');
          for (const [i, alert] of alerts.slice(1).entries()) {
            const before = alerts[i]!;
            assert.ok(alert.time >= before.time);
            assert.ok(severityRank(alert.severity) >= severityRank(before.severity));
            assert.ok(stageRank(alert.stage) >= stageRank(before.stage));
          }
        }
        const ids = run.alerts.map(({ alertId }) => alertId);
        assert.equal(new Set(ids).size, ids.length, 'an alert id was given twice');
      }),
      { numRuns: 200 },
    );
  });
});

describe('what an alert says', () => {
  test('confidence is that of the surest finding; two kinds support each other', () => {
    const cases: [findings: [kind: string, confidence: string][], expected: string][] = [
      [[['tools', 'low']], 'low'],
      [
        [
          ['tools', 'low'],
          ['behaviours', 'low'],
        ],
        'low',
      ],
      [
        [
          ['tools', 'medium'],
          ['tools', 'low'],
        ],
        'medium',
      ],
      [
        [
          ['tools', 'medium'],
          ['behaviours', 'medium'],
        ],
        'high',
      ],
      [[['tools', 'high']], 'high'],
    ];
    for (const [findings, expected] of cases) {
      const run = new TrackerRun();
      for (const [kind, confidence] of findings) {
        run.tracker.finding(findingOf({ kind, confidence: confidence as 'low' }));
      }
      run.tracker.finish(1);
      assert.equal(run.alerts.at(-1)?.confidence, expected, JSON.stringify(findings));
    }
  });

  test('what the sensor could not see weakens what rests on outcomes, by one step', () => {
    const expected = { 'auth.rejected': 'medium', message: 'high' } as const;
    for (const [subject, confidence] of Object.entries(expected)) {
      const run = new TrackerRun();
      run.degraded = ['one direction only'];
      run.tracker.finding(findingOf({ confidence: 'high', subject: subject as 'message' }));
      assert.deepEqual(run.alerts[0]?.degraded, ['one direction only']);
      assert.equal(run.alerts[0]?.confidence, confidence, subject);
    }
  });

  test('the gravest finding leads, then the furthest, then the behaviour', () => {
    const order: Parameters<typeof findingOf>[0][] = [
      { id: 'A', severity: 'low', stage: 'recon', kind: 'tools' },
      { id: 'B', severity: 'low', stage: 'recon', kind: 'behaviours' },
      { id: 'C', severity: 'low', stage: 'enumeration', kind: 'tools' },
      { id: 'D', severity: 'high', stage: 'recon', kind: 'tools' },
    ];
    for (const list of [order, [...order].reverse()]) {
      const run = new TrackerRun();
      for (const signature of list) run.tracker.finding(findingOf(signature));
      run.tracker.finish(1);
      assert.equal(run.alerts.at(-1)?.rule, 'D');
      assert.deepEqual([...run.alerts.at(-1)!.rules].sort(), ['A', 'B', 'C', 'D']);
    }
  });

  test('packets are named by capture and frame; a time-out has none', () => {
    const run = new TrackerRun();
    run.tracker.captureName = 'day.pcap';
    run.tracker.finding(findingOf({}, { frameNumber: 7 }));
    run.tracker.finding(findingOf({}, { frameNumber: 0 }));
    run.tracker.finish(1);
    assert.deepEqual(run.alerts.at(-1)?.packets, ['day.pcap:7']);
  });

  test('the deciding message is there in parsed form, also when a reply leads', () => {
    const run = new TrackerRun();
    const message = Buffer.from('OPTIONS sip:a@b SIP/2.0\r\nUser-Agent: x\r\n\r\n');
    run.tracker.finding(findingOf({}, { message }));
    run.tracker.finding(findingOf({ severity: 'high' }, { message: undefined }));
    run.tracker.finish(1);
    const parsed = run.alerts.at(-1)?.message as { method: string };
    assert.equal(parsed.method, 'OPTIONS');
  });

  test('what one packet sets off shows one message, taken apart once', () => {
    const run = new TrackerRun();
    const copy = (method: string) => Buffer.from(`${method} sip:a@b SIP/2.0\r\n\r\n`);
    run.tracker.finding(findingOf({ severity: 'low' }, { message: copy('OPTIONS') }));
    run.tracker.finding(findingOf({ severity: 'medium' }, { message: copy('OPTIONS') }));
    run.tracker.finding(findingOf({ severity: 'high' }, { message: copy('BYE') }));
    run.tracker.finish(1);
    const [open, medium, high, close] = run.alerts.map(({ message }) => message);
    assert.equal(open, medium);
    assert.equal((high as { method: string }).method, 'BYE');
    assert.equal(high, close);
  });

  test('a source is spoofable until one of its findings is proved, and that may come later', () => {
    const run = new TrackerRun();
    const proof = { given: false };
    run.tracker.finding(findingOf({}, { proof }));
    run.tracker.finding(findingOf({ severity: 'high' }, { proof: { given: false } }));
    proof.given = true;
    run.tracker.finish(1);
    assert.deepEqual(
      run.alerts.map(({ spoofable }) => spoofable),
      [true, true, false],
    );
  });

  test('what others prove from the same address proves nothing of a forged datagram', () => {
    const run = new TrackerRun();
    const profile = run.sources.touch(findingOf().source, 0);
    profile.returnPath = true;
    run.tracker.finding(findingOf());
    assert.equal(run.alerts[0]?.spoofable, true);
  });

  test('places of the sentence are filled in with what is known by then', () => {
    const run = new TrackerRun();
    const profile = run.sources.touch(findingOf().source, 0);
    const reason = ['it tried ', { place: 'targets' }, ' for ', { place: 'accounts' }];
    run.sources.markTarget(profile, 0xcb007101, 1);
    run.tracker.finding(findingOf({}, { reason }));
    for (let i = 2; i < 6; i++) run.sources.markTarget(profile, 0xcb007100 + i, 1);
    for (let i = 0; i < 7; i++) run.sources.markAccount(profile, `10${i}`, 1);
    run.tracker.finish(1);
    assert.deepEqual(
      run.alerts.map((alert) => alert.reason),
      [
        'it tried 203.0.113.1 for no account',
        'it tried 203.0.113.1 and 4 more addresses for 7 accounts (100, 101, 102, 103, 104…)',
      ],
    );
  });
});
