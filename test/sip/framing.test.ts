import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { HeadScan, isStartLine } from '../../src/sip/framing.js';
import { Outcome, SipMessage } from '../../src/sip/message.js';
import { bodyLength, WholeHead } from '../../src/sip/whole-head.js';
import { crlf } from './messages.js';
import { TORTURE } from './torture-cases.js';

const message = new SipMessage();

/** Where the header fields begin. */
function afterStartLine(bytes: Buffer): number {
  return bytes.indexOf(10) + 1;
}

/** The end of the head, looked for in pieces of this size. */
function headEnd(bytes: Buffer, size: number): number {
  const scan = new HeadScan();
  scan.begin();
  for (let from = afterStartLine(bytes); from < bytes.length; from += size) {
    const end = scan.end(bytes, from, Math.min(from + size, bytes.length));
    if (end !== -1) return end;
  }
  return -1;
}

test('the head ends where the message view says, in pieces of any size', () => {
  let whole = 0;
  for (const { name, bytes } of TORTURE) {
    if (message.reset(bytes, 0, bytes.length) !== Outcome.Ok) continue;
    // A message may begin with empty lines; a stream passes over them before it looks for a head.
    if (bytes[0] === 13) continue;
    const end = headEnd(bytes, bytes.length);
    if (end !== -1) whole++;
    assert.equal(end === -1 ? bytes.length : end, message.bodyFrom, name);
    for (const size of [1, 2, 3, 7, 100]) assert.equal(headEnd(bytes, size), end, name);
  }
  assert.ok(whole > 40, String(whole));
});

test('lines of the head are counted as they become whole', () => {
  const scan = new HeadScan();
  const bytes = Buffer.from('Via: x\r\nTo: y\n z\r\nSub');
  scan.begin();
  assert.equal(scan.end(bytes, 0, 7), -1);
  assert.equal(scan.lines, 0);
  assert.equal(scan.end(bytes, 7, bytes.length), -1);
  assert.equal(scan.lines, 3);
});

test('the length of the body is the one that the message view reads', () => {
  let read = 0;
  for (const { name, bytes } of TORTURE) {
    if (message.reset(bytes, 0, bytes.length) !== Outcome.Ok) continue;
    const length = bodyLength(bytes, 0, message.bodyFrom);
    // Two lengths that differ (mcl01), and one that cannot be read, are no length.
    const wanted = name === 'mcl01' ? -1 : message.contentLength;
    assert.equal(length, wanted === -2 ? -1 : wanted === -1 && name !== 'mcl01' ? 0 : wanted, name);
    if (length > 0) read++;
  }
  assert.ok(read > 20, String(read));
});

test('one pass over a whole head tells what the two others tell', () => {
  const parts = [
    '\r',
    '\n',
    '\r\n',
    ' ',
    'l',
    'L: 4',
    'Content-Length',
    ':',
    '7',
    'Contact: x',
    'c',
  ];
  const text = fc.array(fc.constantFrom(...parts), { maxLength: 40 }).map((list) => list.join(''));
  const whole = new WholeHead();
  let found = 0;
  const check = (fields: string) => {
    const bytes = Buffer.from(`OPTIONS sip:a SIP/2.0\r\n${fields}`);
    const from = afterStartLine(bytes);
    const end = headEnd(bytes, bytes.length);
    assert.equal(whole.read(bytes, from, bytes.length), end);
    if (end !== -1) assert.equal(whole.bodyLength, bodyLength(bytes, 0, end));
    if (end !== -1 && whole.bodyLength > 0) found++;
  };
  fc.assert(fc.property(text, check), { numRuns: 2000 });
  for (const { bytes } of TORTURE) check(bytes.toString('latin1'));
  check('Content-Length: 4\r\n\r\n');
  assert.ok(found > 20, String(found));
});

test('a length folded, compact, spaced; one inside another header field is none', () => {
  for (const [field, wanted] of [
    ['Content-Length:\n 4', 4],
    ['l:4', 4],
    ['CONTENT-LENGTH \t: 4 ', 4],
    ['Subject: x\n Content-Length: 4', 0],
    ['Content-Length: 4\nl: 4', 4],
    ['Content-Length: 4\nl: 5', -1],
    ['Content-Length: +4', -1],
    ['Content-Length: 4;x', -1],
    ['Content-Length', 0],
  ] as const) {
    const bytes = crlf(`OPTIONS sip:a SIP/2.0\n${field}\n\n`);
    assert.equal(bodyLength(bytes, 0, bytes.length), wanted, field);
  }
});

test('start lines that are beyond doubt', () => {
  const is = (line: string, mayBeRest = false) => {
    // What stands behind the line must not matter.
    const bytes = Buffer.from(`${line}\r\nSIP/2.0 200 OK SIP/2.0`, 'latin1');
    return isStartLine(bytes, 0, line.length + 2, mayBeRest);
  };
  for (const line of [
    'INVITE sip:a@b SIP/2.0',
    'invite  sip:a@b   SIP/2.0 ',
    'FROB foo bar SIP/2.0',
    'INVITE tel:1 sip/3.1',
    'SIP/2.0 200 OK',
    'SIP/2.0 200',
    'sip/2.0  183  Progress',
  ]) {
    assert.ok(is(line), line);
  }
  for (const line of [
    '',
    'INVITE',
    'INVITE ',
    'INVITE sip:a@b',
    'INVITE sip:a@b SIP/',
    'INVITE SIP/2.0',
    ' INVITE sip:a SIP/2.0',
    'INVITE sip:a HTTP/1.1',
    'SIP/2.0',
    'SIP/2.0 OK',
    'SIP/2.0 20',
    'SIP/2.0 2000 OK',
    'SIP/2.0 20x OK',
  ]) {
    assert.ok(!is(line), line);
  }
  for (const rest of ['STER', 'E', 'INVITE'.slice(1)]) {
    assert.ok(is(`${rest} sip:a SIP/2.0`), rest);
    assert.ok(!is(`${rest} sip:a SIP/2.0`, true), rest);
  }
  assert.ok(is('INVITE sip:a SIP/2.0', true));
  assert.ok(is('FROB sip:a SIP/2.0', true));
});
