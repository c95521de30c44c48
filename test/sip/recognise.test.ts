import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Kind, recognise } from '../../src/sip/recognise.js';

/** Reads `text` out of a buffer that goes on, so that a look past the end would show. */
function kindOf(text: string): Kind {
  const bytes = Buffer.from(`SIP/2.0 ${text} SIP/2.0\r\n`, 'latin1');
  return recognise(bytes, 8, 8 + text.length);
}

function all(kind: Kind, texts: readonly string[]): void {
  for (const text of texts) assert.equal(kindOf(text), kind, JSON.stringify(text.slice(0, 60)));
}

test('requests, also of unknown methods and with every deviation of the first line', () => {
  all(Kind.Request, [
    'OPTIONS sip:a@b SIP/2.0\r\n',
    'options sip:a@b sip/2.0\n',
    'NEWMETHOD sip:a@b SIP/2.0\r\n',
    'INVITE  sip:a@b  SIP/2.0  \r\n',
    'INVITE\tsip:a@b\tSIP/2.0\r\n',
    'INVITE <sip:a@b> SIP/2.0\r\n',
    'INVITE sip:a@b; lr SIP/2.0\r\n',
    'INVITE foo@bar SIP/2.0\r\n',
    'INVITE SIP/2.0\r\n',
    'OPTIONS sip:a@b SIP/7.0\r\n',
    '\r\n\r\nOPTIONS sip:a@b SIP/2.0\r\n',
    '\nOPTIONS sip:a@b SIP/2.0',
  ]);
});

test('requests cut short: a known method alone, or before a URI', () => {
  all(Kind.Request, ['OPTIONS', 'OPTIONS\r\n', 'OPTIONS ', 'OPTIONS sip:nm', 'INVITE tel:+1 \r\n']);
  all(Kind.Request, ['REGISTER sips:a', 'OPTIONS sip:a SI', 'OPTIONS sip:a SIP/']);
});

test('responses, also with a status that is none', () => {
  all(Kind.Response, ['SIP/2.0 200 OK\r\n', 'sip/2.0 200 OK', 'SIP/2.0 4294967301 x', 'SIP/2.0']);
});

test('keep-alives: only line ends (RFC 5626 §3.5.1), or a few NUL bytes', () => {
  all(Kind.KeepAlive, ['\r\n\r\n', '\r\n', '\n', '\0', '\0\0\0\0', '\0'.repeat(8)]);
  all(Kind.NotSip, ['\0'.repeat(9), '\0\0\0\u0001']);
  assert.equal(kindOf(''), Kind.Empty);
});

test('its relatives are not SIP: SSDP, HTTP, RTSP', () => {
  all(Kind.NotSip, [
    'NOTIFY * HTTP/1.1\r\nHost: 239.255.255.250:1900\r\n\r\n',
    'M-SEARCH * HTTP/1.1\r\n',
    'GET / HTTP/1.1\r\nX: SIP/2.0\r\n',
    'HTTP/1.1 200 OK\r\n',
    'OPTIONS * HTTP/1.1\r\n',
    'OPTIONS sip:a@b HTTP/1.1\r\n',
    'OPTIONS rtsp://a/b RTSP/1.0\r\n',
    'OPTIONS sip:a RTSP/1.0\r\n',
  ]);
});

test('other payloads are not SIP: STUN, RTP, DNS, words, junk before a request', () => {
  all(Kind.NotSip, [
    '\u0000\u0001\u0000\u0000\u0021\u0012\u00a4\u0042abcdefghijkl',
    '\u0080\u0008\u0000\u0001\u0000\u0000\u0000\u00a0',
    'hello',
    'hello world',
    'SIP/x',
    'SIP/',
    'NEWMETHOD',
    'OPTIONSX sip:a@b',
    'INVITEES are coming',
    ' OPTIONS sip:a@b SIP/2.0\r\n',
    '\0\0OPTIONS sip:a@b SIP/2.0\r\n',
    'OPTIONS(sip:a@b SIP/2.0\r\n',
    'junk\r\nOPTIONS sip:a@b SIP/2.0\r\n',
  ]);
});
