import type { Counters } from '../telemetry/counters.js';
import type { Address } from '../wire/address.js';
import { BoundedMap } from './bounded-map.js';
import { Hasher } from './hash.js';

/** Credentials of one request as far as they are told apart: hashes, never the text. */
export interface Credential {
  /** In Proxy-Authorization, which answers a 407, and not in Authorization, which answers a 401. */
  readonly proxy: boolean;
  readonly realm: number;
  readonly username: string | undefined;
  readonly nonce: number;
  /** The digest response that was tried. */
  readonly guess: number;
  /**
   * What the response is computed over besides the password: nonce, realm, URI and method. Only
   * where there is no cnonce (RFC 7616 §3.4.1), so that two different responses to the same
   * subject are two different passwords.
   */
  readonly subject: number | undefined;
}

/** What is remembered of one source's attempts at one account of one target. */
interface AccountState {
  /** Nonce that was accepted last: when the server retires it, that is no failure. */
  accepted: number | undefined;
  /** A rejection with a nonce that was never seen issued was let pass; the next one counts. */
  graceUsed: boolean;
  rejected: number;
  lastRejectedAt: number;
  /** Rejections in the ten seconds that began at `burstFrom`, and the most in any such. */
  burstFrom: number;
  inBurst: number;
  peak: number;
  /** Different guesses rejected over one and the same subject, and the last of them. */
  subject: number | undefined;
  guess: number | undefined;
  oneNonce: number;
}

/** What a rejection or acceptance of credentials means. */
export interface Verdict {
  /** The rejection counts as a wrong password. */
  readonly counts: boolean;
  readonly rejectedBefore: number;
  /** The most rejections within ten seconds: a phone with a stale password makes two or three. */
  readonly rejectedPeak: number;
  /** Passwords that were certainly different, since all else was the same. */
  readonly rejectedOneNonce: number;
}

const LIMIT = 50_000;
/** Nonces of one target that one source may hold at once: a site of phones has one each. */
const NONCES_LIMIT = 64;
/** Rejections older than this are forgotten together (seconds). */
const MEMORY = 3600;
const BURST = 10;

/**
 * Tells wrong passwords from the ordinary course of digest authentication (RFC 3261 §22,
 * RFC 7616 §3.3): the first challenge is free, and so is a nonce that has run out.
 */
export class AuthenticationBook {
  /** Nonces that a target issued to a source lately, for whichever account. */
  private readonly issued: BoundedMap<number, number[]>;
  private readonly accounts: BoundedMap<number, AccountState>;
  /** Methods for which a target asked a source for credentials. */
  private readonly asked: BoundedMap<number, true>;
  private readonly hasher = new Hasher();

  constructor(counters: Counters) {
    const evicted = () => {
      counters.loginsEvicted++;
    };
    this.issued = new BoundedMap(LIMIT, evicted);
    this.accounts = new BoundedMap(LIMIT, evicted);
    this.asked = new BoundedMap(LIMIT, evicted);
  }

  /** The target asked for credentials for a method. */
  ask(source: Address, target: Address, methodId: number): void {
    this.asked.set(this.methodKey(source, target, methodId), true);
  }

  /**
   * Whether the target is known to look at credentials of this method. Who puts some into a request
   * that is granted to anybody (OPTIONS, NOTIFY) has shown nothing by the 2xx.
   */
  asks(source: Address, target: Address, methodId: number): boolean {
    return this.asked.get(this.methodKey(source, target, methodId)) === true;
  }

  /** The target issued a nonce to the source. */
  challenged(source: Address, target: Address, nonce: number): void {
    const key = this.hasher.begin().addKey(source).addKey(target).end();
    const nonces = this.issued.get(key);
    if (nonces === undefined) this.issued.set(key, [nonce]);
    else if (!nonces.includes(nonce)) {
      if (nonces.length === NONCES_LIMIT) nonces.shift();
      nonces.push(nonce);
    }
  }

  /** Whether the target issued this nonce to the source: it has then received a reply. */
  echoes(source: Address, target: Address, nonce: number): boolean {
    const key = this.hasher.begin().addKey(source).addKey(target).end();
    return this.issued.peek(key)?.includes(nonce) === true;
  }

  /** Credentials were answered with a new challenge. `stale` is the server's own word. */
  rejected(
    source: Address,
    target: Address,
    account: string,
    tried: Credential,
    stale: boolean,
    now: number,
  ): Verdict {
    const state = this.account(source, target, account);
    let counts = !stale && tried.nonce !== state.accepted;
    if (counts && !state.graceUsed && !this.echoes(source, target, tried.nonce)) {
      state.graceUsed = true;
      counts = false;
    }
    if (now - state.lastRejectedAt > MEMORY) forget(state);
    if (counts) countRejection(state, tried, now);
    return verdictOf(state, counts);
  }

  accepted(
    source: Address,
    target: Address,
    account: string,
    tried: Credential,
    now: number,
  ): Verdict {
    const state = this.account(source, target, account);
    if (now - state.lastRejectedAt > MEMORY) forget(state);
    const verdict = verdictOf(state, false);
    state.accepted = tried.nonce;
    state.graceUsed = false;
    forget(state);
    return verdict;
  }

  private methodKey(source: Address, target: Address, methodId: number): number {
    return this.hasher.begin().addKey(source).addKey(target).addNumber(methodId).end();
  }

  private account(source: Address, target: Address, account: string): AccountState {
    const key = this.hasher.begin().addKey(source).addKey(target).addText(account).end();
    let state = this.accounts.get(key);
    if (state === undefined) {
      state = {
        accepted: undefined,
        graceUsed: false,
        rejected: 0,
        lastRejectedAt: Number.NEGATIVE_INFINITY,
        burstFrom: 0,
        inBurst: 0,
        peak: 0,
        subject: undefined,
        guess: undefined,
        oneNonce: 0,
      };
      this.accounts.set(key, state);
    }
    return state;
  }
}

function verdictOf(state: AccountState, counts: boolean): Verdict {
  const { rejected: rejectedBefore, peak: rejectedPeak, oneNonce: rejectedOneNonce } = state;
  return { counts, rejectedBefore, rejectedPeak, rejectedOneNonce };
}

function countRejection(state: AccountState, { subject, guess }: Credential, now: number): void {
  state.rejected++;
  state.lastRejectedAt = now;
  if (now - state.burstFrom >= BURST) {
    state.burstFrom = now;
    state.inBurst = 0;
  }
  state.inBurst++;
  state.peak = Math.max(state.peak, state.inBurst);
  if (subject !== state.subject) state.oneNonce = 0;
  if (subject !== undefined && (subject !== state.subject || guess !== state.guess)) {
    state.oneNonce++;
  }
  state.subject = subject;
  state.guess = guess;
}

function forget(state: AccountState): void {
  state.rejected = 0;
  state.inBurst = 0;
  state.peak = 0;
  state.oneNonce = 0;
}
