import { BoundedMap } from '../../tables/bounded-map.js';
import { Hasher } from '../../tables/hash.js';
import type { Counters } from '../../telemetry/counters.js';
import { isCount, isListOf, type SavedEntry } from '../../telemetry/saved-entry.js';
import type { TableStatus } from '../../telemetry/table-status.js';
import type { Address } from '../../wire/address.js';
import {
  type AccountState,
  countRejection,
  doubt,
  endDoubt,
  forget,
  forgetOld,
  isAnotherGuess,
  newAccount,
  noteGuess,
  readAccount,
  savedAccount,
  type Verdict,
  verdictOf,
} from './account-state.js';
import type { Credential } from './credential.js';

const LIMIT = 50_000;
/** Nonces of one target that one source may hold at once: a site of phones has one each. */
const NONCES_LIMIT = 64;

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
      doubt(state, tried, now);
    }
    forgetOld(state, now);
    if (!counts) return verdictOf(state, false);
    countRejection(state, tried, now);
    return verdictOf(state, true, endDoubt(state, tried, now));
  }

  /**
   * Credentials were answered with 403 to something else than REGISTER. The server may have believed
   * them and still forbid the call, so it counts only where that is certain: the server says so
   * (`saysWrong`), or another response to the very same challenge was turned down as well, of which
   * at most one can have been right.
   */
  forbidden(
    source: Address,
    target: Address,
    account: string,
    tried: Credential,
    saysWrong: boolean,
    now: number,
  ): Verdict {
    const state = this.account(source, target, account);
    forgetOld(state, now);
    const counts = saysWrong || isAnotherGuess(state, tried);
    if (counts) countRejection(state, tried, now);
    else noteGuess(state, tried, now);
    return verdictOf(state, counts);
  }

  /** Whether the source sent the target credentials for this account, and that is remembered. */
  hasTried(source: Address, target: Address, account: string): boolean {
    return this.accounts.has(this.accountKey(source, target, account));
  }

  /** No answer was seen; `afterRefusal`: the client shows that its last credentials were wrong. */
  unanswered(
    source: Address,
    target: Address,
    account: string,
    tried: Credential,
    afterRefusal: boolean,
    now: number,
  ): Verdict {
    const state = this.account(source, target, account);
    forgetOld(state, now);
    if (afterRefusal) countRejection(state, tried, now);
    else noteGuess(state, tried, now);
    doubt(state, tried, now);
    return verdictOf(state, false);
  }

  accepted(
    source: Address,
    target: Address,
    account: string,
    tried: Credential,
    now: number,
  ): Verdict {
    const state = this.account(source, target, account);
    forgetOld(state, now);
    const verdict = verdictOf(state, false);
    state.accepted = tried.nonce;
    state.graceUsed = false;
    forget(state);
    return verdict;
  }

  tables(): TableStatus[] {
    return [
      this.accounts.status('logins'),
      this.issued.status('nonces'),
      this.asked.status('methods_asked'),
    ];
  }

  /** What outlasts a restart, in order of use; it may take its time. */
  *save(): Generator<SavedEntry> {
    for (const [key] of this.asked.walk()) yield ['asked', key];
    for (const [key, nonces] of this.issued.walk()) yield ['nonces', key, ...nonces];
    for (const [key, state] of this.accounts.walk()) yield ['login', key, ...savedAccount(state)];
  }

  /** Takes in an entry that was saved; false when it is no such thing. */
  restore([section, key, ...data]: SavedEntry): boolean {
    if (!isCount(key)) return false;
    switch (section) {
      case 'asked':
        this.asked.set(key, true);
        return true;
      case 'nonces':
        if (!isListOf(data, NONCES_LIMIT, isCount)) return false;
        this.issued.set(key, data);
        return true;
      default: {
        const state = readAccount(data);
        if (state !== undefined) this.accounts.set(key, state);
        return state !== undefined;
      }
    }
  }

  private methodKey(source: Address, target: Address, methodId: number): number {
    return this.hasher.begin().addKey(source).addKey(target).addNumber(methodId).end();
  }

  private accountKey(source: Address, target: Address, account: string): number {
    return this.hasher.begin().addKey(source).addKey(target).addText(account).end();
  }

  private account(source: Address, target: Address, account: string): AccountState {
    const key = this.accountKey(source, target, account);
    let state = this.accounts.get(key);
    if (state === undefined) {
      state = newAccount();
      this.accounts.set(key, state);
    }
    return state;
  }
}
