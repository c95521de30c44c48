import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nextMessageEnd } from '../../src/sip/framing.js';
import { Outcome, SipMessage } from '../../src/sip/message.js';
import { crlf } from './messages.js';
import { TORTURE, tortureCase } from './torture-cases.js';

const message = new SipMessage();

/** The messages in one segment, and how many bytes were left over. */
function split(bytes: Buffer): { messages: string[]; left: number } {
  const messages: string[] = [];
  let at = 0;
  for (let end = 0; end !== -1 && at < bytes.length; ) {
    end = nextMessageEnd(bytes, at, bytes.length);
    if (end === -1) break;
    if (message.reset(bytes, at, end) === Outcome.Ok) messages.push(message.startLineText() ?? '');
    at = end;
  }
  return { messages, left: bytes.length - at };
}

const OPTIONS = crlf('OPTIONS sip:a SIP/2.0\nContent-Length: 4\n\nbody');
const REPLY = crlf('SIP/2.0 200 OK\nl : 0\n\n');

test('whole messages in one segment are read one by one', () => {
  const segment = Buffer.concat([OPTIONS, REPLY, OPTIONS]);
  const first = 'OPTIONS sip:a SIP/2.0';
  assert.deepEqual(split(segment), { messages: [first, 'SIP/2.0 200 OK', first], left: 0 });
  assert.equal(split(tortureCase('dblreq')).messages.length, 2);
});

test('keep-alives between messages are passed over', () => {
  const pings = Buffer.from('\r\n\r\n');
  const segment = Buffer.concat([pings, OPTIONS, pings, REPLY, pings]);
  assert.deepEqual(split(segment), {
    messages: ['OPTIONS sip:a SIP/2.0', 'SIP/2.0 200 OK'],
    left: 0,
  });
  assert.deepEqual(split(pings), { messages: [], left: 0 });
});

test('a message cut anywhere is incomplete, and so is what follows a whole one', () => {
  for (let length = 1; length < OPTIONS.length; length++) {
    assert.equal(nextMessageEnd(OPTIONS, 0, length), -1, String(length));
    const segment = Buffer.concat([REPLY, OPTIONS.subarray(0, length)]);
    assert.deepEqual(split(segment), { messages: ['SIP/2.0 200 OK'], left: length });
  }
  assert.equal(nextMessageEnd(OPTIONS, 0, 0), -1);
});

test('it ends where the message view says it ends', () => {
  for (const { name, bytes } of TORTURE) {
    const end = nextMessageEnd(bytes, 0, bytes.length);
    if (end === -1) continue;
    message.reset(bytes, 0, bytes.length);
    const noLength = message.contentLength === -1;
    // Two lengths that differ: the view gives up on a datagram, a stream must pick one.
    if (name === 'mcl01') assert.equal(end, message.bodyFrom + 5);
    else assert.equal(end, noLength ? message.bodyFrom : message.messageEnd, name);
  }
});

test('a folded Content-Length is read, and one inside another header is not', () => {
  const folded = crlf('OPTIONS sip:a SIP/2.0\nContent-Length:\n 4\n\nbodyrest');
  assert.equal(nextMessageEnd(folded, 0, folded.length), folded.length - 4);
  const inside = crlf('OPTIONS sip:a SIP/2.0\nSubject: x\n Content-Length: 4\n\nbody');
  assert.equal(nextMessageEnd(inside, 0, inside.length), inside.length - 4);
});

test('an unreadable Content-Length takes the rest', () => {
  const bytes = crlf('OPTIONS sip:a SIP/2.0\nContent-Length: -1\n\nbody');
  assert.equal(nextMessageEnd(bytes, 0, bytes.length), bytes.length);
});
