import { type Address, addressText, parseAddress } from '../wire/address.js';
import { isTrustedEnd } from '../wire/trusted-ends.js';

interface Range {
  readonly first: Address;
  /** Bits of the address that count. */
  readonly bits: number;
}

const FORM = 'give private, an address, or a network such as 192.0.2.0/24 or 2001:db8::/32';

/** What is wrong with an entry of a list of address ranges, or undefined. */
export function addressRangeFault(text: string): string | undefined {
  if (text === 'private') return undefined;
  const range = parseRange(text);
  if (range === undefined) return FORM;
  const { first, bits } = range;
  const network = networkOf(range);
  if (network === first) return undefined;
  return `${text} has more bits than /${bits} keeps; write ${addressText(network)}/${bits}`;
}

/** Whether an address is in one of these ranges. The test allocates nothing. */
export function addressTest(entries: readonly string[]): (address: Address) => boolean {
  const ranges = entries.map(parseRange).filter((range) => range !== undefined);
  const isPrivateIn = entries.includes('private');
  const networks: number[] = [];
  const masks: number[] = [];
  const prefixes: { readonly first: string; readonly bits: number }[] = [];
  for (const { first, bits } of ranges) {
    if (typeof first === 'string') prefixes.push({ first, bits });
    else {
      masks.push(maskOf(bits));
      networks.push(first & maskOf(bits));
    }
  }
  return (address) => {
    if (isPrivateIn && isTrustedEnd(address)) return true;
    if (typeof address === 'number') {
      for (let i = 0; i < masks.length; i++) {
        if ((address & masks[i]!) === networks[i]) return true;
      }
      return false;
    }
    for (let i = 0; i < prefixes.length; i++) {
      if (beginsWith(address, prefixes[i]!.first, prefixes[i]!.bits)) return true;
    }
    return false;
  };
}

/** `192.0.2.0/24`, `2001:db8::/32`, or a single address. */
function parseRange(text: string): Range | undefined {
  const [, host = '', digits] = /^([\d.]+|[\da-f:.]+)(?:\/(\d{1,3}))?$/i.exec(text) ?? [];
  const first = parseAddress(host);
  if (first === undefined) return undefined;
  const most = typeof first === 'number' ? 32 : 128;
  const bits = digits === undefined ? most : Number(digits);
  return bits <= most ? { first, bits } : undefined;
}

/** A shift by 32 would be one by 0. */
function maskOf(bits: number): number {
  return bits === 0 ? 0 : -1 << (32 - bits);
}

/** The same range's first address. */
function networkOf({ first, bits }: Range): Address {
  if (typeof first === 'number') return (first & maskOf(bits)) >>> 0;
  return Array.from(first, (character, i) => {
    const kept = Math.min(8, Math.max(0, bits - 8 * i));
    return String.fromCharCode(character.charCodeAt(0) & (0xff00 >> kept) & 0xff);
  }).join('');
}

function beginsWith(address: string, prefix: string, bits: number): boolean {
  const whole = bits >> 3;
  for (let i = 0; i < whole; i++) {
    if (address.charCodeAt(i) !== prefix.charCodeAt(i)) return false;
  }
  const rest = bits & 7;
  if (rest === 0) return true;
  return (address.charCodeAt(whole) ^ prefix.charCodeAt(whole)) >> (8 - rest) === 0;
}
