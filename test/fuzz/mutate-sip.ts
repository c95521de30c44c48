import { BYTE_MUTATORS, type ByteMutator, grow } from './mutate-bytes.js';
import { LONGEST } from './piece.js';
import type { Random } from './random.js';

/** What SIP gives a meaning to, and what is wrong in the place where it is put. */
const TOKENS = [
  '\r\n',
  '\n',
  '\r',
  '\r\n ',
  '\r\n\t',
  '\n ',
  '\r\n\r\n',
  ' ',
  '\t',
  '"',
  '\\',
  '\\"',
  '<',
  '>',
  ';',
  ',',
  ':',
  '@',
  '=',
  '?',
  '&',
  '%00',
  '%0d%0a',
  '\0',
  '\x1b[2J',
  '\x7f',
  '\xff',
  '\xc3\xa9',
  '\xe2\x80\xae',
  '\xed\xa0\x80',
  '\xf0\x9f\x98\x80',
  '[',
  ']',
  '[::1]',
  '*',
  'SIP/2.0',
  'sip:',
  'sips:',
  'tel:+1',
  'SIP/2.0/UDP a;branch=z9hG4bKx',
  ';tag=1',
  ';lr',
  ';received=1.2.3.4',
  ';rport',
  '-1',
  '0',
  '4294967295',
  '4294967296',
  '99999999999999999999999',
  '__proto__',
  'constructor',
  'toString',
  'Digest ',
  'username="a:b"',
  'response="',
  'nonce="",',
  '%s%n',
  '$\x7bjndi:ldap://a/}',
  '() { :;}',
];

const HEADER_NAMES = [
  'Via',
  'v',
  'From',
  'f',
  'To',
  't',
  'Call-ID',
  'i',
  'CSeq',
  'Contact',
  'm',
  'Content-Length',
  'l',
  'Content-Type',
  'c',
  'Max-Forwards',
  'Expires',
  'Route',
  'Record-Route',
  'User-Agent',
  'Server',
  'Authorization',
  'Proxy-Authorization',
  'WWW-Authenticate',
  'Proxy-Authenticate',
  'Supported',
  'k',
  'Allow',
  'Accept',
  'Subject',
  's',
  'Event',
  'o',
  'Refer-To',
  'r',
  'Date',
  'X-Other',
];

const METHODS = 'INVITE ACK BYE CANCEL OPTIONS REGISTER SUBSCRIBE NOTIFY MESSAGE PRACK X'.split(
  ' ',
);

/** A word of SIP is put in somewhere. */
function insertToken(random: Random, bytes: Buffer): Buffer {
  const at = random.below(bytes.length + 1);
  const token = Buffer.from(random.pick(TOKENS), 'latin1');
  const times = random.chance(0.1) ? 1 + random.small(2048) : 1;
  return put(bytes, at, at, Buffer.alloc(token.length * times, token));
}

/** A word takes the place of what stands between two marks. */
function replaceWord(random: Random, bytes: Buffer): Buffer {
  const [from, to] = wordIn(random, bytes);
  const token = random.chance(0.2) ? random.pick(METHODS) : random.pick(TOKENS);
  return put(bytes, from, to, Buffer.from(token, 'latin1'));
}

/** A word comes again, up to the size of the longest datagram. */
function repeatWord(random: Random, bytes: Buffer): Buffer {
  const [from, to] = wordIn(random, bytes);
  const word = bytes.subarray(from, Math.min(to + 1, bytes.length));
  const room = LONGEST - bytes.length;
  if (word.length === 0 || room <= 0) return bytes;
  const wanted = random.chance(0.02) ? room : random.small(512) * word.length;
  return put(bytes, to, to, Buffer.alloc(Math.min(wanted, room), word));
}

function duplicateLine(random: Random, bytes: Buffer): Buffer {
  const [from, to] = lineIn(random, bytes);
  const line = bytes.subarray(from, to);
  const room = LONGEST - bytes.length;
  if (line.length === 0 || room <= 0) return bytes;
  const most = Math.floor(room / line.length);
  const times = Math.min(most, random.chance(0.02) ? most : 1 + random.small(300));
  return put(bytes, to, to, Buffer.alloc(line.length * times, line));
}

function removeLine(random: Random, bytes: Buffer): Buffer {
  const [from, to] = lineIn(random, bytes);
  return put(bytes, from, to, Buffer.alloc(0));
}

/** A line of another message, at the beginning of a line. */
function graftLine(random: Random, bytes: Buffer, other: Buffer): Buffer {
  const [from, to] = lineIn(random, other);
  const [at] = lineIn(random, bytes);
  return put(bytes, at, at, other.subarray(from, to));
}

