import assert from 'node:assert/strict';
import { beforeEach, describe, mock, test } from 'node:test';
import { RepeatFilter } from '../../src/service/repeat-filter.js';

beforeEach(() => {
  mock.timers.reset();
  mock.timers.enable({ apis: ['Date', 'setTimeout'], now: 1_000_000 });
});

function filtered(): { told: string[]; pass: (message: string) => void; filter: RepeatFilter } {
  const told: string[] = [];
  const filter = new RepeatFilter();
  const pass = (message: string) => filter.pass('topic', message, (text) => told.push(text));
  return { told, pass, filter };
}

describe('messages that repeat', () => {
  test('the same message passes once, and its repetitions become one line', () => {
    const { told, pass, filter } = filtered();
    for (let i = 0; i < 1000; i++) pass('it is down');
    assert.deepEqual(told, ['it is down']);
    assert.equal(filter.held, 999);
    mock.timers.tick(10_000);
    assert.deepEqual(told, ['it is down', 'it is down (repeated 999 times)']);
  });

  test('what is held back is told before anything else of the same topic', () => {
    const { told, pass } = filtered();
    for (const message of ['it is down', 'it is down', 'it is up']) pass(message);
    assert.deepEqual(told, ['it is down', 'it is down (repeated once)', 'it is up']);
  });

  test('after that time it passes again', () => {
    const { told, pass } = filtered();
    pass('it is down');
    mock.timers.tick(10_000);
    pass('it is down');
    assert.deepEqual(told, ['it is down', 'it is down']);
  });

  test('a fault that goes on gives two lines in ten seconds', () => {
    const { told, pass } = filtered();
    for (let i = 0; i < 600; i++) {
      pass('it is down');
      mock.timers.tick(100);
    }
    assert.ok(told.length >= 11 && told.length <= 13, String(told.length));
  });

  test('messages that differ in numbers alone are one kind: five pass, then a count', () => {
    const { told, pass } = filtered();
    for (let i = 1; i <= 9; i++) pass(`${i} packets lost`);
    assert.equal(told.length, 5);
    mock.timers.tick(10_000);
    assert.equal(told[5], '9 packets lost (and 4 more like it)');
  });

  test('other messages, and the same under another topic, pass beside it', () => {
    const { told, pass, filter } = filtered();
    for (const message of ['one', 'one', 'two', 'one', 'two']) pass(message);
    filter.pass('other topic', 'one', (text) => told.push(text));
    assert.deepEqual(told, ['one', 'one (repeated once)', 'two', 'one']);
  });

  test('a flood of ever new messages is bounded', () => {
    const { told, pass, filter } = filtered();
    const letters = (i: number) =>
      i.toString(36).replaceAll(/\d/g, (d) => 'ABCDEFGHIJ'[Number(d)]!);
    for (let i = 0; i < 10_000; i++) pass(`user ${letters(i)} is unknown`);
    assert.ok(told.length <= 210, String(told.length));
    assert.equal(told.length + filter.held, 10_000);
    mock.timers.tick(10_000);
    assert.match(told.at(-1)!, /\(and 9\d\d\d more like it\)$/);
    const before = told.length;
    pass('and it goes on');
    assert.equal(told.length, before + 1);
  });

  test('at the end, what is held back is told', () => {
    const { told, pass, filter } = filtered();
    pass('one');
    pass('one');
    filter.end();
    assert.deepEqual(told, ['one', 'one (repeated once)']);
    mock.timers.tick(60_000);
    assert.equal(told.length, 2);
  });
});
