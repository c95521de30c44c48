import { isCount, isListOf, isTime, type JsonValue } from '../telemetry/saved-entry.js';
import type { Credential } from './credential.js';

/** Rejections older than this are forgotten together (seconds). */
const MEMORY = 3600;
const BURST = 10;

/** What is remembered of one source's attempts at one account of one target. */
export interface AccountState {
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

export function newAccount(): AccountState {
  return {
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
}

export function verdictOf(state: AccountState, counts: boolean): Verdict {
  const { rejected: rejectedBefore, peak: rejectedPeak, oneNonce: rejectedOneNonce } = state;
  return { counts, rejectedBefore, rejectedPeak, rejectedOneNonce };
}

export function countRejection(
  state: AccountState,
  { subject, guess }: Credential,
  now: number,
): void {
  state.rejected++;
  state.lastRejectedAt = now;
  if (Math.abs(now - state.burstFrom) >= BURST) {
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

/** Rejections of long ago say nothing of what comes now. */
export function forgetOld(state: AccountState, now: number): void {
  if (Math.abs(now - state.lastRejectedAt) > MEMORY) forget(state);
}

export function forget(state: AccountState): void {
  state.rejected = 0;
  state.inBurst = 0;
  state.peak = 0;
  state.oneNonce = 0;
}

/** As it is kept over a restart: null is what is not there, or never was. */
export function savedAccount(state: AccountState): JsonValue[] {
  const { graceUsed, rejected, lastRejectedAt, burstFrom, inBurst, peak, oneNonce } = state;
  return [
    graceUsed,
    Number.isFinite(lastRejectedAt) ? lastRejectedAt : null,
    burstFrom,
    [rejected, inBurst, peak, oneNonce],
    [state.accepted ?? null, state.subject ?? null, state.guess ?? null],
  ];
}

/** Undefined where anything is not as `savedAccount` writes it. */
export function readAccount(data: readonly JsonValue[]): AccountState | undefined {
  const [graceUsed, lastRejectedAt, burstFrom, counts, hashes] = data;
  if (typeof graceUsed !== 'boolean' || !isTime(burstFrom)) return undefined;
  if (lastRejectedAt !== null && !isTime(lastRejectedAt)) return undefined;
  if (!isListOf(counts, 4, isCount) || counts.length !== 4) return undefined;
  if (!isListOf(hashes, 3, isHash) || hashes.length !== 3) return undefined;
  const [rejected = 0, inBurst = 0, peak = 0, oneNonce = 0] = counts;
  const [accepted, subject, guess] = hashes;
  return {
    accepted: accepted ?? undefined,
    graceUsed,
    rejected,
    lastRejectedAt: lastRejectedAt ?? Number.NEGATIVE_INFINITY,
    burstFrom,
    inBurst,
    peak,
    subject: subject ?? undefined,
    guess: guess ?? undefined,
    oneNonce,
  };
}

function isHash(value: unknown): value is number | null {
  return value === null || isCount(value);
}
