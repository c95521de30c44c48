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

/** The beginning of a TLS stream as far as it is looked at: record header and handshake type. */
export const TLS_BEGIN = 6;
export const Tls = { None: 0, Client: 1, Server: 2, Middle: 3 } as const;
export type Tls = (typeof Tls)[keyof typeof Tls];

/** Whether a stream that begins with this byte may be TLS. */
export function mayBeTls(byte: number): boolean {
  return byte >= CHANGE_CIPHER_SPEC && byte <= APPLICATION_DATA;
}

/** What `TLS_BEGIN` bytes say; `Middle` are records of a connection that was joined later. */
export function tlsBegin(buf: Buffer, from: number): Tls {
  if (!mayBeTls(buf[from]) || buf[from + 1] !== MAJOR || buf[from + 2] > LATEST_MINOR) {
    return Tls.None;
  }
  if (buf[from] !== HANDSHAKE) return Tls.Middle;
  if (buf[from + 5] === CLIENT_HELLO) return Tls.Client;
  return buf[from + 5] === SERVER_HELLO ? Tls.Server : Tls.None;
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
