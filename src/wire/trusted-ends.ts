import type { Address } from './address.js';

/** First address and prefix length. */
const TRUSTED_V4: readonly (readonly [number, number])[] = [
  [0x0a000000, 8], // RFC 1918
  [0xac100000, 12],
  [0xc0a80000, 16],
  [0x64400000, 10], // RFC 6598, shared behind a carrier's NAT
  [0xa9fe0000, 16], // RFC 3927, link-local
  [0x7f000000, 8], // RFC 1122, loopback
  [0xef000000, 8], // RFC 2365 §6, multicast groups of a site: VXLAN sends to them
];

const IPV6_LOOPBACK = `${'\0'.repeat(15)}\x01`;

/**
 * Whether an address is of a kind that no packet of the Internet has, so that whoever sends from it
 * is inside. A tunnel between two such ends shows what the network's own devices put into it.
 */
export function isTrustedEnd(address: Address): boolean {
  if (typeof address === 'number') {
    for (const [first, length] of TRUSTED_V4) {
      if ((address ^ first) >>> (32 - length) === 0) return true;
    }
    return false;
  }
  const first = address.charCodeAt(0);
  const isUniqueLocal = (first & 0xfe) === 0xfc; // RFC 4193, fc00::/7
  const isLinkLocal = first === 0xfe && (address.charCodeAt(1) & 0xc0) === 0x80; // fe80::/10
  return isUniqueLocal || isLinkLocal || address === IPV6_LOOPBACK;
}
