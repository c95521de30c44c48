/** How numbers are dialled where the sensor stands: what comes before those of other countries. */
export interface DialPlan {
  /** Own country code; undefined: numbers in national form are of no known country. */
  readonly countryCode: string | undefined;
  /** What begins an international number: `+`, `00`, `011`… */
  readonly internationalPrefixes: readonly string[];
  /** What begins a number of the own country outside the own area. */
  readonly nationalPrefix: string;
  /** Dialled for an outside line before all else. */
  readonly outsidePrefixes: readonly string[];
}

/**
 * Works without configuration: the prefixes of most of the world, of North America, Australia and
 * of the old Soviet network. `9` is the outside line of most PBXs; `0`, usual in Germany, is not
 * in it, since it cannot be told from a national prefix.
 */
export const DEFAULT_DIAL_PLAN: DialPlan = {
  countryCode: undefined,
  internationalPrefixes: ['+', '00', '011', '0011', '810'],
  nationalPrefix: '0',
  outsidePrefixes: ['9'],
};

/** E.164 §6.2.1: no more digits, the country code included. */
const MOST_DIGITS = 15;
/** Behind `+` nothing else can be meant; the shortest numbers of small islands have seven digits. */
const LEAST_DIGITS = 7;
/**
 * Behind other prefixes: national numbers look alike (`0114 960 0000`, `011 2345 6789`), and leave
 * at most eight or nine digits.
 */
const LEAST_DIGITS_UNMARKED = 10;
/** North America: area code and exchange begin with 2 to 9. */
const NORTH_AMERICAN = /^1[2-9]\d\d[2-9]\d{6}$/;

/**
 * The E.164 digits of what was dialled, without `+`, where its form says that they are: it is
 * international, or national and the own country is known. `plain` has no separators.
 */
export function e164Of(plain: string, plan: DialPlan): string | undefined {
  const { outsidePrefixes } = plan;
  const line = plain.startsWith('+') ? undefined : longest(outsidePrefixes, plain);
  const inside = line === undefined ? undefined : plain.slice(line.length);
  return (
    (inside === undefined ? undefined : internationalOf(inside, plan)) ??
    (inside === undefined ? undefined : nationalOf(inside, plan)) ??
    internationalOf(plain, plan) ??
    nationalOf(plain, plan)
  );
}

/** The international prefixes are tried from the longest down: `0011…` is not `00` and `11…`. */
function internationalOf(text: string, { internationalPrefixes }: DialPlan): string | undefined {
  let most = Number.POSITIVE_INFINITY;
  for (;;) {
    const prefix = longest(internationalPrefixes, text, most);
    if (prefix === undefined) return undefined;
    const digits = text.slice(prefix.length);
    const least = prefix === '+' ? LEAST_DIGITS : LEAST_DIGITS_UNMARKED;
    if (isE164(digits, least)) return digits;
    most = prefix.length - 1;
  }
}

function nationalOf(text: string, plan: DialPlan): string | undefined {
  const { countryCode, nationalPrefix } = plan;
  if (countryCode === undefined || nationalPrefix === '') return undefined;
  if (!text.startsWith(nationalPrefix)) return undefined;
  const digits = countryCode + text.slice(nationalPrefix.length);
  const begins = digits.charAt(countryCode.length);
  return begins !== '0' && isE164(digits, LEAST_DIGITS_UNMARKED) ? digits : undefined;
}

function isE164(digits: string, least: number): boolean {
  if (digits.length < least || digits.length > MOST_DIGITS || !/^[1-9]\d*$/.test(digits)) {
    return false;
  }
  return !digits.startsWith('1') || NORTH_AMERICAN.test(digits);
}

/** The longest of the prefixes, none longer than `most`, that the text begins with. */
function longest(
  prefixes: readonly string[],
  text: string,
  most = Number.POSITIVE_INFINITY,
): string | undefined {
  let found: string | undefined;
  for (const prefix of prefixes) {
    if (prefix === '' || prefix.length > most || !text.startsWith(prefix)) continue;
    if (found === undefined || prefix.length > found.length) found = prefix;
  }
  return found;
}
