const DOT = 0x2e;
const COLON = 0x3a;
const ZERO = 0x30;
const OPEN = 0x5b;
const CLOSE = 0x5d;
const LETTER_A = 0x61;
/** Above all addresses of IPv4. */
const NO_ADDRESS = 2 ** 32;
/** Where the bytes of an IPv6 address are put together. */
const bytes = Buffer.alloc(16);
/** Texts of IPv4 addresses that were asked for lately, a power of two of them: see `quadText`. */
const RECENT = 1024;
const recent = new Float64Array(RECENT).fill(NO_ADDRESS);
const recentTexts = new Array<string>(RECENT).fill('');
/** The same of networks. */
const RECENT_NETWORKS = 256;
const recentNetworks = new Float64Array(RECENT_NETWORKS).fill(NO_ADDRESS);
const recentNetworkTexts = new Array<string>(RECENT_NETWORKS).fill('');

/**
 * An IP address as a table key: an IPv4 address is its 32 bits as an unsigned number, an IPv6
 * address its 16 bytes as a string of 16 latin1 characters. Exact, cheap to compare, and owned by
 * whoever holds it: no table of addresses stands behind it that an attacker could fill.
 */
export type Address = number | string;

/** Whether a value, such as one read from a file, is an address. */
export function isAddress(value: unknown): value is Address {
  if (typeof value === 'number') return Number.isInteger(value) && value >>> 0 === value;
  if (typeof value !== 'string' || value.length !== 16) return false;
  for (let i = 0; i < 16; i++) if (value.charCodeAt(i) > 255) return false;
  return true;
}

export function readIpv4(buf: Buffer, at: number): number {
  return buf.readUInt32BE(at);
}

export function readIpv6(buf: Buffer, at: number): string {
  return buf.toString('latin1', at, at + 16);
}

/** The usual text form: dotted quad, or RFC 5952 for IPv6. */
export function addressText(address: Address): string {
  return typeof address === 'number' ? quadText(address) : ipv6Text(address);
}

/**
 * Fields of signatures ask for the same few texts again and again, as keys of tables too: the same
 * string object costs nothing to make, and V8 knows its hash already.
 */
function quadText(address: number): string {
  const place = Math.imul(address, 0x9e3779b1) >>> 22;
  if (recent[place] === address) return recentTexts[place]!;
  const text = `${address >>> 24}.${(address >>> 16) & 255}.${(address >>> 8) & 255}.${address & 255}`;
  recent[place] = address;
  recentTexts[place] = text;
  return text;
}

/**
 * The address a text names, or undefined. Brackets are taken off. Host names come here with each
 * message, so it is one pass over the characters that makes nothing but the result.
 */
export function parseAddress(text: string): Address | undefined {
  let from = 0;
  let to = text.length;
  if (to >= 2 && text.charCodeAt(0) === OPEN && text.charCodeAt(to - 1) === CLOSE) {
    from++;
    to--;
  }
  const quad = parseQuad(text, from, to, true);
  return quad === NO_ADDRESS ? parseIpv6(text, from, to) : quad;
}

/** Four numbers with dots between; `padded`: with leading zeros too, as in 010.000.000.001. */
function parseQuad(text: string, from: number, to: number, padded: boolean): number {
  let value = 0;
  let byte = 0;
  let digits = 0;
  let dots = 0;
  for (let at = from; at < to; at++) {
    const digit = text.charCodeAt(at) - ZERO;
    if (digit >= 0 && digit <= 9) {
      if (digits > 0 && byte === 0 && !padded) return NO_ADDRESS;
      byte = byte * 10 + digit;
      if (++digits > 3 || byte > 255) return NO_ADDRESS;
    } else {
      if (digit !== DOT - ZERO || digits === 0 || ++dots > 3) return NO_ADDRESS;
      value = (value << 8) | byte;
      byte = 0;
      digits = 0;
    }
  }
  return dots === 3 && digits > 0 ? ((value << 8) | byte) >>> 0 : NO_ADDRESS;
}