/** The name of a header field becomes another one, its value stays. */
function renameHeader(random: Random, bytes: Buffer): Buffer {
  const [from, to] = lineIn(random, bytes);
  const colon = bytes.indexOf(58, from);
  const end = colon === -1 || colon > to ? from : colon;
  return put(bytes, from, end, Buffer.from(random.pick(HEADER_NAMES)));
}

/** Line ends of another kind, all or one of them. */
function otherLineEnds(random: Random, bytes: Buffer): Buffer {
  const end = random.pick(['\n', '\r', '\r\n', '\r\r\n', '\n\r', '\r\n ', '\0\r\n', '\r\n\t\t']);
  const text = bytes.toString('latin1');
  const changed = random.chance(0.5) ? text.replaceAll('\r\n', end) : text.replace('\r\n', end);
  return Buffer.from(changed, 'latin1').subarray(0, LONGEST);
}

/** White space becomes a fold, or a run of white space. */
function fold(random: Random, bytes: Buffer): Buffer {
  const at = bytes.indexOf(32, random.below(bytes.length + 1));
  if (at === -1) return bytes;
  const space = random.pick(['\r\n ', '\n\t', '  ', '\t', '', ' \r\n \r\n ', '\r\n']);
  const piece = Buffer.from(space);
  return put(bytes, at, at + 1, Buffer.alloc(piece.length * (1 + random.small(256)), piece));
}

/** The body is said to have another length (RFC 3261 §20.14). */
function otherContentLength(random: Random, bytes: Buffer): Buffer {
  const text = bytes.toString('latin1');
  const match = /^(?:content-length|l)[ \t]*:[ \t]*/im.exec(text);
  if (match === null) {
    const line = Buffer.from(`Content-Length: ${random.below(70_000)}\r\n`);
    const [at] = lineIn(random, bytes);
    return put(bytes, at, at, line);
  }
  const from = match.index + match[0].length;
  const digits = /^-?\d*/.exec(text.slice(from, from + 30))![0];
  const value = random.pick([
    String(Number(digits) + random.between(-4, 4)),
    String(random.below(70_000)),
    '-1',
    '4294967296',
    '999999999999999999999',
    '0x10',
    '',
    `${digits}, ${digits}`,
  ]);
  return put(bytes, from, from + digits.length, Buffer.from(value));
}

export const SIP_MUTATORS: readonly ByteMutator[] = [
  insertToken,
  insertToken,
  replaceWord,
  replaceWord,
  repeatWord,
  duplicateLine,
  removeLine,
  graftLine,
  graftLine,
  renameHeader,
  otherLineEnds,
  fold,
  otherContentLength,
];

/** One to a few changes, mostly to what SIP means, sometimes to any bytes. */
export function mutateText(random: Random, bytes: Buffer, other: Buffer): Buffer {
  let changed = bytes;
  for (let left = 1 + random.small(6); left > 0; left--) {
    const mutators = random.chance(0.7) ? SIP_MUTATORS : BYTE_MUTATORS;
    changed = random.pick(mutators)(random, changed, other);
  }
  if (random.chance(0.01)) changed = grow(random, changed);
  return changed.length > LONGEST ? changed.subarray(0, LONGEST) : changed;
}

function put(bytes: Buffer, from: number, to: number, piece: Uint8Array): Buffer {
  return Buffer.concat([bytes.subarray(0, from), piece, bytes.subarray(to)]).subarray(0, LONGEST);
}

/** A line with its end. */
function lineIn(random: Random, bytes: Buffer): [from: number, to: number] {
  const somewhere = random.below(bytes.length + 1);
  const from = somewhere === 0 ? 0 : bytes.lastIndexOf(10, somewhere - 1) + 1;
  const feed = bytes.indexOf(10, from);
  return [from, feed === -1 ? bytes.length : feed + 1];
}

/** What stands between two bytes that are no letter, digit or dot. */
function wordIn(random: Random, bytes: Buffer): [from: number, to: number] {
  let from = random.below(bytes.length + 1);
  let to = from;
  while (from > 0 && isWordByte(bytes[from - 1]!)) from--;
  while (to < bytes.length && isWordByte(bytes[to]!)) to++;
  return [from, to];
}

function isWordByte(byte: number): boolean {
  const folded = byte | 32;
  return (folded >= 97 && folded <= 122) || (byte >= 45 && byte <= 57 && byte !== 47);
}
