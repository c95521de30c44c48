import { LONGEST } from './piece.js';

/** Room for a message in the longest datagram, with some for headers. */
const ROOM = LONGEST - 100;
/** A header value is read up to here. */
const VALUE = 8192;

const REQUEST = 'INVITE sip:a@b SIP/2.0\r\n';
const NEEDED = `Via: SIP/2.0/UDP 198.51.100.7:5060;branch=z9hG4bKabc\r\nFrom: <sip:100@203.0.113.5>;tag=1\r\nTo: <sip:100@203.0.113.5>\r\nCall-ID: abc\r\nCSeq: 1 INVITE\r\n`;
const SCANNER = 'User-Agent: friendly-scanner\r\n';
/** What several signatures look for, so that one message makes several findings. */
const ACCUSED = `REGISTER sip:1.1.1.1 SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.1.1:5060;branch=z9hG4bK-1234567890;rport\r\nFrom: "sipvicious"<sip:100@1.1.1.1>;tag=3130303a70770131323334353637383930\r\nTo: "sipvicious"<sip:100@1.1.1.1>\r\nCall-ID: 123456789012345678901234\r\nCSeq: 1 INVITE\r\nCSeq: 1 REGISTER\r\nContact: sip:100@127.0.1.1:5060\r\nContent-Length: -1\r\n${SCANNER}Max-Forwards: 70\r\nSubject: %n%n%n%s () { :;}; \${jndi:ldap://a} <script>alert(1)</script>\r\nExpires: 99999999999\r\n`;

const DIGEST =
  'Authorization: Digest username="a",realm="b",nonce="c",response="d",uri="sip:203.0.113.5"\r\n';

function fill(piece: string, room = ROOM): string {
  return piece.repeat(Math.floor((room - 600) / piece.length));
}

/** A list as long as a header value is read, in as many lines as there is room for. */
function lists(name: string, begin: string, item: string): string {
  const line = `${name}: ${begin}${item.repeat(Math.floor((VALUE - begin.length) / item.length))}\r\n`;
  return `${REQUEST}${NEEDED}${line.repeat(7)}\r\n`;
}

/** The same within what is kept of a message for its evidence. */
function evidence(line: string): string {
  return `${ACCUSED}${line.repeat(Math.floor((4096 - ACCUSED.length) / line.length))}\r\n`;
}

