import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { eveLine } from '../../src/outputs/eve.js';
import { Scene } from '../support/scene.js';
import { challenge, type RequestOptions } from '../support/sip-texts.js';

const SECRET = 'S3cretPw';
const hex = (text: string) => Buffer.from(text, 'latin1').toString('hex');
const base64 = (text: string) => Buffer.from(text, 'latin1').toString('base64');
const from = (tag: string) => ({ fromTag: tag });
const headers = (...lines: string[]) => ({ headers: lines });

/** A request of a known scanner, so that an alert shows it, and what must not be shown of it. */
const CASES: [what: string, request: RequestOptions, needle: string][] = [
  ['a password in the Request-URI', { uri: `sip:1000:${SECRET}@pbx` }, SECRET],
  ['a password in a sips URI', { uri: `sips:1000:${SECRET}@pbx` }, SECRET],
  ['a password in From', { fromUser: `1000:${SECRET}` }, SECRET],
  ['a password in Contact', headers(`Contact: <sip:1000:${SECRET}@192.0.2.1>`), SECRET],
  ['a password in Route', headers(`Route: <sip:1000:${SECRET}@192.0.2.1;lr>`), SECRET],
  ['a password of more than 256 bytes', headers(`X-A: sip:1:${SECRET.repeat(40)}@h`), SECRET],
  [
    'a password with a comma, where a long list is cut',
    headers(`Contact: ${'<sip:a>,'.repeat(16)}sip:1000:${SECRET},x@192.0.2.1`),
    SECRET,
  ],
  [
    'a password where a long line is cut',
    headers(`X-A: ${'a'.repeat(1005)} sip:1:${SECRET}${'b'.repeat(20)}@192.0.2.1`),
    SECRET.slice(0, 6),
  ],
  [
    'a digest user name with the password behind a colon',
    headers(`Authorization: Digest username="1000:${SECRET}", realm="x", nonce="y", response="z"`),
    SECRET,
  ],
  ['Basic', headers(`Authorization: Basic ${base64(`1000:${SECRET}`)}`), base64(`1000:${SECRET}`)],
  [
    'Basic behind a blank before the colon',
    headers(`Authorization : Basic ${base64(SECRET)}`),
    base64(SECRET),
  ],
  ['Basic in X-Authorization', headers(`X-Authorization: Basic ${base64(SECRET)}`), base64(SECRET)],
  ['a bare word in X-Authorization', headers(`X-Authorization: ${SECRET}`), SECRET],
  [
    'Basic behind a bare CR in another header',
    headers(`X-A: b\rAuthorization: Basic ${base64(SECRET)}`),
    base64(SECRET),
  ],
  [
    'a digest response behind a tab before the colon',
    headers('Authorization\t: Digest username="a", response="deadbeefdeadbeef"'),
    'deadbeefdeadbeef',
  ],
  ['a response with an escaped quote', headers(`X-A: response="ab\\"${SECRET}"`), SECRET],
  ['an rspauth in a Subject', headers(`Subject: rspauth = "${SECRET}"`), SECRET],
  ['the tag of svcrack', from(hex(`1000:${SECRET}\x01123456`)), hex(SECRET)],
  ['the tag without the random number', from(hex(`1000:${SECRET}`)), hex(SECRET)],
  ['the tag behind a letter', from(`x${hex(`1000:${SECRET}\x01123456`)}`), hex(SECRET)],
  ['the tag in To', { toTag: hex(`1000:${SECRET}\x01123456`) }, hex(SECRET)],
  ['a guess of 160 characters', from(hex(`1000:${SECRET.repeat(20)}\x01123456`)), hex(SECRET)],
  [
    'a guess behind a display name of 990 characters',
    headers(`Reply-To: "${'a'.repeat(990)}" <sip:1@pbx>;tag=${hex(`1000:${SECRET}\x01123456`)}`),
    hex(SECRET).slice(0, 8),
  ],
];

describe('secrets of the wire, down to the line of JSON', () => {
  for (const [what, options, needle] of CASES) {
    for (const method of ['REGISTER', 'INVITE']) {
      test(`${method} with ${what}`, () => {
        const scene = new Scene();
        const scanner = 'User-Agent: friendly-scanner';
        const lines = [scanner, ...(options.headers ?? [])];
        const again = `401 Unauthorized\n${challenge('n1')}`;
        const text = scene.ask({ ...options, method, headers: lines }, again);
        assert.ok(text.includes(needle), 'the request does not hold it');
        const events = scene.finish();
        assert.ok(events.length > 0, 'no alert, so nothing was shown at all');
        for (const event of events) assert.equal(eveLine(event).includes(needle), false);
      });
    }
  }

  test('guesses for an account whose name holds the password', () => {
    const scene = new Scene();
    for (let i = 0; i < 40; i++) {
      const login = `Authorization: Digest username="1000:${SECRET}", realm="example", nonce="n0", uri="sip:b", response="r${i}"`;
      const guess = { method: 'REGISTER', user: `1000:${SECRET}`, headers: [login] };
      scene.ask(guess, `401 Unauthorized\n${challenge('n0')}`);
    }
    const events = scene.finish();
    assert.ok(events.some(({ rules }) => rules.includes('SIP-BEHAV-020')));
    for (const event of events) assert.equal(eveLine(event).includes(SECRET), false);
  });
});
