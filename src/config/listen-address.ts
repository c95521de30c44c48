import { type Address, parseAddress } from '../wire/address.js';

/** Where a server listens. */
export interface ListenAddress {
  /** A name or an address without brackets; undefined: all addresses of this machine. */
  readonly host: string | undefined;
  /** 0: the system chooses one. */
  readonly port: number;
}

/** `127.0.0.1:15060`, `[::1]:15060`, `localhost:15060`, or `:15060` for all addresses. */
export function parseListenAddress(text: string): ListenAddress | undefined {
  const [, ipv6, name, digits] = /^(?:(\[[^\]]*\])|([^:[\]]*)):(\d{1,5})$/.exec(text) ?? [];
  const port = Number(digits);
  if (digits === undefined || port > 65_535) return undefined;
  if (ipv6 !== undefined) {
    const host = ipv6.slice(1, -1);
    // A link-local address is complete only with its interface: fe80::1%eth0 (RFC 4007 section 11).
    const address = parseAddress(host.replace(/%[\w.-]+$/, ''));
    return typeof address === 'string' ? { host, port } : undefined;
  }
  if (name === undefined || name === '') return { host: undefined, port };
  return isHost(name) ? { host: name, port } : undefined;
}

/** An IPv4 address, or a name (RFC 1123 section 2.1): its last label is not all digits. */
function isHost(name: string): boolean {
  if (/(?:^|\.)\d+$/.test(name)) return parseAddress(name) !== undefined;
  return name.length <= 253 && /^(?:[a-z\d](?:[a-z\d-]{0,61}[a-z\d])?(?:\.|$))+$/i.test(name);
}

/** Whether a server cannot listen on both at once. */
export function addressesClash(a: ListenAddress, b: ListenAddress): boolean {
  if (a.port !== b.port || a.port === 0) return false;
  const [one, other] = [a, b].map(({ host }) => hostKey(host));
  return one === other || covers(one!, other!) || covers(other!, one!);
}

const ALL_IPV4 = 0;
/** Node listens on `::` for IPv4 as well. */
const ALL = parseAddress('::')!;

function hostKey(host: string | undefined): Address {
  return host === undefined ? ALL : (parseAddress(host) ?? `name ${host.toLowerCase()}`);
}

function covers(wide: Address, narrow: Address): boolean {
  return wide === ALL || (wide === ALL_IPV4 && typeof narrow === 'number');
}
