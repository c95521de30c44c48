import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ReadAhead } from '../../src/capture/read-ahead.js';

/** Gives these texts, one a call, when `release` is called. */
class Source {
  calls = 0;
  release: () => void = () => {};
  private readonly texts: (string | Error)[];

  constructor(...texts: (string | Error)[]) {
    this.texts = texts;
  }

  readonly read = async (into: Buffer): Promise<number> => {
    this.calls++;
    await new Promise<void>((resolve) => {
      this.release = resolve;
    });
    const text = this.texts.shift() ?? '';
    if (text instanceof Error) throw text;
    return into.write(text, 'latin1');
  };
}

async function next(chunks: ReadAhead, source: Source): Promise<string> {
  const chunk = chunks.next();
  source.release();
  return (await chunk).toString('latin1');
}

test('from the second chunk on, the next is read while one is worked on', async () => {
  const source = new Source('abcd', 'efgh', 'ijkl', 'mn');
  const chunks = new ReadAhead(source.read, 4, true);
  assert.equal(await next(chunks, source), 'abcd');
  assert.equal(source.calls, 1);
  const second = chunks.next();
  source.release();
  const held = await second;
  assert.equal(source.calls, 3);
  source.release();
  await new Promise((resolve) => setImmediate(resolve));
  assert.equal(held.toString('latin1'), 'efgh', 'what is worked on is not written over');
  assert.equal(await next(chunks, source), 'ijkl');
  assert.equal(await next(chunks, source), 'mn');
  assert.equal(source.calls, 4, 'nothing is read ahead of a short chunk');
  assert.equal(await next(chunks, source), '');
});

test('a pipe is asked only for what is wanted', async () => {
  const source = new Source('abcd', 'efgh', 'ijkl');
  const chunks = new ReadAhead(source.read, 4, false);
  for (const [i, text] of ['abcd', 'efgh', 'ijkl', ''].entries()) {
    assert.equal(await next(chunks, source), text);
    assert.equal(source.calls, i + 1);
  }
});

test('a failure is told when its bytes are asked for, and to nobody else', async () => {
  const source = new Source('abcd', 'efgh', new Error('broken'));
  const chunks = new ReadAhead(source.read, 4, true);
  await next(chunks, source);
  assert.equal(await next(chunks, source), 'efgh');
  source.release();
  await new Promise((resolve) => setImmediate(resolve));
  await assert.rejects(chunks.next(), /broken/);
});
