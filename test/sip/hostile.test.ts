import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SipMessage } from '../../src/sip/message.js';
import { structured } from '../../src/sip/structured.js';
import { messagesIn } from '../support/messages-in.js';
import { everyGetter } from './every-getter.js';

/** One datagram may not cost more: at 2 ms, a sender needs 500 a second to hold the sensor. */
const LIMIT_MS = 2;
const RUNS = 30;
const SIZE = 65_000;

const REQUEST = 'INVITE sip:a@b SIP/2.0\r\n';

function fill(piece: string): string {
  return piece.repeat(Math.floor(SIZE / piece.length));
}

const SHAPES: Record<string, string> = {
  'lines of "a"': REQUEST + fill('a\n'),
  'empty lines only': fill('\n'),
  'empty lines before a request': fill('\r\n') + REQUEST,
  'a head of spaces': REQUEST + fill(' '),
  'a start line of spaces': `INVITE${fill(' ')}SIP/2.0\r\n`,
  'a start line of words': `INVITE ${fill('a ')}SIP/2.0\r\n`,
  'a method without end': fill('A'),
  'a start line without end': `OPTIONS sip:${fill('a')}`,
  'Contact: < and spaces': `${REQUEST}Contact: <${fill(' ')}`,
  'Contact: a, spaces, x': `${REQUEST}Contact: a${fill(' ')}x\r\n\r\n`,
  'no empty line': `${REQUEST}Subject: ${fill('x')}`,
  'no colons': REQUEST + fill('abcdefgh\r\n'),
  'only colons': REQUEST + fill(':\r\n'),
  'only commas': `${REQUEST}Contact: ${fill(',')}\r\nVia: a\r\n\r\n`,
  'a Via of commas': `${REQUEST}Via: ${fill(',')}\r\n\r\n`,
  'From of semicolons': `${REQUEST}From: <sip:a@b>${fill(';')}\r\n\r\n`,
  'Via of semicolons': `${REQUEST}Via: SIP/2.0/UDP a${fill(';')}\r\n\r\n`,
  'Via of parameters': `${REQUEST}Via: SIP/2.0/UDP a${fill(';a=b')}\r\n\r\n`,
  'From of quotes': `${REQUEST}From: ${fill('"')}\r\n\r\n`,
  'Contact of quotes': `${REQUEST}Contact: ${fill('"')}\r\n\r\n`,
  'Contact of quotes and commas': `${REQUEST}Contact: ${fill('",')}\r\n\r\n`,
  'Via of quotes and semicolons': `${REQUEST}Via: SIP/2.0/UDP a${fill(';"')}\r\n\r\n`,
  'From of backslashes': `${REQUEST}From: "${fill('\\')}\r\n\r\n`,
  'From of <': `${REQUEST}From: ${fill('<')}\r\n\r\n`,
  'Authorization of commas': `${REQUEST}Authorization: Digest ${fill(',')}\r\n\r\n`,
  'Authorization of open quotes': `${REQUEST}Authorization: Digest ${fill('a="\\",')}\r\n\r\n`,
  'deep folding': `${REQUEST}Subject: a${fill('\r\n b')}\r\n\r\n`,
  'folds of blanks': `${REQUEST}From: a${fill('\n ')}\r\n\r\n`,
  'many Via values': `${REQUEST}Via: ${fill('SIP/2.0/UDP h;branch=z9hG4bKx,')}\r\n\r\n`,
  'many Via lines': `${REQUEST}${fill('v: SIP/2.0/UDP h;branch=z9hG4bKx\r\n')}\r\n`,
  'many Contact values': `${REQUEST}m: ${fill('"a" <sip:a@b>;q=1,')}\r\n\r\n`,
  'many Content-Length lines': `${REQUEST}${fill('l: 1\r\n')}\r\n`,
  'a number of digits': `${REQUEST}CSeq: ${fill('9')} INVITE\r\n\r\n`,
  'a URI of @': `INVITE sip:${fill('@')} SIP/2.0\r\n\r\n`,
  'a URI of colons': `INVITE sip:${fill(':')} SIP/2.0\r\n\r\n`,
  'a body of v=': `${REQUEST}Content-Type: application/sdp\r\n\r\n${fill('v=\n')}`,
  'a body of one long m=': `${REQUEST}c: application/sdp\r\n\r\nv=0\r\nm=${fill('a ')}`,
  'a body of LF': `${REQUEST}\r\n${fill('\n')}`,
  NULs: REQUEST + fill('\0'),
  'carriage returns': REQUEST + fill('\r'),
  'space and NBSP': `${REQUEST}Contact: <${fill(' \u00a0')}\r\n\r\n`,
  'single spaced words': `${REQUEST}Contact: ${fill('a ')}\r\n\r\n`,
  'single spaced words, quoted open': `${REQUEST}Contact: "${fill('a ')}\r\n\r\n`,
};

function best(work: () => void): number {
  let least = Number.POSITIVE_INFINITY;
  for (let run = 0; run < RUNS && least > LIMIT_MS / 4; run++) {
    const begin = performance.now();
    work();
    least = Math.min(least, performance.now() - begin);
  }
  return least;
}

for (const [shape, text] of Object.entries(SHAPES)) {
  const bytes = Buffer.from(text, 'latin1');
  test(`${shape}: read and asked everything within ${LIMIT_MS} ms`, () => {
    const message = new SipMessage();
    const cost = best(() => {
      message.reset(bytes, 0, bytes.length);
      everyGetter(message);
    });
    assert.ok(cost <= LIMIT_MS, `${cost.toFixed(2)} ms`);
  });

  test(`${shape}: framed and structured within ${LIMIT_MS} ms`, () => {
    const framing = best(() => void messagesIn(bytes, 0, bytes.length));
    assert.ok(framing <= LIMIT_MS, `framing ${framing.toFixed(2)} ms`);
    const evidence = best(() => void structured(bytes));
    assert.ok(evidence <= LIMIT_MS, `structured ${evidence.toFixed(2)} ms`);
  });
}

test('nothing is searched past the end: the bytes after it change nothing', () => {
  const message = new SipMessage();
  const text = Buffer.from(`${REQUEST}Via: SIP/2.0/UDP h\r\nFrom: "a`, 'latin1');
  const chunk = Buffer.concat([text, Buffer.from('" <sip:x@y>;tag=1\r\n\r\nbody', 'latin1')]);
  message.reset(text, 0, text.length);
  const alone = everyGetter(message);
  message.reset(chunk, 0, text.length);
  assert.deepEqual(everyGetter(message), alone);
});
