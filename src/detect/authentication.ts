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
  /** Rejections in the minute that began at `minuteFrom`, and the most in any such minute. */
  minuteFrom: number;
  inMinute: number;
  peak: number;
}

/** What a rejection or acceptance of credentials means. */
export interface Verdict {
  /** The rejection counts as a wrong password. */
  readonly counts: boolean;
  readonly rejectedBefore: number;
  /** The most rejections within one minute: a phone with a stale password tries far fewer. */
  readonly rejectedPeak: number;
}

const LIMIT = 50_000;
/** Rejections older than this are forgotten together (seconds). */
const MEMORY = 3600;

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
    nonce: number | undefined,
    stale: boolean,
    now: number,
  ): Verdict {
    const state = this.state(source, target, account);
    const fresh = nonce !== undefined && nonce === state.issued && nonce !== state.accepted;
    let counts = !stale;
    if (counts && !fresh && !state.graceUsed) {
      state.graceUsed = true;
      counts = false;
    }
    if (now - state.lastRejectedAt > MEMORY) forget(state);
    if (counts) countRejection(state, now);
    return { counts, rejectedBefore: state.rejected, rejectedPeak: state.peak };
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
    const verdict = { counts: false, rejectedBefore: state.rejected, rejectedPeak: state.peak };
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
        minuteFrom: 0,
        inMinute: 0,
        peak: 0,
      };
      this.states.set(key, state);
    }
    return state;
  }
}

function countRejection(state: AuthState, now: number): void {
  state.rejected++;
  state.lastRejectedAt = now;
  if (now - state.minuteFrom >= 60) {
    state.minuteFrom = now;
    state.inMinute = 0;
  }
  state.inMinute++;
  state.peak = Math.max(state.peak, state.inMinute);
}

function forget(state: AuthState): void {
  state.rejected = 0;
  state.inMinute = 0;
  state.peak = 0;
}
