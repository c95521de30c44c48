import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { fitted, Progress } from '../../src/cli/progress.js';
import { terminalOf } from '../../src/cli/terminal.js';
import { Counters } from '../../src/telemetry/counters.js';

describe('the line of progress', () => {
  const parts = [
    ['[####----]', 2],
    ['50%', 0],
    ['3 s left', 1],
    ['12 SIP', 3],
  ] as const;

  test('gives up what matters least first', () => {
    assert.equal(fitted(parts, 80), '[####----]  50%  3 s left  12 SIP');
    assert.equal(fitted(parts, 30), '[####----]  50%  3 s left');
    assert.equal(fitted(parts, 20), '50%  3 s left');
    assert.equal(fitted(parts, 5), '50%');
  });

  test('is never longer than its room', () => {
    fc.assert(fc.property(fc.nat(100), (width) => fitted(parts, width).length <= width));
  });

  for (const [term, written] of [
    ['xterm', true],
    ['dumb', false],
  ] as const) {
    test(`on a terminal with TERM=${term} it is ${written ? '' : 'not '}there`, (t) => {
      const before = process.env.TERM;
      t.after(() => {
        if (before === undefined) delete process.env.TERM;
        else process.env.TERM = before;
      });
      process.env.TERM = term;
      let text = '';
      const stream = {
        isTTY: true,
        columns: 30,
        write: (more: string) => {
          text += more;
          return true;
        },
      } as unknown as NodeJS.WriteStream;
      const progress = new Progress(stream, terminalOf(stream), new Counters(), 1000);
      // The first 200 ms of the process may be over or not: a line is due after them.
      t.mock.method(performance, 'now', () => 1e9);
      progress.at(500);
      assert.equal(text !== '', written);
      const line = text.slice(text.lastIndexOf('K') + 1);
      assert.ok(line.length < 30, line);
      if (written) assert.match(line, /50%/);
    });
  }
});
