import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { findingOf, TrackerRun } from '../support/findings.js';

const STEPS = [
  { id: 'A', stage: 'recon', severity: 'low' },
  { id: 'B', stage: 'credential-attack', severity: 'high' },
  { id: 'C', stage: 'access', severity: 'critical' },
] as const;

/** The steps of an attack, each with a sentence and advice of its own, a minute apart. */
function attack(run = new TrackerRun()): TrackerRun {
  for (const [i, step] of STEPS.entries()) {
    const alert = { message: '', advice: `Stop ${step.id}.`, suppressFor: 0, suppressBy: [] };
    const time = 60 * i;
    run.tracker.finding(findingOf({ ...step, alert }, { time, reason: [`It did ${step.id}`] }));
  }
  return run;
}

describe('an incident that rises', () => {
  test('tells what rose, from what to what, and why', () => {
    const [open, second, third] = attack().alerts;
    assert.equal(open?.raised, undefined);
    assert.deepEqual(second?.raised, {
      stage: { from: 'recon', to: 'credential-attack' },
      severity: { from: 'low', to: 'high' },
      confidence: undefined,
      tool: undefined,
      rule: 'B',
      reason: 'It did B',
    });
    assert.deepEqual(third?.raised?.stage, { from: 'credential-attack', to: 'access' });
    assert.equal(third?.raised?.reason, 'It did C');
  });

  test('tells of confidence that rose with it, and of a tool that became known', () => {
    const run = new TrackerRun();
    run.tracker.finding(findingOf({ kind: 'tools', confidence: 'medium' }));
    run.tracker.finding(
      findingOf({ kind: 'behaviours', confidence: 'medium', tool: 'sipvicious/svmap' }),
    );
    const { raised } = run.alerts[1]!;
    assert.deepEqual(raised?.confidence, { from: 'medium', to: 'high' });
    assert.equal(raised?.tool, 'sipvicious/svmap');
    assert.deepEqual([raised?.stage, raised?.severity], [undefined, undefined]);
  });

  test('keeps its history in order, also when it closes', () => {
    const run = attack();
    run.tracker.finding(findingOf({ severity: 'low' }, { time: 500, reason: ['It did less'] }));
    run.tracker.finish(600);
    assert.deepEqual(
      run.alerts.at(-1)?.history.map(({ time, rule, stage, severity, reason }) => {
        return [time, rule, stage, severity, reason].join(' ');
      }),
      [
        '0 A recon low It did A',
        '60 B credential-attack high It did B',
        '120 C access critical It did C',
      ],
    );
  });

  test('keeps a bounded history, in which stage and severity always find room', () => {
    const run = new TrackerRun();
    for (let i = 0; i < 100; i++) run.tracker.finding(findingOf({ tool: `tool ${i}` }));
    attack(run);
    const { history = [] } = run.alerts.at(-1)!;
    assert.ok(history.length <= 16, String(history.length));
    assert.deepEqual(
      history.slice(-2).map(({ rule }) => rule),
      ['B', 'C'],
    );
  });

  test('gives the advice of the earlier steps where it is critical, and only there', () => {
    const [open, second, third] = attack().alerts;
    assert.deepEqual([open?.earlierAdvice, second?.earlierAdvice], [[], []]);
    assert.equal(third?.advice, 'Stop C.');
    assert.deepEqual(third?.earlierAdvice, ['Stop A.', 'Stop B.']);
  });

  test('says why it is so sure, and no surer', () => {
    const run = new TrackerRun();
    run.degraded = ['one direction only'];
    run.tracker.finding(findingOf({ id: 'A', confidence: 'high', subject: 'auth.rejected' }));
    assert.equal(run.alerts[0]?.confidence, 'medium');
    assert.deepEqual(run.alerts[0]?.confidenceReasons, [
      'what it did over time is of high confidence (A)',
      'that counts a step less, since the sensor did not see all of it',
    ]);
    run.degraded = [];
    run.tracker.finding(findingOf({ id: 'B', confidence: 'medium', kind: 'behaviours' }));
    run.tracker.finish(1);
    assert.match(run.alerts.at(-1)!.confidenceReasons.join(), /support each other: tools, behav/);
  });
});
