import { isCount, isListOf, isTime, type JsonValue } from '../../telemetry/saved-entry.js';
import type { Credential } from './credential.js';

/** Rejections older than this are forgotten together (seconds). */
const MEMORY = 3600;
/** Which different guesses there were is remembered longer: no phone makes any, at whatever pace. */
const GUESSES_MEMORY = 24 * 3600;
/** Different guesses over one subject that are told apart; more are not needed to be sure. */
const GUESSES_LIMIT = 12;
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
  /** Different guesses turned down over one and the same subject, and when the last of them was. */
  subject: number | undefined;
  guesses: number[];
  guessedAt: number;
  /** Guesses of unknown fate, and when the last of them was; not kept over a restart. */
  doubted: number[];
  doubtedAt: number;
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
  /** Earlier guesses whose fate was not known: this rejection shows that they were wrong too. */
  readonly alsoWrong: number;
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
    guesses: [],
    guessedAt: Number.NEGATIVE_INFINITY,
    doubted: [],
    doubtedAt: Number.NEGATIVE_INFINITY,
  };
}

export function verdictOf(state: AccountState, counts: boolean, alsoWrong = 0): Verdict {
  const { rejected: rejectedBefore, peak: rejectedPeak, guesses } = state;
  return { counts, rejectedBefore, rejectedPeak, rejectedOneNonce: guesses.length, alsoWrong };
}

export function countRejection(state: AccountState, tried: Credential, now: number): void {
  state.rejected++;
  state.lastRejectedAt = now;
  if (Math.abs(now - state.burstFrom) >= BURST) {
    state.burstFrom = now;
    state.inBurst = 0;
  }
  state.inBurst++;
  state.peak = Math.max(state.peak, state.inBurst);
  noteGuess(state, tried, now);
}

/** What became of a guess was not seen, or says nothing of the password. */
export function doubt(state: AccountState, { guess }: Credential, now: number): void {
  if (Math.abs(now - state.doubtedAt) > MEMORY) state.doubted = [];
  state.doubtedAt = now;
  if (state.doubted.length < GUESSES_LIMIT && !state.doubted.includes(guess)) {
    state.doubted.push(guess);
  }
}

/** How many guesses were in doubt besides this one; they are no longer. */
export function endDoubt(state: AccountState, { guess }: Credential, now: number): number {
  const { doubted, doubtedAt } = state;
  state.doubted = [];
  if (Math.abs(now - doubtedAt) > MEMORY) return 0;
  return doubted.filter((earlier) => earlier !== guess).length;
}

/** Remembers what was tried over the subject, once: two phones may take turns with two passwords. */
export function noteGuess(state: AccountState, { subject, guess }: Credential, now: number): void {
  if (subject === undefined || subject !== state.subject) state.guesses = [];
  state.subject = subject;
  state.guessedAt = now;
  const { guesses } = state;
  if (subject === undefined || guesses.includes(guess)) return;
  if (guesses.length < GUESSES_LIMIT) guesses.push(guess);
}

/** Whether a different guess over the same subject was turned down before. */
export function isAnotherGuess(state: AccountState, { subject, guess }: Credential): boolean {
  if (subject === undefined || subject !== state.subject) return false;
  return state.guesses.some((known) => known !== guess);
}

/** Rejections of long ago say nothing of what comes now. */
export function forgetOld(state: AccountState, now: number): void {
  if (Math.abs(now - state.lastRejectedAt) > MEMORY) forgetCounts(state);
  if (state.guesses.length > 0 && Math.abs(now - state.guessedAt) > GUESSES_MEMORY) {
    state.guesses = [];
  }
}

export function forget(state: AccountState): void {
  forgetCounts(state);
  if (state.guesses.length > 0) state.guesses = [];
  if (state.doubted.length > 0) state.doubted = [];
}

function forgetCounts(state: AccountState): void {
  state.rejected = 0;
  state.inBurst = 0;
  state.peak = 0;
}

/** As it is kept over a restart: null is what is not there, or never was. */
export function savedAccount(state: AccountState): JsonValue[] {
  const { graceUsed, rejected, lastRejectedAt, burstFrom, inBurst, peak, guessedAt } = state;
  return [
    graceUsed,
    Number.isFinite(lastRejectedAt) ? lastRejectedAt : null,
    burstFrom,
    [rejected, inBurst, peak],
    [state.accepted ?? null, state.subject ?? null],
    Number.isFinite(guessedAt) ? guessedAt : null,
    [...state.guesses],
  ];
}

/** Undefined where anything is not as `savedAccount` writes it. */
export function readAccount(data: readonly JsonValue[]): AccountState | undefined {
  const [graceUsed, lastRejectedAt, burstFrom, counts, hashes, guessedAt, guesses] = data;
  if (typeof graceUsed !== 'boolean' || !isTime(burstFrom)) return undefined;
  if (lastRejectedAt !== null && !isTime(lastRejectedAt)) return undefined;
  if (guessedAt !== null && !isTime(guessedAt)) return undefined;
  if (!isListOf(counts, 3, isCount) || counts.length !== 3) return undefined;
  if (!isListOf(hashes, 2, isHash) || hashes.length !== 2) return undefined;
  if (!isListOf(guesses, GUESSES_LIMIT, isCount)) return undefined;
  const [rejected = 0, inBurst = 0, peak = 0] = counts;
  const [accepted, subject] = hashes;
  return {
    accepted: accepted ?? undefined,
    graceUsed,
    rejected,
    lastRejectedAt: lastRejectedAt ?? Number.NEGATIVE_INFINITY,
    burstFrom,
    inBurst,
    peak,
    subject: subject ?? undefined,
    guesses,
    guessedAt: guessedAt ?? Number.NEGATIVE_INFINITY,
    doubted: [],
    doubtedAt: Number.NEGATIVE_INFINITY,
  };
}

function isHash(value: unknown): value is number | null {
  return value === null || isCount(value);
}
