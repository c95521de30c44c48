import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Deviation, deviationNames, isMalformed } from '../../src/sip/deviations.js';
import { Outcome, SipMessage } from '../../src/sip/message.js';
import { Kind } from '../../src/sip/recognise.js';
import { Header, Method } from '../../src/sip/tokens.js';
import { TORTURE, tortureCase } from './torture-cases.js';

/** Messages whose verdict here is not the expected one, and why. */
const EXCEPTIONS: Record<string, string> = {
  'ipv6-in-sdp': 'RFC 5118 misprints its Content-Length (268 for 251 octets): too long for UDP',
};

const message = new SipMessage();

function read(name: string): SipMessage {
  const bytes = tortureCase(name);
  assert.equal(message.reset(bytes, 0, bytes.length), Outcome.Ok);
  message.check();
  return message;
}

function has(deviation: number): boolean {
  return (message.deviations & deviation) !== 0;
}

for (const { name, kind, verdict, bytes } of TORTURE) {
  test(`torture: ${name} is ${verdict}`, () => {
    assert.equal(message.reset(bytes, 0, bytes.length), Outcome.Ok);
    assert.equal(message.kind, kind === 'request' ? Kind.Request : Kind.Response);
    if (verdict === 'lenient') return;
    const deviations = message.check();
    const expected = (verdict === 'invalid') !== name in EXCEPTIONS;
    assert.equal(isMalformed(deviations), expected, deviationNames(deviations).join(' '));
  });
}

test('wsinv: folds, blanks and compact names are all read', () => {
  read('wsinv');
  assert.equal(message.methodId, Method.Invite);
  assert.equal(message.ruri.user(), 'vivekg');
  assert.equal(message.ruri.param('unknownparam'), '');
  assert.equal(message.toHeader.tag(), '1918181833n');
  assert.equal(message.fromHeader.display(), 'J Rosenberg \\"');
  assert.equal(message.fromHeader.tag(), '98asjd8');
  assert.equal(message.maxForwards, 68);
  assert.equal(message.cseqNumber, 9);
  assert.equal(message.cseqMethodText(), 'INVITE');
  assert.equal(message.via.transport(), 'UDP');
  assert.equal(message.via.host(), '192.0.2.2');
  assert.equal(message.via.branch(), '390skdjuw');
  assert.equal(message.viaCount, 3);
  assert.equal(message.text(Header.Subject), '');
  assert.equal(message.contact.param('q'), '0.33');
  assert.equal(message.contact.param('newparam'), 'newvalue');
  assert.equal(message.bodyLength, 150);
  assert.equal(message.sdp.mediaPort, 49217);
});

test('intmeth: an odd method, URI and parameter names are read', () => {
  read('intmeth');
  assert.equal(message.methodId, Method.Other);
  assert.equal(message.methodText(), "!interesting-Method0123456789_*+`.%indeed'~");
  assert.equal(message.ruri.host(), 'example.com');
  assert.equal(message.ruri.password(), "&it+has=1,weird!*pas$wo~d_too.(doesn't-it)");
  assert.equal(message.fromHeader.tag(), "_token~1'+`*%!-.");
  assert.equal(message.toHeader.display(), 'BEL:\u0007 NUL:\0 DEL:\u007f');
});

test('esc02: an escaped method is not the method it would decode to', () => {
  read('esc02');
  assert.equal(message.methodId, Method.Other);
  assert.equal(message.methodText(), 'RE%47IST%45R');
  assert.equal(message.count(Header.Contact), 2);
});

test('semiuri and cparam: parameters belong to the user, the header or the URI', () => {
  assert.equal(read('semiuri').ruri.user(), 'user;par=u%40example.net');
  assert.equal(message.ruri.host(), 'example.com');
  assert.equal(read('cparam01').contact.param('unknownparam'), '');
  assert.equal(message.contact.uri.param('unknownparam'), undefined);
  assert.equal(read('cparam02').contact.param('unknownparam'), undefined);
  assert.equal(message.contact.uri.param('unknownparam'), '');
});

