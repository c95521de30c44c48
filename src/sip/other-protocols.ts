import { CR, equalsFold, isBlank, LF } from './characters.js';

/** What a line that is no SIP start line may say about its stream. */
export const Other = { Unknown: 0, Http: 1, Foreign: 2 } as const;
export type Other = (typeof Other)[keyof typeof Other];

/** TLS record types, version and handshake types (RFC 8446 §5.1, §4). */
const CHANGE_CIPHER_SPEC = 20;
const HANDSHAKE = 22;
const APPLICATION_DATA = 23;
const CLIENT_HELLO = 1;
const SERVER_HELLO = 2;
const MAJOR = 3;
const LATEST_MINOR = 4;

/** RFC 5246 §6.2.3: no record is longer. */
const MAX_RECORD = 16_384 + 2048;
/** A hello is no shorter: version, random, and the shortest of each list (RFC 5246 §7.4.1). */
const SHORTEST_HELLO = 38;
/** Of the handshake message in its record: type and length. */
const HANDSHAKE_HEADER = 4;

/** The beginning of a TLS stream as far as it is looked at: record header and that of a handshake. */
export const TLS_BEGIN = 9;
export const Tls = { Client: 1, Server: 2, Middle: 3 } as const;
export type Tls = (typeof Tls)[keyof typeof Tls];

/** Whether a stream that begins with this byte may be TLS. */
export function mayBeTls(byte: number): boolean {
  return byte >= CHANGE_CIPHER_SPEC && byte <= APPLICATION_DATA;
}

/** How many of these bytes, at most `TLS_BEGIN`, may be the beginning of a TLS stream. */
export function tlsPrefix(buf: Buffer, from: number, to: number): number {
  const end = Math.min(to - from, TLS_BEGIN);
  let length = 0;
  while (length < end && mayStandInTls(buf, from, length)) length++;
  return length;
}

/** Whether the byte at this place of a TLS stream may be that, after those before it. */
function mayStandInTls(buf: Buffer, from: number, place: number): boolean {
  const byte = buf[from + place];
  if (place === 0) return mayBeTls(byte);
  if (place === 1) return byte === MAJOR;
  if (place === 2) return byte <= LATEST_MINOR;
  if (place === 3) return byte <= MAX_RECORD >> 8;
  if (place === 4) return isRecordLength(buf.readUInt16BE(from + 3));
  if (buf[from] !== HANDSHAKE) return true;
  if (place === 5) return byte === CLIENT_HELLO || byte === SERVER_HELLO;
  if (place === 6) return byte === 0;
  if (place === 7) return byte <= MAX_RECORD >> 8;
  const length = buf.readUInt16BE(from + 7);
  return length >= SHORTEST_HELLO && length + HANDSHAKE_HEADER <= buf.readUInt16BE(from + 3);
}

function isRecordLength(length: number): boolean {
  return length > 0 && length <= MAX_RECORD;
}

/** What `TLS_BEGIN` such bytes say; `Middle` are records of a connection that was joined later. */
export function tlsBegin(buf: Buffer, from: number): Tls {
  if (buf[from] !== HANDSHAKE) return Tls.Middle;
  return buf[from + 5] === CLIENT_HELLO ? Tls.Client : Tls.Server;
}

/**
 * What the first line of a stream says about it. HTTP can be framed, and may turn into WebSocket
 * or be followed by SIP (one server can speak both on one port); the others are not followed: what
 * they carry may quote SIP.
 */
export function protocolOf(buf: Buffer, from: number, to: number): Other {
  const end = textEnd(buf, from, to);
  let word = end;
  while (word > from && !isBlank(buf[word - 1])) word--;
  if (begins(buf, from, end, 'http/1.') || begins(buf, word, end, 'http/1.')) return Other.Http;
  if (begins(buf, word, end, 'http/') || begins(buf, word, end, 'rtsp/')) return Other.Foreign;
  if (begins(buf, from, end, 'rtsp/') || begins(buf, from, end, 'ssh-')) return Other.Foreign;
  return begins(buf, from, end, 'msrp ') ? Other.Foreign : Other.Unknown;
}

function textEnd(buf: Buffer, from: number, to: number): number {
  let end = to;
  while (end > from && (buf[end - 1] === LF || buf[end - 1] === CR || isBlank(buf[end - 1]))) end--;
  return end;
}

function begins(buf: Buffer, from: number, to: number, text: string): boolean {
  return equalsFold(buf, from, Math.min(to, from + text.length), text);
}
