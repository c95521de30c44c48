import { countryOf } from './country-codes.js';
import { DEFAULT_DIAL_PLAN, type DialPlan, e164Of } from './dial-plan.js';

/** A dialled number taken apart: what identifies the called party, and how it was dialled. */
export interface DialledNumber {
  /** Last nine digits: the same for `+44…`, `0044…`, `9011 44…` of one subscriber. */
  readonly tail: string;
  /** All before them, as dialled. */
  readonly prefix: string;
  /** The number as E.164 has it, without `+`; undefined where the form does not say. */
  readonly e164: string | undefined;
  /** Whose it is, by its E.164 code: see country-codes.ts. */
  readonly country: string | undefined;
  /** It is of another country than the own, where that is known; of any, where it is not. */
  readonly international: boolean;
}

/** A call to a number, as it was when it was made. */
export interface Dial {
  readonly number: DialledNumber;
  /** The server had not accepted the caller before. */
  readonly byStranger: boolean;
  readonly passedOn: boolean;
}

const TAIL_DIGITS = 9;
/** Shorter ones are extensions or local calls, where prefixes mean nothing. */
const MIN_LENGTH = 10;
/** E.164 has at most 15 digits; dial prefixes come on top. */
const MAX_LENGTH = 40;

/**
 * Takes the user part of a Request-URI for a telephone number: escapes are resolved, visual
 * separators (RFC 3966 §5.1.1) and parameters dropped. What stands before the last nine digits may
 * be anything that a dial plan knows (`+`, `*9`, `9#`, a letter). Undefined when it is no number.
 */
export function dialledNumber(
  user: string,
  plan: DialPlan = DEFAULT_DIAL_PLAN,
): DialledNumber | undefined {
  // Most users are extensions: nothing below makes them longer.
  if (user.length < MIN_LENGTH || user.length > 3 * MAX_LENGTH) return undefined;
  const [bare = ''] = unescaped(user).split(';', 1);
  const plain = bare.replace(/[-.() ]/g, '');
  if (plain.length < MIN_LENGTH || plain.length > MAX_LENGTH) return undefined;
  if (!/^[+*#0-9a-z]+$/i.test(plain) || !/\d{9}$/.test(plain)) return undefined;
  const e164 = e164Of(plain, plan);
  const country = e164 === undefined ? undefined : countryOf(e164);
  const own = plan.countryCode === undefined ? undefined : countryOf(plan.countryCode);
  return {
    tail: plain.slice(-TAIL_DIGITS),
    prefix: plain.slice(0, -TAIL_DIGITS),
    e164: country === undefined ? undefined : e164,
    country,
    international: country !== undefined && country !== own,
  };
}

function unescaped(text: string): string {
  if (!text.includes('%')) return text;
  return text.replace(/%([0-9a-f]{2})/gi, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
}
