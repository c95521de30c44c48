import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { captureFiles } from '../../src/capture/capture-files.js';
import { readCapture } from '../../src/capture/read-capture.js';
import { kernel } from '../../src/kernel/kernel.js';
import { SipMessage } from '../../src/sip/message.js';
import { MAX_PARAMS } from '../../src/sip/params.js';
import { Header } from '../../src/sip/tokens.js';
import { Hasher } from '../../src/tables/hash.js';
import { Counters } from '../../src/telemetry/counters.js';
import { Decoded, FrameDecoder } from '../../src/wire/frame-decoder.js';
import { Packet } from '../../src/wire/packet.js';
import { mutateText } from '../fuzz/mutate-sip.js';
import { Random } from '../fuzz/random.js';
import { WORST_MESSAGES } from '../fuzz/worst-messages.js';
import { everyGetter, everyRange } from './every-getter.js';
import { TOOL_MESSAGES } from './tool-messages.js';
import { TORTURE } from './torture-cases.js';

const fast = new SipMessage();
const plain = new SipMessage(true);
const VALUES = [
  ...[Header.Via, Header.From, Header.To, Header.Contact, Header.Authorization],
  ...[Header.ProxyAuthorization, Header.WwwAuthenticate, Header.ProxyAuthenticate],
];

/** What readers ask beside the getters: walks of lists, any parameter, hashes, copies. */
function furtherAnswers(message: SipMessage): unknown[] {
  const answers: unknown[] = [];
  for (let nth = 0; nth < 4; nth++) {
    const [contact, via] = [message.contactAt(nth), message.viaAt(nth)];
    answers.push(contact?.raw(), contact?.valid, contact?.param('expires'), contact?.uri.text());
    answers.push(via?.host(), via?.valid, via?.to, via?.paramsText(), via?.lastParam('received'));
  }
  const hasher = new Hasher().begin();
  const bytes = new Uint8Array(40);
  answers.push(message.via.copyBranch(bytes, 3, 30), [...bytes]);
  message.via.addTo(hasher);
  for (const view of [message.fromHeader, message.toHeader, message.contact]) {
    answers.push(view.addTag(hasher), view.params.allWellFormed(), view.displayQuoted);
    answers.push(view.isStar, view.hasBrackets, view.uri.valid, view.uri.schemeTo - view.uri.from);
    for (const name of ['tag', 'expires', 'q', 'x', '+sip.instance']) {
      answers.push(view.param(name), view.uri.param(name));
      const i = view.params.indexOf(name);
      if (i !== -1) answers.push(view.params.valueFrom(i), view.params.valueTo(i));
    }
  }
  for (const view of [message.credentials, message.challenge]) {
    answers.push(view.present, view.params.allWellFormed(), view.addTo(hasher, 'nonce'));
    const i = view.params.indexOf('username');
    if (i !== -1) answers.push(view.params.isQuoted(i), view.params.valueTo(i));
  }
  answers.push(hasher.end(), everyRange(message));
  return answers;
}

/** How many values of `bytes` the kernel told, after both ways of reading gave the same. */
function compare(bytes: Buffer, from = 0, to = bytes.length): number {
  const both = [fast, plain].map((message) => {
    message.reset(bytes, from, to);
    const askedFirst = furtherAnswers(message);
    const all = everyGetter(message);
    message.reset(bytes, from, to);
    return [message.check(), askedFirst, all, everyGetter(message), furtherAnswers(message)];
  });
  if (JSON.stringify(both[0]) !== JSON.stringify(both[1])) {
    assert.deepEqual(both[0], both[1], JSON.stringify(bytes.toString('latin1', from, to)));
  }
  const told = VALUES.filter((id) => fast.isOrdinary(id)).length;
  return told + (fast.hasOrdinaryUri ? 1 : 0);
}

const NAMES = [
  ...['Via: ', 'f: ', 'To:', 'Contact: ', 'm: ', 'Authorization: ', 'Proxy-Authorization:'],
  ...['WWW-Authenticate: ', 'Proxy-Authenticate: '],
];

const texts = (...parts: string[]) => Buffer.from(parts.join(''), 'latin1');
const isTold = (line: string, id: Header) => {
  compare(texts('INVITE sip:a@b SIP/2.0\r\n', line, '\r\n\r\n'));
  return fast.isOrdinary(id);
};

