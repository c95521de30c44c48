import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { CredentialsReader } from '../../src/detect/accounts/credentials-reader.js';
import { SipMessage } from '../../src/sip/message.js';
import { hashText } from '../../src/tables/hash.js';
import { request } from '../support/sip-texts.js';

function messageOf(...headers: string[]): SipMessage {
  const message = new SipMessage();
  const bytes = Buffer.from(request({ method: 'REGISTER', headers }), 'latin1');
  message.reset(bytes, 0, bytes.length);
  return message;
}

describe('credentials are kept as hashes of their texts, the same as in states saved before', () => {
  const cases: [what: string, header: string][] = [
    [
      'all that RFC 7616 has',
      'Digest username="a", realm="r", nonce="n1", uri="sip:x", response="0f", cnonce="c", nc=00000001, qop=auth, algorithm=MD5',
    ],
    ['the least', 'Digest nonce=n'],
    ['no more than RFC 2069', 'Digest realm="r w", nonce="n", uri="sip:y", response="ff"'],
    ['quoted pairs', 'Digest realm="r\\"1\\"", nonce="n\\\\n", response="\\f", uri="\\s"'],
    ['a fold in a value', 'Digest realm="a\r\n b", nonce="n\r\n\t2", response="1\r\n  2"'],
    ['no values', 'Digest realm, nonce, response="", uri='],
    ['bytes above ASCII', 'Digest realm="\u00fc\u00ff", nonce="\u0080", username="\u00e9"'],
    ['names twice', 'Digest nonce="first", nonce="second", realm="a", realm="b"'],
    ['other letters', 'Digest NONCE="N", Realm="R", QOP="AUTH"'],
  ];
  for (const [what, header] of cases) {
    test(what, () => {
      const message = messageOf(`Authorization: ${header}`);
      const found = new CredentialsReader().read(message);
      const view = message.credentials;
      const nonce = view.nonce()!;
      const realm = view.realm() ?? '';
      const words = [nonce, view.cnonce(), view.nc(), view.qop(), view.algorithm(), realm];
      words.push('REGISTER', view.uri());
      assert.deepEqual(found, [
        {
          proxy: false,
          realm: hashText(realm),
          username: view.username(),
          nonce: hashText(nonce),
          guess: hashText(`${view.response() ?? ''} ${nonce}`),
          subject: hashText(words.map((word) => word ?? '').join(' ')),
        },
      ]);
    });
  }

  test('the body is in the response of auth-int, so that it has no subject', () => {
    const message = messageOf('Authorization: Digest nonce="n", qop="Auth-Int"');
    assert.equal(new CredentialsReader().read(message)[0]!.subject, undefined);
  });

  test('without a nonce there are none', () => {
    const message = messageOf('Authorization: Digest realm="r", response="1"');
    assert.deepEqual(new CredentialsReader().read(message), []);
  });

  test('those for a server come before those for a proxy', () => {
    const message = messageOf(
      'Proxy-Authorization: Digest nonce="p"',
      'Authorization: Digest nonce="s"',
    );
    const found = new CredentialsReader().read(message);
    assert.deepEqual(
      found.map(({ proxy, nonce }) => [proxy, nonce]),
      [
        [false, hashText('s')],
        [true, hashText('p')],
      ],
    );
  });
});
