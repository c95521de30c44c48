/** A dialled number taken apart: what identifies the called party, and how it was dialled. */
export interface DialledNumber {
  /** Last nine digits: the same for `+44…`, `0044…`, `9011 44…` of one subscriber. */
  readonly tail: string;
  /** All before them, `+` included. */
  readonly prefix: string;
}

const TAIL_DIGITS = 9;
/** Shorter ones are extensions or local calls, where prefixes mean nothing. */
const MIN_DIGITS = 10;
/** E.164 has at most 15 digits; dial prefixes come on top. */
const MAX_DIGITS = 40;

/**
 * Takes the user part of a Request-URI for a telephone number: visual separators (RFC 3966 §5.1.1)
 * and parameters are dropped. Undefined when it is not one.
 */
export function dialledNumber(user: string): DialledNumber | undefined {
  const [bare = ''] = user.split(';', 1);
  if (bare.length > 2 * MAX_DIGITS) return undefined;
  const plain = bare.replace(/[-.()]/g, '');
  if (!/^\+?\d+$/.test(plain)) return undefined;
  const digits = plain.startsWith('+') ? plain.length - 1 : plain.length;
  if (digits < MIN_DIGITS || digits > MAX_DIGITS) return undefined;
  return { tail: plain.slice(-TAIL_DIGITS), prefix: plain.slice(0, -TAIL_DIGITS) };
}
