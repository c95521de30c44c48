import type { Address } from '../wire/address.js';
import { BoundedMap } from './bounded-map.js';
import { Hasher } from './hash.js';

/** What is remembered of one source's attempts at one account of one target. */
interface AuthState {
  /** Hash of the nonce that the target issued last. */
  issued: number | undefined;
  /** Hash of the nonce that was accepted last: when the server retires it, that is no failure. */
  accepted: number | undefined;
  /** An unexplained rejection was let pass; the next one counts. */
  graceUsed: boolean;
  rejected: number;
  lastRejectedAt: number;
  /** Rejections in the ten seconds that began at `burstFrom`, and the most in any such. */
  burstFrom: number;
  inBurst: number;
  peak: number;
  /** Different guesses rejected against one and the same nonce, and the last of them. */
  nonce: number | undefined;
  guess: number | undefined;
  oneNonce: number;
}

/** Credentials as far as they are told apart: hashes of nonce and of what was tried with it. */
export interface Tried {
  readonly nonce: number | undefined;
  readonly guess: number | undefined;
  /**
   * The response depends on the password and the nonce alone (no cnonce, RFC 7616 §3.4.1): two
   * different ones to the same nonce are two different passwords.
   */
  readonly plain: boolean;
}

/** What a rejection or acceptance of credentials means. */
export interface Verdict {
  /** The rejection counts as a wrong password. */
  readonly counts: boolean;
  readonly rejectedBefore: number;
  /** The most rejections within ten seconds: a phone with a stale password makes two or three. */
  readonly rejectedPeak: number;
  /** Passwords that were certainly different, since the nonce was the same. */
  readonly rejectedOneNonce: number;
}

const LIMIT = 50_000;
/** Rejections older than this are forgotten together (seconds). */
const MEMORY = 3600;
const BURST = 10;

/**
 * Tells wrong passwords from the ordinary course of digest authentication (RFC 3261 §22,
 * RFC 7616 §3.3): the first challenge is free, and so is a nonce that has run out.
 */
export class AuthenticationBook {
  private readonly states = new BoundedMap<number, AuthState>(LIMIT);
  private readonly hasher = new Hasher();

  /** The target issued a nonce. */
  challenged(source: Address, target: Address, account: string, nonce: number | undefined): void {
    this.state(source, target, account).issued = nonce;
  }

  /** Whether this nonce is the one last issued to the source: it has then received a reply. */
  echoes(source: Address, target: Address, account: string, nonce: number): boolean {
    return this.states.peek(this.key(source, target, account))?.issued === nonce;
  }

  /** Credentials were answered with a new challenge. `stale` is the server's own word. */
  rejected(
    source: Address,
    target: Address,
    account: string,
    tried: Tried,
    stale: boolean,
    now: number,
  ): Verdict {
    const { nonce } = tried;
    const state = this.state(source, target, account);
    const fresh = nonce !== undefined && nonce === state.issued && nonce !== state.accepted;
    let counts = !stale;
    if (counts && !fresh && !state.graceUsed) {
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
    nonce: number | undefined,
    now: number,
  ): Verdict {
    const state = this.state(source, target, account);
    if (now - state.lastRejectedAt > MEMORY) forget(state);
    const verdict = verdictOf(state, false);
    state.accepted = nonce;
    state.graceUsed = false;
    forget(state);
    return verdict;
  }

  private key(source: Address, target: Address, account: string): number {
    return this.hasher.begin().addKey(source).addKey(target).addText(account).end();
  }

  private state(source: Address, target: Address, account: string): AuthState {
    const key = this.key(source, target, account);
    let state = this.states.get(key);
    if (state === undefined) {
      state = {
        issued: undefined,
        accepted: undefined,
        graceUsed: false,
        rejected: 0,
        lastRejectedAt: Number.NEGATIVE_INFINITY,
        burstFrom: 0,
        inBurst: 0,
        peak: 0,
        nonce: undefined,
        guess: undefined,
        oneNonce: 0,
      };
      this.states.set(key, state);
    }
    return state;
  }
}

function verdictOf(state: AuthState, counts: boolean): Verdict {
  const { rejected: rejectedBefore, peak: rejectedPeak, oneNonce: rejectedOneNonce } = state;
  return { counts, rejectedBefore, rejectedPeak, rejectedOneNonce };
}

function countRejection(state: AuthState, { nonce, guess, plain }: Tried, now: number): void {
  state.rejected++;
  state.lastRejectedAt = now;
  if (now - state.burstFrom >= BURST) {
    state.burstFrom = now;
    state.inBurst = 0;
  }
  state.inBurst++;
  state.peak = Math.max(state.peak, state.inBurst);
  if (nonce !== state.nonce) state.oneNonce = 0;
  if (plain && (nonce !== state.nonce || guess !== state.guess)) state.oneNonce++;
  state.nonce = nonce;
  state.guess = guess;
}

function forget(state: AuthState): void {
  state.rejected = 0;
  state.inBurst = 0;
  state.peak = 0;
  state.oneNonce = 0;
}
