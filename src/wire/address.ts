import { isIPv6 } from 'node:net';

/**
 * An IP address as a table key: an IPv4 address is its 32 bits as an unsigned number, an IPv6
 * address its 16 bytes as a string of 16 latin1 characters. Exact, cheap to compare, and owned by
 * whoever holds it: no table of addresses stands behind it that an attacker could fill.
 */
export type Address = number | string;

const [DOT, ZERO, NINE] = [0x2e, 0x30, 0x39] as const;

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
  if (typeof address === 'number') {
    return `${address >>> 24}.${(address >>> 16) & 255}.${(address >>> 8) & 255}.${address & 255}`;
  }
  return ipv6Text(address);
}

/** The address a text names, or undefined. Brackets around IPv6 are taken off. */
export function parseAddress(text: string): Address | undefined {
  const bare = text.startsWith('[') && text.endsWith(']') ? text.slice(1, -1) : text;
  const quad = parseIpv4(bare);
  if (quad !== -1) return quad;
  // Most texts that are no address are host names: `isIPv6` is a long regular expression.
  if (!bare.includes(':')) return undefined;
  return isIPv6(bare) && !bare.includes('%') ? parseIpv6(bare) : undefined;
}

/** Four numbers of one to three digits, up to 255, with dots between; -1 for anything else. */
function parseIpv4(text: string): number {
  let address = 0;
  let value = 0;
  let digits = 0;
  let dots = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === DOT && digits > 0 && dots < 3) {
      address = (address << 8) | value;
      dots++;
      value = digits = 0;
    } else if (code >= ZERO && code <= NINE && digits < 3) {
      value = value * 10 + code - ZERO;
      digits++;
      if (value > 255) return -1;
    } else return -1;
  }
  return dots === 3 && digits > 0 ? ((address << 8) | value) >>> 0 : -1;
}

function parseIpv6(text: string): string {
  const dotted = /^(.*:)(\d+)\.(\d+)\.(\d+)\.(\d+)$/.exec(text);
  const hex = dotted
    ? `${dotted[1]}${((Number(dotted[2]) << 8) | Number(dotted[3])).toString(16)}:${((Number(dotted[4]) << 8) | Number(dotted[5])).toString(16)}`
    : text;
  const [head = '', tail] = hex.split('::');
  const left = head === '' ? [] : head.split(':');
  const right = tail === undefined || tail === '' ? [] : tail.split(':');
  const groups = [...left, ...Array<string>(8 - left.length - right.length).fill('0'), ...right];
  return groups
    .map((group) => Number.parseInt(group, 16))
    .map((value) => String.fromCharCode(value >> 8, value & 255))
    .join('');
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
  return `${addressText(networkOf(address))}/${typeof address === 'number' ? 24 : 64}`;
}
