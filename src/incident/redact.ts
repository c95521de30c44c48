import type { StructuredMessage } from '../sip/structured.js';
import { printable } from './printable.js';

/** Of credentials, what tells who logs in where; the rest helps nobody but a thief. */
const SHOWN_CREDENTIALS = new Set([
  'scheme',
  'username',
  'realm',
  'nonce',
  'uri',
  'algorithm',
  'qop',
  'nc',
  'opaque',
]);
const SECRET_PARAMETERS = new Set(['response', 'cnonce', 'nextnonce', 'rspauth', 'password']);
const DEPTH_LIMIT = 8;
const VALUE_LIMIT = 512;
const REDACTED = '[redacted]';
const URI_PASSWORD = /\b(sips?:[^:]*):.*$/is;
/** Shorter hex holds no user and password. */
const SHORTEST_HEX = 12;

/**
 * A parsed message made fit for an alert: secret parts of credentials are taken out, and so are
 * tags in which a cracking tool carries the password it tries (hex of `user:password`, the byte 1
 * and a number); all text is capped and printable.
 */
export function redactMessage(message: StructuredMessage): unknown {
  return redact(message, '', 0);
}

/** Takes the passwords out of the URIs in a text of any length. */
export function withoutUriPasswords(text: string): string {
  if (!text.includes('@')) return text;
  // What stands before an @, up to the white space or bracket before it. One expression for all of
  // it would look at each byte once for each `sip:` before it.
  const pieces = text.split('@').map((piece, i, { length }) => {
    if (i === length - 1) return piece;
    const from = piece.length - piece.split(/[\s<>]/).at(-1)!.length;
    return piece.slice(0, from) + piece.slice(from).replace(URI_PASSWORD, `$1:${REDACTED}`);
  });
  return pieces.join('@');
}

/** A single text of the wire, treated likewise. */
export function redactText(text: string, limit = VALUE_LIMIT): string {
  // Most texts are words, and none of what follows finds anything in one.
  if (text.length < SHORTEST_HEX && !/[=:\s]/.test(text)) return printable(text, limit);
  const named = text
    .replace(
      /\b(response|cnonce|rspauth)\s*=\s*("(?:[^"\\]|\\.)*"?|[^\s,;]*)/gi,
      `$1="${REDACTED}"`,
    )
    .replace(/\b(basic|bearer)(\s+)[^\s,;]+/gi, `$1$2${REDACTED}`);
  const clean = withoutUriPasswords(named).replace(/[0-9a-fA-F]{12,}/g, (hex) =>
    holdsPassword(hex) || holdsPassword(hex.slice(1)) ? '[redacted: holds a password guess]' : hex,
  );
  return printable(clean, limit);
}

function redact(value: unknown, key: string, depth: number): unknown {
  if (depth > DEPTH_LIMIT) return '[too deep]';
  if (SECRET_PARAMETERS.has(key.toLowerCase())) return REDACTED;
  if (holdsCredentials(key)) return redactCredentials(value);
  if (typeof value === 'string') return redactText(value);
  if (Array.isArray(value)) return value.map((item) => redact(item, '', depth + 1));
  if (value !== null && typeof value === 'object') {
    const entries = Object.entries(value).map(([name, part]) => [
      redactText(name, 64),
      redact(part, name, depth + 1),
    ]);
    return Object.fromEntries(entries);
  }
  return value;
}

/** Credentials may hold anything anywhere (`Basic` is all secret), so what is shown is listed. */
function redactCredentials(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(redactCredentials);
  if (value === null || typeof value !== 'object') return REDACTED;
  const entries = Object.entries(value).map(([name, part]): [string, unknown] => {
    const known = name.toLowerCase();
    if (known === 'username' && typeof part === 'string') return [name, accountText(part)];
    if (SHOWN_CREDENTIALS.has(known)) return [name, redact(part, '', 1)];
    return [SECRET_PARAMETERS.has(known) ? name : 'other', REDACTED];
  });
  return Object.fromEntries(entries);
}

/**
 * An account name as it may be shown. Digest user names and URIs have been seen to carry the
 * password behind a colon.
 */
export function accountText(name: string): string {
  const colon = name.indexOf(':');
  return redactText(colon === -1 ? name : `${name.slice(0, colon)}:${REDACTED}`);
}

/** The value of a fact; one called an account or a login is shown as such. */
export function factText(name: string, value: string): string {
  return /^(account|login|user)(_?name)?$/i.test(name)
    ? accountText(value)
    : redactText(value, 256);
}

/** Authorization, Proxy-Authorization, and whatever else calls itself so. */
function holdsCredentials(header: string): boolean {
  return /authorization$/i.test(header);
}

/**
 * `user:password` in hex, as SIPVicious writes its tags (then the byte 1 and a number), or any
 * other printable text with a colon: an identifier made of random bytes is hardly ever that.
 */
function holdsPassword(hex: string): boolean {
  const text = Buffer.from(hex.slice(0, hex.length - (hex.length % 2)), 'hex').toString('latin1');
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the tool's own separator
  return /:[^\x01]*\x01\d/.test(text) || /^[ -~]+:[ -~]+$/.test(text);
}
