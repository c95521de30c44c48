import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Outcome, SipMessage } from '../../src/sip/message.js';
import { Kind } from '../../src/sip/recognise.js';
import { Header, Method } from '../../src/sip/tokens.js';
import { crlf, messageOf } from './messages.js';

/** The layout of svmap 0.3: header order, compact or not, is what tells such tools apart. */
const SVMAP = `OPTIONS sip:100@203.0.113.5 SIP/2.0
Via: SIP/2.0/UDP 198.51.100.7:5060;branch=z9hG4bK-1189344537;rport
Max-Forwards: 70
To: "sipvicious"<sip:100@1.1.1.1>
From: "sipvicious"<sip:100@1.1.1.1>;tag=6362
User-Agent: friendly-scanner
Call-ID: 869311889262394417218532
Contact: sip:100@198.51.100.7:5060
CSeq: 1 OPTIONS
Accept: application/sdp
Content-Length: 0

`;

test('a request is read in all its parts', () => {
  const message = messageOf(SVMAP);
  assert.equal(message.kind, Kind.Request);
  assert.equal(message.methodId, Method.Options);
  assert.equal(message.status, 0);
  assert.equal(message.reasonText(), undefined);
  assert.equal(message.ruri.user(), '100');
  assert.equal(message.fromHeader.display(), 'sipvicious');
  assert.equal(message.toHeader.tag(), undefined);
  assert.equal(message.contact.uri.portNumber, 5060);
  assert.equal(message.text(Header.UserAgent), 'friendly-scanner');
  assert.equal(message.maxForwards, 70);
  assert.equal(message.contentLength, 0);
  assert.equal(message.expires, -1);
  assert.equal(message.startLineText(), 'OPTIONS sip:100@203.0.113.5 SIP/2.0');
  assert.equal(message.check(), 0);
});

test('the shape of the head: order, names as written, compact and long forms, line ends', () => {
  const message = messageOf(SVMAP);
  assert.equal(message.headerOrder(), 'V MF T F UA CI CT CS AC CL');
  assert.equal(message.compactCount, 0);
  assert.equal(message.longCount, 6);
  assert.equal(message.lineEnd, 'crlf');
  const odd = messageOf('OPTIONS sip:a@b SIP/2.0\nv: x\nVIA: y\nX-Own: z\nmax-forwards : 1\n\n');
  assert.equal(odd.headerOrder(), 'V V ? MF');
  assert.equal(odd.headerNames(), 'v VIA X-Own max-forwards');
  assert.equal(odd.compactCount, 1);
  assert.equal(odd.longCount, 1);
});

test('line ends: crlf, lf, mixed', () => {
  const message = new SipMessage();
  const read = (text: string) => {
    const bytes = Buffer.from(text, 'latin1');
    message.reset(bytes, 0, bytes.length);
    return message.lineEnd;
  };
  assert.equal(read('OPTIONS sip:a SIP/2.0\nVia: x\n\n'), 'lf');
  assert.equal(message.text(Header.Via), 'x');
  assert.equal(read('OPTIONS sip:a SIP/2.0\r\nVia: x\n\r\n'), 'mixed');
  assert.equal(read('OPTIONS sip:a SIP/2.0\nVia: x\r\n\r\n'), 'mixed');
  assert.equal(read('OPTIONS'), 'crlf');
});

test('a response takes its method from CSeq', () => {
  const message = messageOf('SIP/2.0 407 Proxy Authentication Required\nCSeq: 7 INVITE\n\n');
  assert.equal(message.kind, Kind.Response);
  assert.equal(message.status, 407);
  assert.equal(message.methodId, Method.Invite);
  assert.equal(message.methodText(), undefined);
  assert.equal(message.reasonText(), 'Proxy Authentication Required');
  assert.equal(message.cseqNumber, 7);
  assert.equal(messageOf('SIP/2.0 100 \n\n').reasonText(), '');
});

test('several header fields of one name are kept apart', () => {
  const message = messageOf('OPTIONS sip:a SIP/2.0\nVia: a\nRoute: r\nv: b\nVia: c, d\n\n');
  assert.equal(message.count(Header.Via), 3);
  assert.deepEqual(
    [0, 1, 2, 3].map((nth) => message.text(Header.Via, nth)),
    ['a', 'b', 'c, d', undefined],
  );
  assert.equal(message.indexOf(Header.Via, 2), 3);
  assert.equal(message.indexOf(Header.Contact), -1);
  assert.equal(message.rawText(Header.Via, 1), 'v: b');
  assert.equal(message.viaCount, 4);
});

test('values lose blanks around them and folds inside; raw text keeps them', () => {
  const message = messageOf(
    'OPTIONS sip:a SIP/2.0\nSubject : \t I know\n  you\n\tthere \nTo:x\n\n',
  );
  assert.equal(message.text(Header.Subject), 'I know you there');
  assert.equal(message.rawText(Header.Subject), 'Subject : \t I know\r\n  you\r\n\tthere ');
  assert.equal(message.text(Header.To), 'x');
});

