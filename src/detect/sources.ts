import { BoundedMap } from '../tables/bounded-map.js';
import type { Counters } from '../telemetry/counters.js';
import { isTime, type JsonValue, type SavedEntry } from '../telemetry/saved-entry.js';
import type { TableStatus } from '../telemetry/table-status.js';
import { type Address, isAddress } from '../wire/address.js';
import { Mark, type MarkedSet } from './marked-set.js';
import type { Standing } from './observation.js';
import { readSource, savedSource } from './saved-source.js';
import { SourceProfile } from './source-profile.js';

export type { SourceProfile };

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
/** Marks of a target that took a connection, or answered. */
const OPEN = Mark.Open | Mark.Answered;
/** Other sources that got replies within so long (seconds) show that the mirror has both ways. */
const TWO_WAY_SOURCES = 3;
const TWO_WAY_MEMORY = 600;

/**
 * The sources seen lately, bounded in number and in what is kept of all together. Strangers and
 * settled sources have a table each: a flood of forged addresses pushes out only its own kind.
 */
export class SourceTable {
  private readonly strangers: BoundedMap<Address, SourceProfile>;
  private readonly settled: BoundedMap<Address, SourceProfile>;
  private readonly counters: Counters;
  private members = 0;
  /** The last sources that something came back to, and when. */
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
    if (Math.abs(time - profile.firstSeen) > STORY && !profile.accused) {
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

  /** An incident about it is open, of this severity (0 info to 4 critical); -1: it closed. */
  accuse(profile: SourceProfile, suspicion: number): void {
    profile.suspicion = suspicion;
    if (suspicion >= 0) this.promote(profile);
  }

  /** The source got a reply to a request. */
  countReply(profile: SourceProfile, time: number): void {
    profile.replies++;
    this.hears(profile, time);
  }

  /** Something came back to the source: the mirror shows both directions, as far as it goes. */
  hears(profile: SourceProfile, time: number): void {
    profile.heard = true;
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
    if ((added & OPEN) !== 0 && (before & OPEN) === 0) profile.openTargets++;
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
    const tried = Math.max(1, profile.targets.size);
    return {
      accepted: (profile.targets.get(target) & Mark.Accepted) !== 0,
      accountsAccepted: profile.acceptedAccounts,
      servesTarget: this.isMarked(target, profile.address, Mark.Registered),
      servesTargetTls: this.isMarked(target, profile.address, Mark.Tls),
      targetsTried: profile.targets.size,
      answeredShare: profile.answeredTargets / tried,
      openShare: profile.openTargets / tried,
      logins: profile.logins,
      suspicion: profile.suspicion,
      twoWay: profile.heard || this.isTwoWay(now),
    };
  }

  /** Something came back to several sources lately: the mirror shows both directions. */
  isTwoWay(now: number): boolean {
    const { replied } = this;
    return (
      replied.length === TWO_WAY_SOURCES &&
      replied.every(({ time }) => Math.abs(now - time) < TWO_WAY_MEMORY)
    );
  }

  /** All of them: those that proved something first, and of each kind the last seen first. */
  *all(): Generator<SourceProfile> {
    yield* this.settled.newestFirst();
    yield* this.strangers.newestFirst();
  }

  tables(): TableStatus[] {
    const members = { table: 'set_members', entries: this.members, limit: MEMBERS_LIMIT };
    return [
      this.strangers.status('sources_strangers'),
      this.settled.status('sources_settled'),
      { ...members, evicted: 0 },
    ];
  }

  /** What outlasts a restart, in order of use; it may take its time. */
  *save(): Generator<SavedEntry> {
    yield ['replied', ...this.replied.map(({ source, time }) => [source, time])];
    for (const [, profile] of this.strangers.walk()) yield savedSource(profile);
    for (const [, profile] of this.settled.walk()) yield savedSource(profile);
  }

  /** Takes in a source that was saved; false when the entry is no such thing. */
  restore(entry: SavedEntry): boolean {
    const saved = readSource(entry);
    if (saved === undefined) return false;
    const { address, settled, firstSeen, targets, accounts } = saved;
    this.forget(address);
    const profile = new SourceProfile(address, firstSeen);
    profile.lastSeen = saved.lastSeen;
    profile.settled = settled;
    profile.returnPath = saved.returnPath;
    profile.requests = saved.requests;
    profile.emptyDatagrams = saved.emptyDatagrams;
    profile.replies = saved.replies;
    profile.guesses = saved.guesses;
    profile.bareConnections = saved.bareConnections;
    profile.tlsConnections = saved.tlsConnections;
    profile.heard = saved.heard;
    (settled ? this.settled : this.strangers).set(address, profile);
    for (const [target, marks] of targets) this.markTarget(profile, target, marks);
    for (const [account, marks] of accounts) this.markAccount(profile, account, marks);
    profile.targets.overflow = saved.targetsOverflow;
    profile.accounts.overflow = saved.accountsOverflow;
    return true;
  }

  /** Takes in the last sources that got replies. */
  restoreReplied([, ...pairs]: SavedEntry): boolean {
    if (pairs.length > TWO_WAY_SOURCES || !pairs.every(isReplied)) return false;
    this.replied.length = 0;
    for (const [source, time] of pairs) this.replied.push({ source, time });
    return true;
  }

  private forget(address: Address): void {
    const known = this.find(address);
    if (known === undefined) return;
    this.members -= known.targets.size + known.accounts.size;
    this.settled.delete(address);
    this.strangers.delete(address);
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

  /** What the server is to the client. */
  private isMarked(client: Address, server: Address, mark: number): boolean {
    const marks = this.find(client)?.targets.get(server) ?? 0;
    return (marks & mark) !== 0;
  }
}

function isReplied(value: JsonValue): value is [Address, number] {
  return Array.isArray(value) && isAddress(value[0]) && isTime(value[1]);
}
