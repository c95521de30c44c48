import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { MAX_MESSAGE } from '../../src/sip/message-outlet.js';
import { framed, type Piece } from './framed-stream.js';

const token = fc.constantFrom('INVITE', 'OPTIONS', 'register', 'FROB', 'MESSAGE');
const startLine = fc.oneof(
  token.map((method) => `${method} sip:a@b SIP/2.0`),
  fc.constantFrom('SIP/2.0 200 OK', 'SIP/2.0 401', 'INVITE', 'SIP/2.0 x', 'INVITE sip:a'),
);
const lineEnd = fc.constantFrom('\r\n', '\n');
const field = fc.constantFrom(
  'Via: SIP/2.0/TCP h;branch=z9hG4bK1',
  'Subject: a\r\n b\n\tc',
  'x: INVITE sip:a SIP/2.0',
  'no colon',
  'Call: SIP/2.0 200 OK',
  'Bare\rcr: x',
  'lcl: 5',
);
const lengthName = fc.constantFrom('Content-Length:', 'l :', 'CONTENT-LENGTH: ', 'L:\r\n ');
const body = fc.oneof(
  fc.string({ maxLength: 40 }),
  fc.constantFrom('', '\r\n', 'SIP/2.0 200 OK\r\n\r\n', 'INVITE sip:a SIP/2.0\r\n\r\n', '\n\n\n'),
);

/** A message whose end is certain. */
const message = fc
  .record({
    startLine,
    lineEnd,
    before: fc.array(field, { maxLength: 3 }),
    after: fc.array(field, { maxLength: 3 }),
    lengthName,
    body,
    noLength: fc.boolean(),
  })
  .map((one) => {
    const bytes = Buffer.from(one.body, 'utf8').toString('latin1');
    const isMissing = one.noLength && bytes === '';
    const length = isMissing ? [] : [`${one.lengthName}${bytes.length}`];
    const lines = [one.startLine, ...one.before, ...length, ...one.after, '', ''];
    return lines.join(one.lineEnd) + bytes;
  });
const stream = fc.array(fc.tuple(fc.constantFrom('', '\r\n', '\r\n\r\n', '\n'), message), {
  minLength: 1,
  maxLength: 6,
});
const cuts = fc.array(fc.nat(), { maxLength: 30 });

/** The same bytes, cut at these places. */
function cutAt(text: string, places: readonly number[]): string[] {
  const sorted = [...new Set(places.map((place) => place % (text.length + 1)))].sort(
    (a, b) => a - b,
  );
  return [0, ...sorted].map((from, i) => text.slice(from, sorted[i]));
}

test('any messages, cut anywhere, are the same messages', () => {
  fc.assert(
    fc.property(stream, cuts, (parts, places) => {
      const messages = parts.map(([, each]) => each);
      const whole = parts.flat().join('');
      for (const pieces of [[whole], cutAt(whole, places), whole.split('')]) {
        const found = framed(pieces);
        assert.deepEqual(found.messages, messages);
        assert.deepEqual(found.cut, []);
        assert.equal(found.counters.streamBytesSkipped, 0);
      }
    }),
    { numRuns: 1000 },
  );
});

/** What means something to the framer, so that random streams reach deep. */
const part = fc.oneof(
  message,
  fc.constantFrom(
    ...['INVITE', ' ', 'sip:a', 'SIP/2.0', ' 200', '\r\n', '\n', '\r', '\r\n\r\n', ':', 'l: 4'],
    ...['Content-Length: 9', 'l: x', 'l: 999999', 'abc', 'GET / HTTP/1.1', 'HTTP/1.1 101 x', ' b'],
    ...[
      'Upgrade: websocket',
      'Sec-WebSocket-Protocol: sip',
      '\x81\x04',
      '\x81\x84',
      '\x16\x03\x01',
    ],
    ...['\x82\x7e\x00\x20', '\x01\x03', '\x80\x05', '\x89\x00', '\xff', '\0', 'SSH-2.0'],
  ),
);
const pieces: fc.Arbitrary<Piece[]> = fc.array(
  fc.oneof(
    { weight: 8, arbitrary: fc.array(part, { maxLength: 8 }).map((parts) => parts.join('')) },
    { weight: 1, arbitrary: fc.nat(40) },
    { weight: 1, arbitrary: fc.uint8Array({ maxLength: 60 }).map((bytes) => Buffer.from(bytes)) },
  ),
  { maxLength: 20 },
);

test('whatever comes, nothing throws, and nothing is held that did not come', () => {
  fc.assert(
    fc.property(pieces, (all) => {
      const bytes = all.reduce<number>((sum, each) => {
        return typeof each === 'number' ? sum : sum + each.length;
      }, 0);
      const { messages, held, counters } = framed(all);
      const told = messages.reduce((sum, each) => sum + each.length, 0);
      assert.ok(told + counters.streamBytesSkipped <= bytes);
      assert.ok(held <= Math.max(2 * bytes, 256), `${held} of ${bytes}`);
      assert.ok(messages.every((each) => each.length > 0 && each.length <= MAX_MESSAGE));
    }),
    { numRuns: 3000 },
  );
});

test('junk that is cut elsewhere hides and makes no message', () => {
  const text = fc
    .array(
      fc.constantFrom('x', 'x ', '\r\n', '\n', 'INVITE sip:a SIP/2.0', 'SIP/2.0 200', 'l: 3'),
      {
        maxLength: 40,
      },
    )
    .map((parts) => `ACK sip:a SIP/2.0\r\n\r\n${parts.join('')}`);
  fc.assert(
    fc.property(text, cuts, (whole, places) => {
      const found = framed([whole]);
      const inPieces = framed(cutAt(whole, places));
      assert.deepEqual(inPieces.messages, found.messages);
      assert.deepEqual(inPieces.cut, found.cut);
    }),
    { numRuns: 2000 },
  );
});
