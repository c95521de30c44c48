/** The bytes SIP gives a meaning to (RFC 3261 §25.1), and tests over them. */
export const LF = 10;
export const CR = 13;
export const SP = 32;
export const QUOTE = 34;
export const STAR = 42;
export const COMMA = 44;
export const SLASH = 47;
export const COLON = 58;
export const SEMICOLON = 59;
export const LESS = 60;
export const EQUALS = 61;
export const GREATER = 62;
export const QUESTION = 63;
export const AT = 64;
export const LEFT_BRACKET = 91;
export const BACKSLASH = 92;
export const RIGHT_BRACKET = 93;

const TOKEN = 1;
const DIGIT = 2;
const ALPHA = 4;
const BLANK = 8;
const LWS = 16;
const HOST = 32;
const NOT_IN_URI = 64;

/** The bits above, by byte. */
export const BYTE_CLASSES = new Uint8Array(256);
/** Every byte with A-Z as a-z: header names, schemes and parameter names fold ASCII only. */
export const FOLD = new Uint8Array(256);

function mark(bytes: string, bits: number): void {
  for (let i = 0; i < bytes.length; i++) BYTE_CLASSES[bytes.charCodeAt(i)] |= bits;
}
for (let byte = 0; byte < 256; byte++) FOLD[byte] = byte >= 65 && byte <= 90 ? byte | 32 : byte;
mark('0123456789', DIGIT | TOKEN | HOST);
mark('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz', ALPHA | TOKEN | HOST);
mark("-.!%*_+`'~", TOKEN);
// The underscore is not RFC 3261 `hostname`, but deployed names have it.
mark('-._', HOST);
mark(' \t', BLANK | LWS);
mark('\r\n', LWS);
mark(' \t\r\n<>"', NOT_IN_URI);

export function isToken(byte: number): boolean {
  return (BYTE_CLASSES[byte] & TOKEN) !== 0;
}

export function isDigit(byte: number): boolean {
  return (BYTE_CLASSES[byte] & DIGIT) !== 0;
}

export function isAlpha(byte: number): boolean {
  return (BYTE_CLASSES[byte] & ALPHA) !== 0;
}

/** Space or tab. */
export function isBlank(byte: number): boolean {
  return (BYTE_CLASSES[byte] & BLANK) !== 0;
}

/** Space, tab, or a byte of a line fold: inside a header value all of them are one space. */
export function isLws(byte: number): boolean {
  return (BYTE_CLASSES[byte] & LWS) !== 0;
}

/** White space, '<', '>' or '"': RFC 3261 §25.1 has them nowhere in a URI. */
export function isForbiddenInUri(byte: number): boolean {
  return (BYTE_CLASSES[byte] & NOT_IN_URI) !== 0;
}

/** Letters, digits, '-', '.' and '_'. */
export function isHostByte(byte: number): boolean {
  return (BYTE_CLASSES[byte] & HOST) !== 0;
}

/** The first position at or after `from` that is not linear white space, at most `to`. */
export function skipLws(buf: Buffer, from: number, to: number): number {
  let at = from;
  while (at < to && isLws(buf[at])) at++;
  return at;
}

/** `to`, moved back over linear white space, at least `from`. */
export function trimLws(buf: Buffer, from: number, to: number): number {
  let end = to;
  while (end > from && isLws(buf[end - 1])) end--;
  return end;
}

/** The first `byte` in `[from, to)`, or `to`: Buffer.indexOf would search on past the end. */
export function seek(buf: Buffer, byte: number, from: number, to: number): number {
  let at = from;
  while (at < to && buf[at] !== byte) at++;
  return at;
}

/** After the closing quote of the string whose opening quote is at `from`, or -1 if it never ends. */
export function afterQuoted(buf: Buffer, from: number, to: number): number {
  let at = from + 1;
  while (at < to) {
    const byte = buf[at];
    if (byte === QUOTE) return at + 1;
    at += byte === BACKSLASH ? 2 : 1;
  }
  return -1;
}

/** Whether the bytes are `name` (given in lower case), without regard to ASCII case. */
export function equalsFold(buf: Buffer, from: number, to: number, name: string): boolean {
  if (to - from !== name.length) return false;
  for (let i = 0; i < name.length; i++) {
    if (FOLD[buf[from + i]] !== name.charCodeAt(i)) return false;
  }
  return true;
}

/**
 * Decimal digits as a number: -1 for nothing or any other byte. Stops growing at the largest exact
 * integer, so that a hundred digits stay a number that is plainly out of range (RFC 4475 §3.1.2.4).
 */
export function readNumber(buf: Buffer, from: number, to: number): number {
  if (from >= to) return -1;
  let value = 0;
  for (let at = from; at < to; at++) {
    if (!isDigit(buf[at])) return -1;
    value = Math.min(value * 10 + (buf[at] - 48), Number.MAX_SAFE_INTEGER);
  }
  return value;
}