test('dblreq: the bytes after Content-Length are not the message', () => {
  read('dblreq');
  assert.equal(message.bodyLength, 0);
  assert.ok(has(Deviation.TrailingBytes));
  const bytes = tortureCase('dblreq');
  assert.equal(message.reset(bytes, message.messageEnd, bytes.length), Outcome.Ok);
  assert.equal(message.methodId, Method.Invite);
  assert.ok(has(Deviation.LeadingBlankLines));
});

test('mpart01: a binary body is exactly Content-Length octets', () => {
  assert.equal(read('mpart01').bodyLength, 553);
  assert.equal(message.sdp.present, false);
});

test('numbers out of range stay numbers', () => {
  read('scalar02');
  assert.equal(message.cseqNumber, Number.MAX_SAFE_INTEGER);
  assert.equal(message.maxForwards, 300);
  assert.equal(message.expires, Number.MAX_SAFE_INTEGER);
  assert.ok(has(Deviation.NumberOutOfRange));
  assert.equal(read('bigcode').status, 0);
  assert.ok(has(Deviation.BadStatus));
});

test('each broken message is broken for its own reason', () => {
  const reasons: [string, number][] = [
    ['badinv01', Deviation.BadVia | Deviation.BadNameAddr],
    ['clerr', Deviation.ContentLengthBeyond],
    ['ncl', Deviation.ContentLengthUnreadable],
    ['quotbal', Deviation.BadNameAddr],
    ['ltgtruri', Deviation.BadRequestUri],
    ['lwsruri', Deviation.BadRequestUri],
    ['lwsstart', Deviation.StartLineSpaces],
    ['trws', Deviation.StartLineSpaces],
    ['escruri', Deviation.RequestUriHeaders],
    ['baddate', Deviation.BadDate],
    ['regbadct', Deviation.BadNameAddr],
    ['badaspec', Deviation.BadNameAddr],
    ['baddn', Deviation.BadNameAddr | Deviation.NoEndOfHead],
    ['badvers', Deviation.BadVersion | Deviation.BadVia],
    ['mismatch01', Deviation.CSeqMethodMismatch],
    ['mismatch02', Deviation.CSeqMethodMismatch],
    ['insuf', Deviation.MissingHeader],
    ['multi01', Deviation.DuplicateHeader],
    ['mcl01', Deviation.ContentLengthConflict | Deviation.DuplicateHeader],
    ['ipv6-bad', Deviation.BadRequestUri],
  ];
  for (const [name, expected] of reasons) {
    const information = Deviation.CompactNames | Deviation.FoldedLines;
    const found = read(name).deviations & ~information;
    assert.deepEqual(deviationNames(found), deviationNames(expected), name);
  }
});

test('what is broken leaves the rest readable', () => {
  assert.equal(read('quotbal').fromHeader.tag(), '93334');
  assert.equal(message.toHeader.uri.user(), 'j.user');
  assert.equal(read('ltgtruri').uriText(), '<sip:user@example.com>');
  assert.equal(read('lwsruri').ruri.user(), 'user');
  assert.equal(read('lwsstart').uriText(), 'sip:user@example.com');
  assert.equal(read('badaspec').toHeader.uri.text(), 'sip:t.watson@example.org');
  assert.equal(read('baddn').fromHeader.display(), 'Bell, Alexander');
});

test('IPv6 references: the port is outside the brackets', () => {
  assert.equal(read('port-ambiguous').ruri.host(), '2001:db8::10:5070');
  assert.equal(message.ruri.portNumber, -1);
  assert.equal(read('port-unambiguous').ruri.host(), '2001:db8::10');
  assert.equal(message.ruri.portNumber, 5070);
  assert.equal(read('ipv4-mapped-ipv6').via.host(), '::ffff:192.0.2.10');
  assert.equal(message.via.port, 19823);
  assert.equal(read('via-received-param-with-delim').via.param('received'), '[2001:db8::9:255]');
});
