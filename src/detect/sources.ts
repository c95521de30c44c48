import type { Counters } from '../telemetry/counters.js';
import type { Address } from '../wire/address.js';
import { BoundedMap } from './bounded-map.js';
import { Mark, MarkedSet } from './marked-set.js';
import type { Standing } from './observation.js';

/** Marks that outlast a story: they say who the source is, not what it did. */
const STANDING = Mark.Accepted | Mark.Registered | Mark.Answered;

/** A story without an incident lasts so long (seconds). */
const STORY = 24 * 3600;
const SOURCES_LIMIT = 50_000;
/** Members of one set that are told apart; of a source that has proved nothing, fewer. */
const SET_LIMIT = 1024;
const STRANGER_SET_LIMIT = 128;
/**
 * Members of all sets together: what bounds the memory when each source fills its own. Strangers
 * share the half, so that forged addresses leave room for what is known of the others.
 */
const MEMBERS_LIMIT = 1_000_000;
const STRANGERS_LIMIT = MEMBERS_LIMIT / 2;
/** Other sources that got replies within so long (seconds) show that the mirror has both ways. */
const TWO_WAY_SOURCES = 3;
const TWO_WAY_MEMORY = 600;

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
  /** It proved its address, was accepted somewhere, or an incident is open: see `promote`. */
  settled = false;
  /** An incident about it is open. */
  accused = false;
  requests = 0;
  emptyDatagrams = 0;
  /** Replies it got. */
  replies = 0;
  guesses = 0;
  /** It has shown that it receives our packets: echoed nonce, To tag, or TCP. */
  returnPath = false;
  /** Kept beside the sets, since they are asked for with each observation. */
  answeredTargets = 0;
  logins = 0;
  acceptedAccounts = 0;
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
    this.logins = 0;
    this.acceptedAccounts = 0;
    return this.targets.keepOnly(STANDING) + this.accounts.keepOnly(0);
  }
}

/**
 * The sources seen lately, bounded in number and in what is kept of all together. Strangers and
 * settled sources have a table each: a flood of forged addresses pushes out only its own kind.
 */
export class SourceTable {
  private readonly strangers: BoundedMap<Address, SourceProfile>;
  private readonly settled: BoundedMap<Address, SourceProfile>;
  private readonly counters: Counters;
  private members = 0;
  /** The last sources that got replies, and when. */
  private readonly replied: { source: Address; time: number }[] = [];

  constructor(counters: Counters, limit = SOURCES_LIMIT) {
    const evicted = (_: Address, profile: SourceProfile) => {
      counters.sourcesEvicted++;
      this.members -= profile.targets.size + profile.accounts.size;
    };
    this.counters = counters;
    this.strangers = new BoundedMap(limit, evicted);
    this.settled = new BoundedMap(limit, evicted);
  }

  /** The profile, made when the address is new. */
  touch(address: Address, time: number): SourceProfile {
    let profile = this.settled.get(address) ?? this.strangers.get(address);
    if (profile === undefined) {
      profile = new SourceProfile(address, time);
      this.strangers.set(address, profile);
    }
    if (time - profile.firstSeen > STORY && !profile.accused) {
      this.members -= profile.renew(time);
    }
    profile.lastSeen = Math.max(profile.lastSeen, time);
    return profile;
  }

  find(address: Address): SourceProfile | undefined {
    return this.settled.peek(address) ?? this.strangers.peek(address);
  }

  /** The source receives what is sent to it. */
  proveReturnPath(profile: SourceProfile): void {
    profile.returnPath = true;
    this.promote(profile);
  }

  /** An incident about it opened or closed. */
  accuse(profile: SourceProfile, accused: boolean): void {
    profile.accused = accused;
    if (accused) this.promote(profile);
  }

  /** The source got a reply to a request. */
  countReply(profile: SourceProfile, time: number): void {
    profile.replies++;
    const { replied } = this;
    const known = replied.find(({ source }) => source === profile.address);
    if (known !== undefined) known.time = time;
    else {
      if (replied.length === TWO_WAY_SOURCES) replied.shift();
      replied.push({ source: profile.address, time });
    }
  }

  markTarget(profile: SourceProfile, target: Address, marks: number): void {
    if ((marks & (Mark.Accepted | Mark.Registered)) !== 0) this.promote(profile);
    const before = profile.targets.get(target);
    if (!this.store(profile, profile.targets, target, marks)) return;
    const added = marks & ~before;
    if ((added & Mark.Answered) !== 0) profile.answeredTargets++;
  }

  markAccount(profile: SourceProfile, account: string, marks: number): void {
    const before = profile.accounts.get(account);
    if (!this.store(profile, profile.accounts, account, marks)) return;
    const added = marks & ~before;
    if ((added & Mark.Login) !== 0) profile.logins++;
    if ((added & Mark.Accepted) !== 0) profile.acceptedAccounts++;
  }

  /** What is known of this source and this target at `now`. */
  standing(profile: SourceProfile, target: Address, now: number): Standing {
    return {
      accepted: (profile.targets.get(target) & Mark.Accepted) !== 0,
      accountsAccepted: profile.acceptedAccounts,
      servesTarget: this.isRegistrarOf(profile.address, target),
      targetsTried: profile.targets.size,
      answeredShare: profile.answeredTargets / Math.max(1, profile.targets.size),
      logins: profile.logins,
      twoWay: profile.replies > 0 || this.isTwoWay(now),
    };
  }

  /** Several sources got replies lately: the mirror shows both directions. */
  isTwoWay(now: number): boolean {
    const { replied } = this;
    return (
      replied.length === TWO_WAY_SOURCES && replied.every(({ time }) => now - time < TWO_WAY_MEMORY)
    );
  }

  private store<K>(profile: SourceProfile, set: MarkedSet<K>, key: K, marks: number): boolean {
    const [own, all] = profile.settled
      ? [SET_LIMIT, MEMBERS_LIMIT]
      : [STRANGER_SET_LIMIT, STRANGERS_LIMIT];
    const stored = set.mark(key, marks, this.members < all ? own : 0);
    if (stored === 'new') this.members++;
    if (stored === 'refused') this.counters.membersRefused++;
    return stored !== 'refused';
  }

  private promote(profile: SourceProfile): void {
    if (profile.settled) return;
    profile.settled = true;
    this.strangers.delete(profile.address);
    this.settled.set(profile.address, profile);
  }

  private isRegistrarOf(registrar: Address, client: Address): boolean {
    const marks = this.find(client)?.targets.get(registrar) ?? 0;
    return (marks & Mark.Registered) !== 0;
  }
}
