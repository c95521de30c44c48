import { Mark } from '../detect/sources/marked-set.js';
import type { SourceProfile } from '../detect/sources/source-profile.js';
import type { Address } from '../wire/address.js';

/** How many of something, and the first few. */
export interface Members<K> {
  readonly count: number;
  readonly first: readonly K[];
  /** There were more than could be told apart: `count` is an estimate. */
  readonly about: boolean;
}

/** What is known by now of the actor of an incident: of one source, or of many together. */
export interface Known {
  /** When the first of them was first seen (packet time, seconds). */
  readonly firstSeen: number;
  /** Requests, empty datagrams and connections without a byte. */
  readonly contacts: number;
  readonly replies: number;
  readonly guesses: number;
  readonly answered: number;
  readonly open: number;
  readonly tlsConnections: number;
  readonly targets: Members<Address>;
  readonly accounts: Members<string>;
  readonly existing: readonly string[];
  /** Accounts whose credentials were rejected. */
  readonly guessed: readonly string[];
}

const FIRST = 10;
/** Profiles that are joined, and members of each: an alert must not take long. */
const JOINED = 32;
const OF_EACH = 256;

/** All that is known of these sources; undefined of none. */
export function knownOf(profiles: readonly SourceProfile[]): Known | undefined {
  const [first] = profiles;
  if (first === undefined) return undefined;
  return profiles.length === 1 ? ofOne(first) : ofMany(profiles.slice(0, JOINED));
}

function ofOne(profile: SourceProfile): Known {
  const { targets, accounts } = profile;
  return {
    firstSeen: profile.firstSeen,
    contacts: profile.contacts,
    replies: profile.replies,
    guesses: profile.guesses,
    answered: profile.answeredTargets,
    open: profile.openTargets,
    tlsConnections: profile.tlsConnections,
    targets: {
      count: targets.distinct,
      first: targets.sample(Mark.Tried, FIRST),
      about: targets.distinct > targets.size,
    },
    accounts: {
      count: accounts.overflow > 0 ? accounts.distinct : accounts.count(Mark.Tried),
      first: accounts.sample(Mark.Tried, FIRST),
      about: accounts.distinct > accounts.size,
    },
    existing: existingAccounts(profile),
    guessed: accounts.sample(Mark.Rejected, FIRST),
  };
}

/** What each did to the same target or account is there once, as far as it can be told apart. */
function ofMany(profiles: readonly SourceProfile[]): Known {
  const sum = (value: (profile: SourceProfile) => number) =>
    profiles.reduce((total, profile) => total + value(profile), 0);
  const accounts = (mark: number) =>
    new Set(profiles.flatMap((profile) => profile.accounts.sample(mark, OF_EACH)));
  const targets = (mark: number) =>
    new Set(profiles.flatMap((profile) => profile.targets.sample(mark, OF_EACH)));
  /** Where one alone has more than is looked through, its number is the least. */
  const members = <K>(kind: 'targets' | 'accounts', set: ReadonlySet<K>): Members<K> => {
    const largest = Math.max(...profiles.map((profile) => profile[kind].distinct));
    const about = largest > OF_EACH;
    return {
      count: about ? Math.max(set.size, largest) : set.size,
      first: [...set].slice(0, FIRST),
      about,
    };
  };
  const answered = targets(Mark.Answered);
  return {
    firstSeen: Math.min(...profiles.map(({ firstSeen }) => firstSeen)),
    contacts: sum(({ contacts }) => contacts),
    replies: sum(({ replies }) => replies),
    guesses: sum(({ guesses }) => guesses),
    answered: answered.size,
    open: new Set([...answered, ...targets(Mark.Open)]).size,
    tlsConnections: sum(({ tlsConnections }) => tlsConnections),
    targets: members('targets', targets(Mark.Tried)),
    accounts: members('accounts', accounts(Mark.Tried)),
    existing: [...new Set(profiles.flatMap(existingAccounts))],
    guessed: [...accounts(Mark.Rejected)].slice(0, FIRST),
  };
}

/**
 * Accounts that answers gave away: those it was let in to, and, where the server also told it that
 * others do not exist, those it was challenged for. Where all are challenged alike, none is.
 */
export function existingAccounts(profile: SourceProfile): string[] {
  const { accounts } = profile;
  const told = accounts.count(Mark.Unknown) > 0 ? Mark.Exists : Mark.Accepted;
  return accounts.sample(told, 64).filter((name) => (accounts.get(name) & Mark.Unknown) === 0);
}
