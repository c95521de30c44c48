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
}

/** What a rejection or acceptance of credentials means. */
export interface Verdict {
  /** The rejection counts as a wrong password. */
  readonly counts: boolean;
  readonly rejectedBefore: number;
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
    if (now - state.lastRejectedAt > MEMORY) state.rejected = 0;
    if (counts) {
      state.rejected++;
      state.lastRejectedAt = now;
    }
    return { counts, rejectedBefore: state.rejected };
  }

  accepted(
    source: Address,
    target: Address,
    account: string,
    nonce: number | undefined,
    now: number,
  ): Verdict {
    const state = this.state(source, target, account);
    const rejectedBefore = now - state.lastRejectedAt > MEMORY ? 0 : state.rejected;
    state.accepted = nonce;
    state.graceUsed = false;
    state.rejected = 0;
    return { counts: false, rejectedBefore };
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
      };
      this.states.set(key, state);
    }
    return state;
  }
}
