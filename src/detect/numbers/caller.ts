import { isCount, isListOf, isTime, type JsonValue } from '../../telemetry/saved-entry.js';

const DAY = 86_400;
/** Countries of one caller that are told apart; who calls more is surprised by none. */
const COUNTRIES_LIMIT = 64;
/** A country's name, as `countryOf` gives it, is no longer than this. */
const NAME_LIMIT = 16;

/** A country that a caller was put through to. */
export interface CalledCountry {
  readonly country: string;
  /** When for the first time (packet time, seconds). */
  since: number;
  /** Calls to it that were answered and have not ended. */
  open: number;
}

/** One who dials at one server, and where he was put through to. */
export class Caller {
  /** When he was first put through anywhere. */
  firstAt: number;
  calls = 0;
  readonly countries: CalledCountry[] = [];

  constructor(firstAt: number) {
    this.firstAt = firstAt;
  }

  find(country: string): CalledCountry | undefined {
    return this.countries.find((called) => called.country === country);
  }

  /** Whether a call to this country would be his first; false when he calls so many. */
  isNew(country: string): boolean {
    return this.countries.length < COUNTRIES_LIMIT && this.find(country) === undefined;
  }

  /** Countries that he first called within the last day. */
  newCountries(now: number): number {
    let count = 0;
    for (const { since } of this.countries) if (now - since < DAY) count++;
    return count;
  }

  /** He was put through to a country; undefined: to his own, or nobody knows. */
  putThrough(country: string | undefined, now: number): void {
    this.calls++;
    if (country === undefined || !this.isNew(country)) return;
    this.countries.push({ country, since: now, open: 0 });
  }

  /** The clock was set back to `now`: nothing was first seen later. */
  setBack(now: number): void {
    this.firstAt = Math.min(this.firstAt, now);
    for (const called of this.countries) called.since = Math.min(called.since, now);
  }
}

export function savedCaller({ firstAt, calls, countries }: Caller): JsonValue[] {
  return [firstAt, calls, countries.map(({ country, since }) => [country, since])];
}

/** Undefined where anything is not as `savedCaller` writes it. */
export function readCaller([firstAt, calls, countries]: readonly JsonValue[]): Caller | undefined {
  if (!isTime(firstAt) || !isCount(calls)) return undefined;
  if (!isListOf(countries, COUNTRIES_LIMIT, isCalled)) return undefined;
  const caller = new Caller(firstAt);
  caller.calls = calls;
  for (const [country, since] of countries) caller.countries.push({ country, since, open: 0 });
  return caller;
}

function isCalled(value: unknown): value is [country: string, since: number] {
  if (!Array.isArray(value) || value.length !== 2) return false;
  const [country, since] = value as unknown[];
  return typeof country === 'string' && country.length <= NAME_LIMIT && isTime(since);
}
