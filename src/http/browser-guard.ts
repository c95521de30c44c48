import { isIP } from 'node:net';
import { hostname } from 'node:os';

/*
 * The API names addresses and accounts, and a reload can be set off. Whoever can reach the port may
 * do so, unless web.config.file asks for a password; but the browser of an administrator can reach
 * it too, and may have a hostile page open. That page cannot read an answer of another origin, so
 * two ways are left to it, and both are closed here.
 */

/**
 * DNS rebinding: a hostile name is made to point at 127.0.0.1, so that the page and this server
 * look like one origin. The name is in the Host header, so on connections to a loopback address
 * only names that nobody else can own are answered. On other addresses any name is: the operator
 * opened them to a network, where Prometheus may know the sensor by names that it does not know
 * itself; there, a password or client certificates are the protection.
 */
export function hostProblem(
  host: string | undefined,
  localAddress: string | undefined,
  ownNames: ReadonlySet<string>,
): string | undefined {
  if (host === undefined || !isLoopback(localAddress)) return undefined;
  const name = hostNameOf(host);
  if (name !== undefined) {
    if (isIP(name) !== 0 || name === 'localhost' || name.endsWith('.localhost')) return undefined;
    if (ownNames.has(name)) return undefined;
  }
  return (
    'this address answers only to its number, to localhost and to the name of this machine: ' +
    'another name in the Host header may be an attack by DNS rebinding. To be reached by it, ' +
    'list it under web.listen_addresses, or let the proxy in front send the address instead'
  );
}

/**
 * Request forgery: a page may send a POST it cannot read the answer of. Browsers say where such a
 * request comes from; what is no browser sends neither header.
 */
export function originProblem(headers: {
  readonly [name: string]: string | string[] | undefined;
}): string | undefined {
  const { origin, host, 'sec-fetch-site': site } = headers;
  const sameSite = site === undefined || site === 'same-origin' || site === 'none';
  if (sameSite && (origin === undefined || originHost(origin) === host)) return undefined;
  return 'this may not be asked for by a page of another origin';
}

/** Names by which this machine is meant, beside those it was told to listen on. */
export function namesOfThisMachine(listenHosts: readonly string[]): ReadonlySet<string> {
  const own = hostname();
  const names = [own, own.split('.')[0]!, ...listenHosts].filter((name) => name !== '');
  return new Set(names.map(normalised));
}

function hostNameOf(host: string): string | undefined {
  const match = /^(?:\[([^\]]*)\]|([^:[\]]*))(?::\d{1,5})?$/.exec(host);
  const name = match?.[1] ?? match?.[2];
  return name === undefined ? undefined : normalised(name);
}

function originHost(origin: string | string[]): string | undefined {
  return /^https?:\/\/([^/]+)$/.exec(String(origin))?.[1];
}

function normalised(name: string): string {
  return name.toLowerCase().replace(/\.$/, '');
}

function isLoopback(address: string | undefined): boolean {
  return address !== undefined && /^(?:::ffff:)?127\.|^::1$/.test(address);
}
