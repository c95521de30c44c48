import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Memo } from '../../src/tables/memo.js';

test('a text is worked out once, and again when the memo was full meanwhile', () => {
  const made: string[] = [];
  const memo = new Memo(3, (text) => {
    made.push(text);
    return text.length;
  });
  assert.deepEqual(
    ['a', 'bb', 'a', 'ccc', 'bb'].map((text) => memo.of(text)),
    [1, 2, 1, 3, 2],
  );
  assert.deepEqual(made, ['a', 'bb', 'ccc']);
  assert.equal(memo.of('dddd'), 4);
  assert.equal(memo.of('a'), 1);
  assert.deepEqual(made, ['a', 'bb', 'ccc', 'dddd', 'a']);
  assert.deepEqual([memo.of('x'.repeat(129)), memo.of('x'.repeat(129))], [129, 129]);
  assert.equal(made.length, 7);
});
