import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { findingOf, TrackerRun } from '../support/findings.js';

const { source } = findingOf();

/** A source that asks for so many more accounts. */
function ask(run: TrackerRun, from: number, to: number): void {
  const profile = run.sources.touch(source, 0);
  for (let i = from; i < to; i++) run.sources.markAccount(profile, String(i), 1);
}

function opened(severity: 'info' | 'medium' = 'medium'): TrackerRun {
  const run = new TrackerRun();
  ask(run, 0, 10);
  run.tracker.finding(findingOf({ severity }, { reason: [{ place: 'accounts' }] }));
  return run;
}

describe('a minute after an incident opened or rose', () => {
  test('it is told once more, where its numbers have grown much', () => {
    const run = opened();
    ask(run, 10, 90);
    run.tracker.advance(59.9);
    assert.deepEqual(run.states(), ['open 0']);
    run.tracker.advance(3000);
    assert.deepEqual(run.states(), ['open 0', 'update 60']);
    const [first, second] = run.alerts;
    assert.match(first!.reason, /^10 accounts/);
    assert.match(second!.reason, /^90 accounts/);
    assert.equal(second?.raised, undefined);
    ask(run, 90, 900);
    run.tracker.advance(3500);
    assert.equal(run.alerts.length, 2, 'only once');
  });

  test('it is not told again where they have not', () => {
    const run = opened();
    ask(run, 10, 19);
    run.tracker.advance(3000);
    assert.deepEqual(run.states(), ['open 0']);
  });

  test('one that only informs is never told again for its numbers', () => {
    const run = opened('info');
    ask(run, 10, 900);
    run.tracker.advance(3000);
    assert.deepEqual(run.states(), ['open 0']);
  });

  test('a rise begins the minute anew', () => {
    const run = opened();
    run.tracker.finding(findingOf({ severity: 'high' }, { time: 40 }));
    ask(run, 10, 90);
    run.tracker.advance(3000);
    assert.deepEqual(run.states(), ['open 0', 'update 40', 'update 100']);
  });

  test('one that has closed says no more', () => {
    const run = opened();
    ask(run, 10, 90);
    run.tracker.finish(30);
    run.tracker.advance(3000);
    assert.deepEqual(run.states(), ['open 0', 'close 30']);
  });

  test('steps of time make no difference', () => {
    const [slow, fast] = [opened(), opened()];
    for (const run of [slow, fast]) ask(run, 10, 90);
    for (let time = 0; time <= 90_000; time += 500) slow.tracker.advance(time);
    fast.tracker.advance(90_000);
    assert.deepEqual(slow.alerts, fast.alerts);
    assert.deepEqual(fast.states(), ['open 0', 'update 60', 'close 86400']);
  });

  test('a clock that is set back puts it off by no more than a minute', () => {
    const run = new TrackerRun();
    ask(run, 0, 10);
    run.tracker.finding(findingOf({}, { time: 10_000 }));
    ask(run, 10, 90);
    run.tracker.setBack(500);
    run.tracker.advance(559);
    assert.equal(run.alerts.length, 1);
    run.tracker.advance(560);
    assert.deepEqual(run.states(), ['open 10000', 'update 560']);
  });
});
