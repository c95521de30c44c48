import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { framed } from './framed-stream.js';

const FOLDER = 'test/cases/streams';

/** Where sipseer tells other messages than `Messages`, and why. */
const DIFFERENT: Record<string, { messages: string[]; because: string } | undefined> = {
  clen_missing: {
    messages: ['INVITE foo@bar SIP/2.0\r\n\r\n'],
    because:
      'a missing Content-Length is 0, as servers read it: who leaves it out must not become invisible',
  },
  clen_missing_then_good: {
    messages: ['INVITE foo@bar SIP/2.0\r\n\r\n', 'SIP/2.0 200 OK\r\nContent-Length: 0\r\n\r\n'],
    because: 'as above',
  },
  clen_non_numeric: {
    messages: ['INVITE foo@bar SIP/2.0\r\nContent-Length: a\r\n\r\n'],
    because: 'the head is whole and says what was tried; only where it ends is not known',
  },
  badrequestline: {
    messages: ['INVITE\r\nContent-Length: 0\r\n\r\n'],
    because: 'where a message must begin, a malformed one is told and marked, as in a datagram',
  },
  badresponseline: {
    messages: ['SIP/2.0 OK\r\nContent-Length: 0\r\n\r\n'],
    because: 'as above',
  },
  incomplete_body: {
    messages: ['INVITE foo@bar SIP/2.0\r\nContent-Length: 1\r\n\r\n'],
    because: 'at the end of the stream, what there is of a message is told as cut',
  },
};

const names = readdirSync(FOLDER)
  .filter((file) => file.endsWith('.stream'))
  .map((file) => file.slice(0, -'.stream'.length));

test('the cases were found', () => {
  assert.equal(names.length, 18);
  for (const name of Object.keys(DIFFERENT)) assert.ok(names.includes(name), name);
});

for (const name of names) {
  const different = DIFFERENT[name];
  test(`${name}: ${different?.because ?? 'the messages that sipsplitter finds'}`, () => {
    const bytes = readFileSync(join(FOLDER, `${name}.stream`));
    const { Original, Messages } = JSON.parse(
      readFileSync(join(FOLDER, `${name}.expected`), 'utf8'),
    ) as { Original: string; Messages: string[] };
    assert.equal(bytes.toString('latin1'), Original);
    if (different !== undefined) assert.notDeepEqual(different.messages, Messages);
    const wanted = different?.messages ?? Messages;
    assert.deepEqual(framed([bytes]).messages, wanted);
    const byteByByte = Array.from(bytes, (byte) => Buffer.of(byte));
    assert.deepEqual(framed(byteByByte).messages, wanted);
  });
}
