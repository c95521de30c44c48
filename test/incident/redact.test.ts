import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { redactMessage, redactText, withoutUriPasswords } from '../../src/incident/redact.js';
import { structured } from '../../src/sip/structured.js';

function shown(text: string): string {
  const message = structured(Buffer.from(text.replaceAll('\n', '\r\n'), 'latin1'));
  assert.ok(message, 'the sip package could not read it');
  return JSON.stringify(redactMessage(message));
}

/** As svcrack makes it: user, colon, password, the byte 1 and a random number. */
const guess = (user: string, password: string, number = '1612740372') =>
  Buffer.from(`${user}:${password}\x01${number}`, 'latin1').toString('hex');
const TAG = guess('1001', 'hunter2-secret');

const head = (lines: string[]) =>
  ['REGISTER sip:203.0.113.5 SIP/2.0', ...lines, 'CSeq: 1 REGISTER', '', ''].join('\n');

describe('credentials in an alert', () => {
  const digest = (parameters: string) => [
    `Authorization: Digest username="1001", realm="example", nonce="n1", uri="sip:b", ${parameters}`,
    `Proxy-Authorization: digest username="1001", realm="example", ${parameters}`,
  ];
  const secrets: string[][] = [
    digest('response="5eCr37"'),
    digest('response=5eCr37'),
    digest('RESPONSE="5eCr37", cnonce="5eCr37"'),
    digest('response = "5eCr37"'),
    digest('something="5eCr37"'),
    ['Authorization: Basic 5eCr37ZWNy=='],
    ['Authorization: Basic 5eCr37'],
    ['Authorization: Bearer 5eCr37'],
    ['Authorization: 5eCr37'],
    ['authorization : Digest response="5eCr37"'],
    ['Authorization: Digest username="x", response="a",\r\n response="5eCr37"'],
    ['Authentication-Info: rspauth="5eCr37", cnonce="5eCr37"'],
    ['X-Note: Digest response="5eCr37", cnonce=5eCr37; response = 5eCr37'],
  ];
  for (const lines of secrets) {
    test(`${lines[0]?.slice(0, 110)}: the secret is not shown`, () => {
      assert.doesNotMatch(shown(head(lines)), /5eCr37/);
    });
  }

  test('who logs in where is shown', () => {
    const text = shown(head(digest('response="5eCr37", algorithm=MD5, nc=00000001, qop=auth')));
    for (const part of ['1001', 'example', 'n1', 'MD5', '00000001', 'auth'])
      assert.match(text, new RegExp(part));
  });
});

describe('a password guess in hex', () => {
  const places: Record<string, string> = {
    'From tag': `From: <sip:1001@b>;tag=${TAG}`,
    'To tag': `To: <sip:1001@b>;tag=${TAG}`,
    'upper case': `From: <sip:1001@b>;tag=${TAG.toUpperCase()}`,
    'Via branch': `Via: SIP/2.0/UDP a;branch=z9hG4bK-${TAG}`,
    'Via received': `Via: SIP/2.0/UDP a;branch=z9hG4bK;received=${TAG}`,
    Contact: `Contact: <sip:${TAG}@a>`,
    'Contact parameter': `Contact: <sip:1@a;x=${TAG}>;y=${TAG}`,
    'display name': `From: "${TAG}" <sip:1001@b>;tag=1`,
    'within other text': `From: "x${TAG}y" <sip:1001@b>;tag=1`,
    'after a hex digit': `Subject: f${TAG}`,
    'before hex digits': `Subject: ${TAG}ffff`,
    'Call-ID': `Call-ID: ${TAG}@b`,
    'an unknown header': `X-Any: "${TAG}"`,
    'a header name': `${TAG}: x`,
    'From in compact form': `f: <sip:1001@b>;tag=${TAG}`,
    'a folded line': `Subject: a\n ${TAG}`,
  };
  for (const [place, line] of Object.entries(places)) {
    test(`is not shown from ${place}`, () => {
      assert.doesNotMatch(shown(head([line])).toLowerCase(), new RegExp(TAG));
    });
  }

  test('is not shown from the Request-URI', () => {
    const text = head([]).replace('sip:203.0.113.5', `sip:203.0.113.5;tag=${TAG}`);
    assert.doesNotMatch(shown(text), new RegExp(TAG));
  });

  test('is not shown from a sentence or a fact', () => {
    assert.doesNotMatch(redactText(`tag ${TAG} was seen`), new RegExp(TAG));
  });

  test('is never shown, whatever user, password and number', () => {
    const part = fc.stringMatching(/^[ -9;-~]{1,20}$/);
    fc.assert(
      fc.property(
        part,
        part,
        fc.stringMatching(/^\d{4,10}$/),
        fc.stringMatching(/^[0-9a-z-]{0,5}$/),
        (user, password, number, before) => {
          const tag = guess(user, password, number);
          assert.doesNotMatch(redactText(`${before}${tag}`), new RegExp(tag));
        },
      ),
      { numRuns: 500 },
    );
  });

  test('other hex is evidence and stays', () => {
    for (const hex of [
      'cb00710513c401333237',
      '0123456789abcdef0123456789abcdef',
      'deadbeefdeadbeef',
    ]) {
      assert.equal(redactText(hex), hex);
    }
  });
});

describe('a password in a URI', () => {
  test('is not shown, wherever the URI stands', () => {
    const piece = fc.constantFrom(
      'sip:',
      'sip:a:',
      'SIPS:1:',
      ':',
      '@',
      '<',
      '>',
      ' ',
      ',',
      ';',
      'a',
      '1.',
      '"',
    );
    const password = /\bsips?:[^\s:@<>]*:([^\s@<>]*)@/gi;
    let found = 0;
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
        const text = pieces.join('');
        if (text.search(password) !== -1) found++;
        for (const [, shown] of withoutUriPasswords(text).matchAll(password)) {
          assert.equal(shown, '[redacted]', JSON.stringify(text));
        }
      }),
      { numRuns: 2000, seed: 1 },
    );
    assert.ok(found > 100, String(found));
  });

  test('leaves a port and an address', () => {
    for (const text of ['sip:a@h:5060', 'sip:h:5060', '<sip:h:5060>,<sip:a@h>', 'a:b@c']) {
      assert.equal(withoutUriPasswords(text), text);
    }
  });
});

describe('any message', () => {
  test('is made fit without an exception, and as plain data', () => {
    const line = fc
      .string({ unit: 'binary', maxLength: 80 })
      .map((text) => text.replace(/[\r\n]/g, ''));
    const named = fc.constantFrom(
      'Via',
      'From',
      'To',
      'Contact',
      'Authorization',
      'X',
      '__proto__',
      'constructor',
    );
    fc.assert(
      fc.property(fc.array(fc.tuple(named, line)), (lines) => {
        const text = head(lines.map(([name, value]) => `${name}: ${value}`));
        const message = structured(Buffer.from(text, 'latin1'));
        if (message === undefined) return;
        const clean = redactMessage(message);
        assert.deepEqual(JSON.parse(JSON.stringify(clean)), clean);
      }),
      { numRuns: 500 },
    );
  });
});