/** RFC 4291 §2.2: eight groups, a run of them left out as "::", the last two as a quad or not. */
function parseIpv6(text: string, from: number, to: number): string | undefined {
  let count = 0;
  let gap = -1;
  let at = from;
  if (to - from >= 2 && text.charCodeAt(from) === COLON && text.charCodeAt(from + 1) === COLON) {
    gap = 0;
    at += 2;
  }
  while (at < to) {
    const end = endOfGroup(text, at, to);
    if (end === at || count === 8) return undefined;
    if (end < to && text.charCodeAt(end) === DOT) {
      const quad = parseQuad(text, at, to, false);
      if (quad === NO_ADDRESS || count > 6) return undefined;
      bytes.writeUInt32BE(quad, 2 * count);
      count += 2;
      break;
    }
    writeGroup(text, at, end, 2 * count);
    count++;
    if (end === to) break;
    at = end + 1;
    if (at === to || text.charCodeAt(end) !== COLON) return undefined;
    if (text.charCodeAt(at) === COLON) {
      if (gap !== -1) return undefined;
      gap = count;
      at++;
    }
  }
  if (gap === -1 ? count !== 8 : count === 8) return undefined;
  if (gap !== -1) fillGap(2 * gap, 2 * count);
  return bytes.toString('latin1');
}

function endOfGroup(text: string, from: number, to: number): number {
  const most = Math.min(to, from + 4);
  let at = from;
  while (at < most && hexDigit(text.charCodeAt(at)) !== -1) at++;
  return at;
}

function writeGroup(text: string, from: number, to: number, into: number): void {
  let value = 0;
  for (let at = from; at < to; at++) value = value * 16 + hexDigit(text.charCodeAt(at));
  bytes[into] = value >> 8;
  bytes[into + 1] = value;
}

function hexDigit(code: number): number {
  if (code >= ZERO && code <= ZERO + 9) return code - ZERO;
  const letter = (code | 0x20) - LETTER_A;
  return letter >= 0 && letter < 6 && code < 0x80 ? letter + 10 : -1;
}

/** What stands behind the gap moves to the end. */
function fillGap(gap: number, end: number): void {
  const moved = bytes.length - (end - gap);
  bytes.copyWithin(moved, gap, end);
  bytes.fill(0, gap, moved);
}

/** RFC 5952 §4: lower case, no leading zeros, the longest run of zero groups as "::". */
function ipv6Text(bytes: string): string {
  const groups: number[] = [];
  for (let i = 0; i < 16; i += 2) groups.push((bytes.charCodeAt(i) << 8) | bytes.charCodeAt(i + 1));
  let best = -1;
  let bestLength = 1;
  for (let i = 0; i < 8; i++) {
    let length = 0;
    while (i + length < 8 && groups[i + length] === 0) length++;
    if (length > bestLength) {
      best = i;
      bestLength = length;
    }
  }
  const hex = groups.map((group) => group.toString(16));
  if (best === -1) return hex.join(':');
  return `${hex.slice(0, best).join(':')}::${hex.slice(best + bestLength).join(':')}`;
}

/** The network around an address: /24 of IPv4, /64 of IPv6; sources in one often belong together. */
export function networkOf(address: Address): Address {
  if (typeof address === 'number') return (address & 0xffffff00) >>> 0;
  return address.slice(0, 8) + '\0'.repeat(8);
}

/** That network in the usual text form: `198.51.100.0/24`, `2001:db8::/64`. */
export function networkText(address: Address): string {
  const network = networkOf(address);
  if (typeof network !== 'number') return `${addressText(network)}/64`;
  const place = Math.imul(network, 0x9e3779b1) >>> 24;
  if (recentNetworks[place] === network) return recentNetworkTexts[place]!;
  const text = `${addressText(network)}/24`;
  recentNetworks[place] = network;
  recentNetworkTexts[place] = text;
  return text;
}