describe('values of ordinary form are read by the kernel as without it', () => {
  test('it is there, and agrees on the limit', () => {
    assert.equal(kernel?.maxParams, MAX_PARAMS);
    assert.equal(compare(texts('INVITE sip:a@b SIP/2.0\r\n\r\n')), 1);
    assert.equal(plain.hasOrdinaryUri, false);
  });

  test('in every payload of the captures, most of which it tells', async () => {
    const { files } = await captureFiles(['pcaps', 'test/corpus']);
    const decoder = new FrameDecoder(new Counters());
    const packet = new Packet();
    let messages = 0;
    let told = 0;
    for (const { path } of files) {
      await readCapture(path, {
        frame(buf, from, to, time, originalLength, linkType) {
          const found = decoder.decode(packet, buf, from, to, time, originalLength, linkType);
          if (found !== Decoded.Payload) return;
          told += compare(packet.buf, packet.payloadFrom, packet.payloadTo);
          if (fast.count(Header.Via) > 0) messages++;
        },
      });
    }
    assert.ok(messages > 1000 && told > 3 * messages, `${told} of ${messages} messages`);
  });

  test('in torture messages and those of tools, whole and cut', () => {
    for (const { bytes } of [...TORTURE, ...TOOL_MESSAGES]) {
      for (let to = bytes.length; to > 0; to -= 1 + (to >> 5)) compare(bytes, 0, to);
    }
  });

  test('in what costs most, and in mutated messages', () => {
    for (const text of Object.values(WORST_MESSAGES)) compare(texts(text));
    const random = new Random(7);
    const seeds = [...TORTURE, ...TOOL_MESSAGES].map(({ bytes }) => bytes);
    for (let i = 0; i < 3_000; i++) {
      const [one, two] = [seeds[random.below(seeds.length)]!, seeds[random.below(seeds.length)]!];
      compare(mutateText(random, one, two));
    }
  });

  test('in values of any parts, at any place of a buffer', () => {
    const parts = fc.array(
      fc.constantFrom(
        ...['SIP/2.0/UDP ', 'sip/2.0/tcp', 'h.example', '10.0.0.1', ':5060', ':0', ':65535', ':'],
        ...[':65536', ':012345', ';branch=z9hG4bK77asjd', ';rport', ';tag=1', ';', '=', ';x="q"'],
        ...['<sip:', '<sips:', '<tel:', 'SIP:', 'bob', '@', '@h', '>', '<', '"A, B" ', '"q"', '"'],
        ...['A B ', '\\', ',', ' ', '\t', '\r\n ', '?', '?h=v', '[::1]', '*', '%41', '\xe9', '\0'],
        ...[';x="', '";', '[2001:db8::1]', '[::1]:5', ';+sip.instance="<urn:uuid:0-1>"', ';q="";'],
        ...['\r\nX-y:', '\r\nX y:', '\r\nVia: SIP/2.0/UDP h', '\r\nDate: x GMT', '\r\nDate: GM'],
        ...[', nonce="n,1"', ',username="u\\x"', ', username=u', ',  realm="r;"', 'Digest ', ', x'],
        ...['/', ';transport=udp', ';a=b@c', ':pw', '-._', '_', '5', 'x'.repeat(20), ';lr>;tag=b'],
      ),
      { maxLength: 12 },
    );
    const begin = fc.constantFrom(
      ...[
        'SIP/2.0/UDP h',
        'SIP/2.0/UDP h:5060;branch=z9',
        '<sip:a@b',
        '"A" <sip:a@b:5>',
        'A <sip:b>',
      ],
      ...['Digest username="a"', 'Digest nonce=n', 'Digest realm="r", username="b"', 'Basic'],
      ...['<sip:a@b>;tag=1', '<sip:a@b;lr', 'sip:a', 'sip:a@b;x', 'sip:a@h:5060', ''],
    );
    const value = fc.tuple(begin, parts).map(([first, rest]) => `${first}${rest.join('')}`);
    const line = fc.tuple(fc.constantFrom(...NAMES), value);
    const message = fc.tuple(fc.oneof(value, fc.constant('sip:a@b')), fc.array(line), fc.nat(20));
    const property = fc.property(message, ([uri, lines, margin]) => {
      const fields = lines.flatMap(([name, of]) => [name, of, '\r\n']);
      const bytes = texts('INVITE ', uri, ' SIP/2.0\r\n', ...fields, '\r\n');
      const within = Buffer.concat([Buffer.alloc(margin, '@'), bytes, Buffer.alloc(20, '>')]);
      compare(within, margin, margin + bytes.length);
    });
    fc.assert(property, { numRuns: 3_000 });
  });

  test('which forms are ordinary', () => {
    assert.ok(isTold('Via: SIP/2.0/UDP h:5060;branch=z9;rport', Header.Via));
    assert.ok(isTold('v:sip/2.0/x-Y 10.0.0.1', Header.Via));
    assert.ok(isTold('From: "A, B"\t<SIP:a;p@b:5;lr?>;tag=1'.replace('?', ''), Header.From));
    assert.ok(isTold('To: A B <sip:b>', Header.To));
    assert.ok(isTold('Via: SIP/2.0/UDP [::1]:5060;received=[::1]', Header.Via));
    assert.ok(isTold('To: <sip:[2001:DB8::192.0.2.1]>;x="a, b;";y=""', Header.To));
    assert.ok(isTold('m: <sip:a@b>;q=0.5;+sip.instance=x', Header.Contact));
    assert.ok(isTold('Authorization: Digest a="b, c",d=e,  f', Header.Authorization));
    assert.ok(isTold('Proxy-Authorization: Digest a=b', Header.ProxyAuthorization));
    assert.ok(isTold('WWW-Authenticate: x a=b==', Header.WwwAuthenticate));
    const others: [string, Header][] = [
      ['Authorization: Digest', Header.Authorization],
      ['Authorization: Digest a="b" , c=d', Header.Authorization],
      ['Authorization: Digest a=b,', Header.Authorization],
      ['Authorization: Digest a="DOMAIN\\b"', Header.Authorization],
      ['WWW-Authenticate: Digest a=b;c', Header.WwwAuthenticate],
      ['Via: SIP/2.0/UDP h, SIP/2.0/UDP i', Header.Via],
      ['Via: SIP/2.0/UDP [::1', Header.Via],
      ['Via: SIP/2.0/UDP [fe80::1%25eth0]', Header.Via],
      ['Via: SIP / 2.0 / UDP h', Header.Via],
      ['Via: SIP/2.0/UDP h:65536', Header.Via],
      ['Via: SIP/2.0/UDP h;branch=', Header.Via],
      ['From: sip:a@b;tag=1', Header.From],
      ['From: "A\\"" <sip:a@b>', Header.From],
      ['From: <sip:a:secret@b>', Header.From],
      ['From: <sips:a@b>', Header.From],
      ['From: <sip:@b>', Header.From],
      ['From: <sip:a@b> ;tag=1', Header.From],
      ['From: <sip:a@b>;x="1', Header.From],
      ['From: <sip:a@b>;x="1"2', Header.From],
      ['From: <sip:a@b>;x="1\\"', Header.From],
      ['Contact: *', Header.Contact],
      ['Contact: <sip:a@b>, <sip:c@d>', Header.Contact],
    ];
    for (const [line, id] of others) assert.equal(isTold(line, id), false, line);
  });

  test('fields are sound where the check has nothing against them', () => {
    const isSound = (line: string) => {
      compare(texts('INVITE sip:a@b SIP/2.0\r\n', line, '\r\n\r\n'));
      return fast.hasSoundFields;
    };
    for (const line of [
      'X-y: 1',
      'Date: now GMT',
      'Date:gmt',
      'Via: SIP/2.0/UDP a\r\nv: SIP/2.0/UDP b',
    ]) {
      assert.ok(isSound(line), line);
    }
    for (const line of ['X y: 1', ': 1', 'X\0: 1', 'Date: now CET', 'Date: mt', 'Date:']) {
      assert.equal(isSound(line), false, line);
    }
    assert.equal(isSound('Via: SIP/2.0/UDP a\r\nv: SIP/2.0/UDP'), false);
  });

  test('as many parameters as are read of a list, and no more', () => {
    assert.ok(isTold(`To: <sip:b>${';a=1'.repeat(MAX_PARAMS)}`, Header.To));
    assert.equal(isTold(`To: <sip:b>${';a=1'.repeat(MAX_PARAMS + 1)}`, Header.To), false);
    const pairs = (count: number) => `Authorization: Digest ${'a=1,'.repeat(count)}b`;
    assert.ok(isTold(pairs(MAX_PARAMS - 1), Header.Authorization));
    assert.equal(isTold(pairs(MAX_PARAMS), Header.Authorization), false);
  });
});