test('credentials and challenges', () => {
  const message = messageOf(`SIP/2.0 401 Unauthorized
WWW-Authenticate: Digest realm="a, \\"b\\"", nonce="n=", qop="auth,auth-int",algorithm=MD5
Proxy-Authenticate: Digest realm="other"
Proxy-Authorization: Digest username="100",realm="r", uri="sip:h;x=y",response="00ff", nc=00000001

`);
  assert.equal(message.challenge.scheme(), 'Digest');
  assert.equal(message.challenge.realm(), 'a, "b"');
  assert.equal(message.challenge.nonce(), 'n=');
  assert.equal(message.challenge.qop(), 'auth,auth-int');
  assert.equal(message.challenge.algorithm(), 'MD5');
  assert.equal(message.credentials.username(), '100');
  assert.equal(message.credentials.uri(), 'sip:h;x=y');
  assert.equal(message.credentials.response(), '00ff');
  assert.equal(message.credentials.nc(), '00000001');
  assert.equal(message.credentials.cnonce(), undefined);
  assert.equal(messageOf(SVMAP).credentials.present, false);
});

test('a session description', () => {
  const { sdp } = messageOf(`INVITE sip:a SIP/2.0
Content-Type: application/sdp; charset=utf-8

v=0
o=sipcli-Session 1 2 IN IP4 192.0.2.1
s=sipcli
c=IN IP4 198.51.100.9/127
m=audio 49170/2 RTP/AVP 0 8
c=IN IP4 203.0.113.1
m=video 51372 RTP/AVP 31
`);
  assert.equal(sdp.present, true);
  assert.equal(sdp.originUser(), 'sipcli-Session');
  assert.equal(sdp.originAddress(), '192.0.2.1');
  assert.equal(sdp.sessionName(), 'sipcli');
  assert.equal(sdp.connection(), 'IN IP4 198.51.100.9/127');
  assert.equal(sdp.connectionAddress(), '198.51.100.9');
  assert.equal(sdp.mediaLine(), 'audio 49170/2 RTP/AVP 0 8');
  assert.equal(sdp.mediaPort, 49170);
});

test('a body is a session description by its type or its first line', () => {
  assert.equal(messageOf('INVITE sip:a SIP/2.0\n\nv=0\nm=audio 9 RTP\n').sdp.mediaPort, 9);
  assert.equal(messageOf('INVITE sip:a SIP/2.0\n\n\n\nv=0\ns=x\n').sdp.sessionName(), 'x');
  assert.equal(messageOf('INVITE sip:a SIP/2.0\n\nhello\n').sdp.present, false);
  assert.equal(
    messageOf('INVITE sip:a SIP/2.0\nc: application/sdp\n\nm=audio x RTP\n').sdp.mediaPort,
    -1,
  );
  assert.equal(messageOf('INVITE sip:a SIP/2.0\nc: application/sdp\n\n').sdp.present, false);
});

test('the body follows Content-Length, and is the rest without one', () => {
  assert.equal(messageOf('MESSAGE sip:a SIP/2.0\nl: 3\n\nabcdef').bodyText(), 'abc');
  assert.equal(messageOf('MESSAGE sip:a SIP/2.0\n\nabcdef').bodyText(), 'abcdef');
  const short = messageOf('MESSAGE sip:a SIP/2.0\nl: 9\n\nabcdef');
  assert.equal(short.bodyText(), 'abcdef');
  assert.equal(short.contentLength, 9);
  const unreadable = messageOf('MESSAGE sip:a SIP/2.0\nl: -3\n\nabcdef');
  assert.equal(unreadable.contentLength, -2);
  assert.equal(unreadable.bodyText(), 'abcdef');
});

test('what is not SIP is told apart, and leaves an empty message', () => {
  const message = new SipMessage();
  const sip = crlf(SVMAP);
  const cases: [string, Outcome][] = [
    ['', Outcome.Empty],
    ['\r\n\r\n', Outcome.KeepAlive],
    ['hello', Outcome.NotSip],
  ];
  for (const [text, outcome] of cases) {
    message.reset(sip, 0, sip.length);
    message.ruri.user();
    const bytes = Buffer.from(text, 'latin1');
    assert.equal(message.reset(bytes, 0, bytes.length), outcome);
    assert.equal(message.headerCount, 0);
    assert.equal(message.methodId, Method.Other);
    assert.equal(message.text(Header.UserAgent), undefined);
    assert.equal(message.ruri.user(), undefined);
    assert.equal(message.callIdTo, 0);
    assert.equal(message.check(), 0);
  }
});

test('the bare word OPTIONS is a request', () => {
  const message = messageOf('OPTIONS');
  assert.equal(message.methodId, Method.Options);
  assert.equal(message.uriText(), undefined);
  assert.equal(message.headerCount, 0);
});
