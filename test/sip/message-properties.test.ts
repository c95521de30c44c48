import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { isMalformed } from '../../src/sip/deviations.js';
import { Outcome, SipMessage } from '../../src/sip/message.js';
import { structured } from '../../src/sip/structured.js';
import { messagesIn } from '../support/messages-in.js';
import { everyGetter, everyRange } from './every-getter.js';
import { TORTURE, tortureCase } from './torture-cases.js';

const MARGIN = 16;
const message = new SipMessage();

/** Reads `bytes` from the middle of a larger buffer, asks everything, and checks every range. */
function readInside(bytes: Buffer): void {
  const chunk = Buffer.concat([Buffer.alloc(MARGIN, 58), bytes, Buffer.alloc(MARGIN, 10)]);
  const to = MARGIN + bytes.length;
  const outcome = message.reset(chunk, MARGIN, to);
  everyGetter(message);
  for (const [name, start, end] of everyRange(message)) {
    const missing = start === end;
    assert.ok(missing || (start >= MARGIN && start < end && end <= to), `${name} ${start} ${end}`);
  }
  if (outcome === Outcome.Ok) assert.ok(message.messageEnd > MARGIN && message.messageEnd <= to);
  let end = MARGIN;
  for (const [begin, next] of messagesIn(chunk, MARGIN, to)) {
    assert.ok(begin >= end && begin < next && next <= to, `${begin} ${next}`);
    end = next;
  }
  structured(bytes);
}

const anyBytes = fc.uint8Array({ maxLength: 400 }).map((bytes) => Buffer.from(bytes));

/** Bytes that mean something to SIP, so that random texts reach deep. */
const sipText = fc
  .array(
    fc.constantFrom(
      ...['INVITE', 'OPTIONS', 'sip:', 'SIP/2.0', ' ', '\r\n', '\n', '\r', ' \r\n ', ':', ';', ','],
      ...['<', '>', '"', '\\', '=', '@', '?', '[', ']', '*', '/', '1', 'a', '\0', '\u00ff', 'tag'],
      ...['Via:', 'v :', 'From:', 'To:', 'Call-ID:', 'CSeq:', 'Contact:', 'Content-Length:', 'l:'],
      ...['Authorization:', 'Digest ', 'c: application/sdp', 'v=0', 'm=', 'o=', '4294967296'],
    ),
    { maxLength: 60 },
  )
  .map((parts) => Buffer.from(`INVITE sip:a@b SIP/2.0\r\n${parts.join('')}`, 'latin1'));

const mutated = fc
  .tuple(
    fc.constantFrom(...TORTURE.map((one) => one.bytes)),
    fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 8 }),
    fc.nat(),
  )
  .map(([bytes, edits, cut]) => {
    const copy = Buffer.from(bytes);
    for (const [at, byte] of edits) copy[at % copy.length] = byte;
    return copy.subarray(0, cut % 3 === 0 ? cut % copy.length : copy.length);
  });

test('random bytes never throw and never leave their range', () => {
  fc.assert(fc.property(anyBytes, readInside), { numRuns: 1000 });
});

test('random SIP-like text never throws and never leaves its range', () => {
  fc.assert(fc.property(sipText, readInside), { numRuns: 2000 });
});

test('mutated torture messages never throw and never leave their range', () => {
  fc.assert(fc.property(mutated, readInside), { numRuns: 2000 });
});

test('every prefix of a message is read without leaving it', () => {
  for (const name of ['wsinv', 'mpart01', 'intmeth', 'badinv01']) {
    const bytes = tortureCase(name);
    for (let length = 0; length <= bytes.length; length++) readInside(bytes.subarray(0, length));
  }
});

test('a reused message shows nothing of the one before', () => {
  fc.assert(
    fc.property(mutated, fc.oneof(mutated, sipText, anyBytes), (before, after) => {
      const fresh = new SipMessage();
      fresh.reset(after, 0, after.length);
      message.reset(before, 0, before.length);
      everyGetter(message);
      message.reset(after, 0, after.length);
      assert.deepEqual(everyGetter(message), everyGetter(fresh));
    }),
    { numRuns: 500 },
  );
});

test('asking in another order changes nothing', () => {
  for (const { bytes } of TORTURE) {
    message.reset(bytes, 0, bytes.length);
    const checkLast = everyGetter(message);
    message.reset(bytes, 0, bytes.length);
    message.check();
    assert.deepEqual(everyGetter(message), checkLast);
  }
});

test('a valid message cut in its head is malformed', () => {
  const bytes = tortureCase('zeromf');
  for (let length = 30; length < bytes.length; length++) {
    if (message.reset(bytes, 0, length) !== Outcome.Ok) continue;
    assert.ok(isMalformed(message.check()), `${length} of ${bytes.length}`);
  }
});
