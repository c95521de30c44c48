import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { LineQueue } from '../../src/outputs/line-queue.js';

describe('the queue of lines', () => {
  test('refuses what is more than its lines or bytes, and takes again when some are written', () => {
    const byLines = new LineQueue(2, 1000);
    assert.deepEqual(
      ['a\n', 'b\n', 'c\n'].map((line) => byLines.add(line)),
      [true, true, false],
    );
    byLines.next();
    assert.equal(byLines.wrote(2), 1);
    assert.equal(byLines.add('d\n'), true);
    const byBytes = new LineQueue(100, 6);
    assert.equal(byBytes.add('äö\n'), true); // five bytes
    assert.equal(byBytes.add('a\n'), false);
    assert.equal(byBytes.add('\n'), true);
  });

  test('a line counts as done when its last byte is written, and not before', () => {
    const queue = new LineQueue(10, 1000);
    for (const line of ['one\n', 'two\n']) queue.add(line);
    assert.equal(queue.next().bytes.toString(), 'one\ntwo\n');
    assert.deepEqual([queue.wrote(3), queue.length], [0, 2]);
    assert.equal(queue.begun().toString(), 'one');
    assert.deepEqual([queue.wrote(2), queue.length], [1, 1]);
    assert.equal(queue.begun().toString(), 't');
    queue.restart(true);
    assert.equal(rest(queue), '\ntwo\n');
    queue.restart(true);
    assert.equal(rest(queue), '\ntwo\n');
    queue.restart(false);
    assert.equal(rest(queue), 'two\n');
    assert.equal(queue.clear(), 1);
    assert.equal(queue.length, 0);
  });

  test('however it is written, every line comes once, whole and in order', () => {
    const line = fc.string({ maxLength: 30 }).map((text) => `${text.replaceAll(/[\n#]/g, ' ')}\n`);
    const move = fc.oneof(
      line,
      fc.nat(40),
      fc.constant('restart' as const),
      fc.constant('newline' as const),
    );
    fc.assert(
      fc.property(fc.array(move, { maxLength: 60 }), (moves) => {
        const queue = new LineQueue(1000, 100_000);
        const added: string[] = [];
        let file = '';
        let done = 0;
        for (const each of moves) {
          if (typeof each === 'number' && queue.length > 0) {
            const { bytes, from } = queue.next();
            const part = bytes.subarray(from, from + each);
            file += part.toString('latin1');
            done += queue.wrote(part.length);
          } else if (each === 'restart') {
            // As when the file was emptied: what was written of a line is gone.
            file = file.slice(0, file.lastIndexOf('\n') + 1);
            queue.restart(false);
          } else if (each === 'newline') {
            const torn = file !== '' && !file.endsWith('\n');
            if (torn) file += '#';
            queue.restart(torn);
          } else if (typeof each === 'string' && queue.add(each)) added.push(each);
        }
        while (queue.length > 0) {
          const { bytes, from } = queue.next();
          file += bytes.toString('latin1', from);
          done += queue.wrote(bytes.length - from);
        }
        const lines = file.split('\n').filter((text) => !text.endsWith('#'));
        const wanted = added.map((text) => Buffer.from(text).toString('latin1'));
        assert.deepEqual(lines.join('\n'), wanted.join(''));
        assert.equal(done, added.length);
      }),
    );
  });
});

function rest(queue: LineQueue): string {
  const { bytes, from } = queue.next();
  return bytes.toString('utf8', from);
}
