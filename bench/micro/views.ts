/** What reading the values of a SIP message costs. */
import { InternedText } from '../../src/sip/interned-text.js';
import { SipMessage } from '../../src/sip/message.js';
import { measure } from './measure.js';

function interning(): void {
  for (const [name, of] of [
    ['5 bytes', (i: number) => `${10_000 + i}`],
    ['14 bytes', (i: number) => `10.${100 + (i >> 8)}.${i & 255}.2000`.slice(0, 14)],
    ['32 bytes', (i: number) => `z9hG4bK-524287-1---${1e12 + i}`.slice(0, 32)],
  ] as const) {
    const texts = Array.from({ length: 512 }, (_, i) => Buffer.from(of(i)));
    const many = Array.from({ length: 65_536 }, (_, i) => Buffer.from(of(i)));
    const interned = new InternedText(11);
    measure(`text of ${name}: decoded`, (i) => {
      const buf = texts[i & 511]!;
      return buf.toString('latin1', 0, buf.length).length;
    });
    measure(`text of ${name}: interned`, (i) => {
      const buf = texts[i & 511]!;
      return interned.of(buf, 0, buf.length).length;
    });
    measure(`text of ${name}: interned, seldom the same`, (i) => {
      const buf = many[i & 65_535]!;
      return interned.of(buf, 0, buf.length).length;
    });
  }
}

const HEAD = [
  'Via: SIP/2.0/UDP 192.168.100.23:5060;rport;branch=z9hG4bKt48213',
  'Max-Forwards: 70',
  'From: "Reception" <sip:2041@pbx.example.com>;tag=t412',
  'To: <sip:2041@pbx.example.com>;tag=as5f2b1c',
  'Call-ID: r41.2@192.168.100.23',
  'Contact: <sip:2041@192.168.100.23:5060;transport=udp>;expires=3600',
  'User-Agent: Yealink SIP-T46S 66.85.0.5',
].join('\r\n');
const REGISTER = Buffer.from(
  `REGISTER sip:pbx.example.com SIP/2.0\r\n${HEAD}\r\nCSeq: 2 REGISTER
Authorization: Digest username="2041", realm="example", nonce="n41.2", uri="sip:203.0.113.5", response="0123456789abcdef0123456789abcdef"
Content-Length: 0\r\n\r\n`.replace(/\r?\n/g, '\r\n'),
);

/** What the rooms ask of one message, each for itself. */
function askedOften(m: SipMessage): number {
  let sum = 0;
  for (let i = 0; i < 3; i++) {
    sum += (m.fromHeader.tag()?.length ?? 0) + (m.toHeader.tag()?.length ?? 0);
    sum += (m.via.branch()?.length ?? 0) + (m.toHeader.uri.user()?.length ?? 0);
  }
  sum += (m.ruri.user()?.length ?? 0) + (m.fromHeader.uri.user()?.length ?? 0);
  return sum + (m.contact.uri.host()?.length ?? 0) + (m.credentials.username()?.length ?? 0);
}

function message(): void {
  const m = new SipMessage();
  const { length } = REGISTER;
  // All of it once, so that no measurement meets code that is still being compiled.
  for (let i = 0; i < 200_000; i++) {
    m.reset(REGISTER, 0, length);
    if (i % 2 === 0) m.check();
    askedOften(m);
    m.contactAt(0);
  }
  measure('reset', () => m.reset(REGISTER, 0, length));
  measure('reset, check', () => m.reset(REGISTER, 0, length) + m.check());
  measure('reset, tag() of From', () => {
    m.reset(REGISTER, 0, length);
    return m.fromHeader.tag()!.length;
  });
  measure('reset, user() of To', () => {
    m.reset(REGISTER, 0, length);
    return m.toHeader.uri.user()!.length;
  });
  measure('reset, branch()', () => {
    m.reset(REGISTER, 0, length);
    return m.via.branch()!.length;
  });
  measure('reset, contactAt(0)', () => {
    m.reset(REGISTER, 0, length);
    return m.contactAt(0)!.to;
  });
  measure('reset, user name of the credentials', () => {
    m.reset(REGISTER, 0, length);
    return m.credentials.username()!.length;
  });
  measure('reset, check, and 16 questions', () => {
    m.reset(REGISTER, 0, length);
    return m.check() + askedOften(m);
  });
}

interning();
message();
