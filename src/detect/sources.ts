import type { Counters } from '../telemetry/counters.js';
import type { Address } from '../wire/address.js';
import { BoundedMap } from './bounded-map.js';
import type { Standing } from './observation.js';

/** What a target, or the servers as to an account, have shown a source so far: bits of a set. */
export const Mark = {
  Tried: 1,
  /** Answered with 2xx to a request that grants something: registration, call, credentials. */
  Accepted: 2,
  /** A registration of this source stands there. */
  Registered: 4,
  /** The account was shown to exist (challenged, ringing, registered). */
  Exists: 8,
  /** The account was shown not to exist. */
  Unknown: 16,
  /** Credentials for it were rejected. */
  Rejected: 32,
  /** Answered with 2xx, if only to OPTIONS. */
  Answered: 64,
  /** The source sent credentials for the account. */
  Login: 128,
} as const;

/** Marks that outlast a story: they say who the source is, not what it did. */
const STANDING = Mark.Accepted | Mark.Registered | Mark.Answered;

/** A story without an incident lasts so long (seconds). */
const STORY = 24 * 3600;
const SOURCES_LIMIT = 50_000;
/** Members of one set that are told apart; beyond it they are only counted. */
const SET_LIMIT = 1024;
/** Members of all sets together: what bounds the memory when each source fills its own. */
const MEMBERS_LIMIT = 1_000_000;

/** A set of keys with marks, exact up to its limit. */
export class MarkedSet<K> {
  private readonly marks = new Map<K, number>();
  /** Additions that found the set full: an upper bound of what is not told apart. */
  overflow = 0;

  get size(): number {
    return this.marks.size;
  }

  get(key: K): number {
    return this.marks.get(key) ?? 0;
  }

  has(key: K): boolean {
    return this.marks.has(key);
  }

  /** Adds marks; false when the key is new and `room` is not there. */
  add(key: K, mark: number, room: boolean): boolean {
    const known = this.marks.get(key);
    if (known === undefined && (!room || this.marks.size >= SET_LIMIT)) {
      this.overflow++;
      return false;
    }
    this.marks.set(key, (known ?? 0) | mark);
    return known === undefined;
  }

  /** Forgets all but the keys that have one of `marks`; gives how many it forgot. */
  keepOnly(marks: number): number {
    const before = this.marks.size;
    for (const [key, own] of this.marks) if ((own & marks) === 0) this.marks.delete(key);
    this.overflow = 0;
    return before - this.marks.size;
  }

  /** How many keys have all of `mark`. */
  count(mark: number): number {
    let count = 0;
    for (const marks of this.marks.values()) if ((marks & mark) === mark) count++;
    return count;
  }

  /** The first few keys with all of `mark`, in order of arrival. */
  sample(mark: number, most: number): K[] {
    const found: K[] = [];
    for (const [key, marks] of this.marks) {
      if ((marks & mark) === mark && found.push(key) === most) break;
    }
    return found;
  }
}

/**
 * All that is kept of one source. Numbers are those of its present story, which begins anew every
 * day: what a host did last month says nothing of an alert today. While an incident is open its
 * story goes on. Who accepted it, and where it registered, is kept.
 */
export class SourceProfile {
  readonly address: Address;
  /** When the present story began, and when it was last seen (packet time, seconds). */
  firstSeen: number;
  lastSeen: number;
  /** An incident about it is open. */
  accused = false;
  requests = 0;
  emptyDatagrams = 0;
  /** Replies it got. */
  replies = 0;
  guesses = 0;
  accepted = 0;
  /** It has shown that it receives our packets: echoed nonce, To tag, or TCP. */
  returnPath = false;
  /** How many targets answered it, kept beside the set since it is asked for each request. */
  answeredTargets = 0;
  /** How many accounts it sent credentials for, kept beside the set for the same reason. */
  logins = 0;
  readonly targets = new MarkedSet<Address>();
  readonly accounts = new MarkedSet<string>();

  constructor(address: Address, time: number) {
    this.address = address;
    this.firstSeen = time;
    this.lastSeen = time;
  }

  /** Begins a new story; gives how many members of its sets were forgotten. */
  renew(time: number): number {
    this.firstSeen = time;
    this.requests = 0;
    this.emptyDatagrams = 0;
    this.replies = 0;
    this.guesses = 0;
    this.accepted = 0;
    this.logins = 0;
    return this.targets.keepOnly(STANDING) + this.accounts.keepOnly(0);
  }
}

/** The sources seen lately, bounded in number and in what is kept of all together. */
export class SourceTable {
  /** A reply to a request was seen. */
  twoWay = false;
  private readonly profiles: BoundedMap<Address, SourceProfile>;
  private members = 0;

  constructor(counters: Counters, limit = SOURCES_LIMIT) {
    this.profiles = new BoundedMap(limit, (_, profile) => {
      counters.sourcesEvicted++;
      this.members -= profile.targets.size + profile.accounts.size;
    });
  }

  /** The profile, made when the address is new. */
  touch(address: Address, time: number): SourceProfile {
    let profile = this.profiles.get(address);
    if (profile === undefined) {
      profile = new SourceProfile(address, time);
      this.profiles.set(address, profile);
    }
    if (time - profile.firstSeen > STORY && !profile.accused) {
      this.members -= profile.renew(time);
    }
    profile.lastSeen = Math.max(profile.lastSeen, time);
    return profile;
  }

  find(address: Address): SourceProfile | undefined {
    return this.profiles.peek(address);
  }

  markTarget(profile: SourceProfile, target: Address, mark: number): void {
    const before = profile.targets.get(target);
    if (profile.targets.add(target, mark, this.members < MEMBERS_LIMIT)) this.members++;
    if ((mark & Mark.Answered) !== 0 && (before & Mark.Answered) === 0) profile.answeredTargets++;
  }

  markAccount(profile: SourceProfile, account: string, mark: number): void {
    const before = profile.accounts.get(account);
    if (profile.accounts.add(account, mark, this.members < MEMBERS_LIMIT)) this.members++;
    if ((mark & Mark.Login) !== 0 && (before & Mark.Login) === 0) profile.logins++;
  }

  /** What is known of this source and this target now. */
  standing(profile: SourceProfile, target: Address): Standing {
    const tried = Math.max(1, profile.targets.size);
    return {
      accepted: (profile.targets.get(target) & Mark.Accepted) !== 0,
      servesTarget: this.isRegistrarOf(profile.address, target),
      targetsTried: profile.targets.size,
      answeredShare: Math.min(1, profile.answeredTargets / tried),
      logins: profile.logins,
      twoWay: this.twoWay,
    };
  }

  private isRegistrarOf(registrar: Address, client: Address): boolean {
    const marks = this.find(client)?.targets.get(registrar) ?? 0;
    return (marks & Mark.Registered) !== 0;
  }
}
