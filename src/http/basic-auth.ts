import { createHash } from 'node:crypto';
import { getRounds } from 'bcryptjs';
import { BoundedMap } from '../tables/bounded-map.js';
import { parseAddress } from '../wire/address.js';
import { type Claimant, PasswordChecks } from './password-checks.js';

/** `busy`: too many passwords are being compared, so nothing is known. */
export type AuthVerdict = 'allowed' | 'refused' | 'busy';

/** Verdicts that are remembered: so many right ones, and apart, lest they push those out, wrong. */
const REMEMBERED = 64;

interface Credentials {
  readonly user: string;
  readonly password: string;
}

/** HTTP basic authentication (RFC 7617) against bcrypt hashes. */
export class BasicAuth {
  private readonly checks: PasswordChecks;
  private readonly right = new BoundedMap<string, true>(REMEMBERED);
  private readonly wrong = new BoundedMap<string, true>(REMEMBERED);
  /** Being compared: the same question at the same time is asked once. */
  private readonly asked = new Map<string, Promise<AuthVerdict>>();

  constructor(checks = new PasswordChecks()) {
    this.checks = checks;
  }

  /** Judges an Authorization header; `users` are hashes by name, `address` is who asks. */
  verdict(
    header: string | undefined,
    users: ReadonlyMap<string, string>,
    address = '',
  ): Promise<AuthVerdict> {
    const credentials = parseBasic(header);
    if (credentials === undefined) return Promise.resolve('refused');
    const { user, password } = credentials;
    const own = users.get(user);
    // An unknown user costs what a known one does, so that time does not tell them apart.
    const hash = own ?? costliest(users);
    if (hash === undefined) return Promise.resolve('refused');
    const key = digest([own === undefined ? 'unknown' : 'known', user, password, hash]);
    if (this.right.get(key)) return Promise.resolve('allowed');
    if (this.wrong.get(key)) return Promise.resolve('refused');
    const asked = this.asked.get(key);
    if (asked !== undefined) return asked;
    const claimant = { known: own !== undefined, client: networkOf(address) };
    const verdict = this.compare(key, password, hash, claimant);
    this.asked.set(key, verdict);
    return verdict;
  }

  close(): Promise<void> {
    return this.checks.close();
  }

  private async compare(
    key: string,
    password: string,
    hash: string,
    claimant: Claimant,
  ): Promise<AuthVerdict> {
    const matches = await this.checks.compare(password, hash, claimant);
    this.asked.delete(key);
    if (matches === undefined) return 'busy';
    const allowed = matches && claimant.known;
    (allowed ? this.right : this.wrong).set(key, true);
    return allowed ? 'allowed' : 'refused';
  }
}

/** One owner has all addresses of an IPv6 /64, so these count as one client. */
function networkOf(address: string): string {
  const parsed = parseAddress(address.replace(/^::ffff:(?=\d+\.)/i, ''));
  return typeof parsed === 'string' ? parsed.slice(0, 8) : address;
}

/** User and password of `Basic base64(user:password)`. */
function parseBasic(header: string | undefined): Credentials | undefined {
  const encoded = /^basic +([A-Za-z0-9+/=_-]+) *$/i.exec(header ?? '')?.[1];
  if (encoded === undefined) return undefined;
  const text = Buffer.from(encoded, 'base64').toString('utf8');
  const colon = text.indexOf(':');
  if (colon === -1) return undefined;
  return { user: text.slice(0, colon), password: text.slice(colon + 1) };
}

/** The hash that takes longest to compare with. */
function costliest(users: ReadonlyMap<string, string>): string | undefined {
  let worst: string | undefined;
  for (const hash of users.values()) {
    if (worst === undefined || getRounds(hash) > getRounds(worst)) worst = hash;
  }
  return worst;
}

function digest(parts: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('base64');
}