/** Texts that are as bad as one can think of for some part of what reads messages. */
export const WORST_MESSAGES: Readonly<Record<string, string>> = {
  'a body of one byte': `${REQUEST}${NEEDED}\r\n${fill('x')}`,
  'a body of UTF-8': `${REQUEST}${NEEDED}${SCANNER}\r\n${fill('\xc3\xa9')}`,
  'a body of short SDP lines': `${REQUEST}${NEEDED}c: application/sdp\r\n\r\n${fill('v=\n')}`,
  'a body of one SDP line of words': `${REQUEST}${NEEDED}\r\nv=0\r\no=${fill('a ')}`,
  'a body of line ends': `${REQUEST}${NEEDED}\r\n${fill('\n')}`,
  'headers of 200 bytes': `${REQUEST}${NEEDED}${fill(`X: ${'y'.repeat(200)}\r\n`)}\r\n`,
  'names of 240 bytes': `${REQUEST}${NEEDED}${fill(`${'Z'.repeat(240)}: y\r\n`)}\r\n`,
  'headers of two bytes': `${REQUEST}${fill('a:\r\n')}`,
  'lines without a colon': `${REQUEST}${fill('a\r\n')}`,
  'Via in short lines': `${REQUEST}${fill('v: SIP/2.0/UDP h;branch=z9hG4bKx\r\n')}\r\n`,
  'Via in long lists': lists('Via', '', 'SIP/2.0/UDP h;b=z,'),
  'Via in the shortest lists': lists('v', '', 'SIP/2.0/A b,'),
  'Via of parameters': lists('Via', 'SIP/2.0/UDP a', ';a=b'),
  'Via of commas': lists('Via', '', ','),
  'Contact of commas': lists('Contact', '', ','),
  'Contact of quotes': lists('Contact', '', '"'),
  'Contact of <>': lists('Contact', '', '<>,'),
  'Contact in the shortest lists': lists('m', '', 'a:b,'),
  'Contact of SIP URIs': lists('m', '', 'sip:a,'),
  'Contact of names': lists('m', '', 'a<sip:a>,'),
  'Contact of parameters': lists('m', '<sip:a@b>', ';a=b'),
  'Contact of quoted pairs': lists('m', '"', '\\"'),
  'Authorization in long lists': lists('Authorization', 'Digest ', 'a="b",'),
  'Authorization in short lines': `${REQUEST}${NEEDED}${fill(DIGEST)}\r\n`,
  'Authorization of long names': `${REQUEST}${NEEDED}${fill(`Proxy-Authorization: Digest a=b,username="${'u'.repeat(7000)}"\r\n`)}\r\n`,
  'folds in one header': `${REQUEST}${NEEDED}Subject: a${fill('\r\n b')}\r\n\r\n`,
  'folds in many headers': `${REQUEST}${['Call-ID', 'From', 'To', 'User-Agent', 'Server', 'Subject', 'Contact', 'Via', 'Accept', 'Allow', 'Supported', 'Event', 'Refer-To', 'CSeq'].map((name) => `${name}: a${'\r\n b'.repeat(1000)}`).join('\r\n')}\r\n\r\n`,
  'blanks in many headers': `${REQUEST}${NEEDED}${['User-Agent', 'Server', 'Subject', 'Accept', 'Allow', 'Supported'].map((name) => `${name}: a${' \t'.repeat(4000)}b`).join('\r\n')}\r\n\r\n`,
  'a Request-URI of digits': `INVITE sip:${fill('1')}@b SIP/2.0\r\n${NEEDED}\r\n`,
  'a Request-URI of @': `INVITE sip:${fill('@')}b SIP/2.0\r\n${NEEDED}\r\n`,
  'a Request-URI of parameters': `INVITE sip:a@b${fill(';a=b')} SIP/2.0\r\n${NEEDED}\r\n`,
  'a Request-URI of IPv6': `INVITE sip:a@[${fill('1:')}] SIP/2.0\r\n${NEEDED}\r\n`,
  'a Request-URI of UTF-8': `INVITE sip:${fill('\xc3\xa9')}@b SIP/2.0\r\n${NEEDED}\r\n`,
  'a host of digits and dots': `INVITE sip:a@${fill('1.')} SIP/2.0\r\n${NEEDED}\r\n`,
  'a method of 64 KB': `${fill('A')} sip:a@b SIP/2.0\r\n${NEEDED}\r\n`,
  'a reason of UTF-8': `SIP/2.0 200 ${fill('\xc3\xa9')}\r\n${NEEDED}\r\n`,
  'a tag of hex': `${REQUEST}From: <sip:100@b>;tag=${'3a'.repeat(4000)}\r\n${NEEDED}\r\n`,
  'Content-Length often': `${REQUEST}${NEEDED}${fill('l: 1\r\n')}\r\n`,
  NULs: `${REQUEST}${NEEDED}${fill('\0')}`,
  'carriage returns': `${REQUEST}${NEEDED}${fill('\r')}`,
  'empty lines before it': `${fill('\r\n')}${REQUEST}${NEEDED}\r\n`,
  'evidence of nothing more': `${ACCUSED}\r\n`,
  'evidence of Via': evidence('v: SIP/2.0/UDP a;b=c\r\n'),
  'evidence of Contact': evidence(`m: ${'<sip:a@b>,'.repeat(40)}\r\n`),
  'evidence of the shortest Contacts': evidence(`m: ${'<>,'.repeat(330)}\r\n`),
  'evidence of parameters': evidence(
    `m: <>${Array.from({ length: 300 }, (_, i) => `;${i}`).join('')}\r\n`,
  ),
  'evidence of open credentials': evidence(
    `Authorization: Digest a=b,username="${'u'.repeat(900)}\r\n`,
  ),
  'evidence of words in credentials': evidence(`Proxy-Authenticate: ${'a,'.repeat(500)}\r\n`),
  'evidence of URIs': evidence(`X: ${'sip:'.repeat(250)}@\r\n`),
  'evidence of Route': evidence(`Route: ${'<sip:a@b>,'.repeat(40)}\r\n`),
  'evidence of credentials': evidence(DIGEST),
  'evidence of short credentials': evidence('Authorization: Digest a="b"\r\n'),
  'evidence of hex': evidence(`X: ${'abcdef0123456'.repeat(30)}\r\n`),
  'evidence of secrets': evidence(`X: ${'response="sip:a:b@basic c '.repeat(12)}\r\n`),
  'evidence of blanks': evidence(`X: ${' \t'.repeat(200)}a\r\n`),
  'evidence of UTF-8': evidence(`Subject: ${'\xe2\x80\xae'.repeat(120)}\r\n`),
  'evidence of names': evidence('__proto__: a\r\nconstructor: b\r\n'),
};
