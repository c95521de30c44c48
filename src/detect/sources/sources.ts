import { SeenFilter } from '../../tables/seen-filter.js';
import { TieredMap } from '../../tables/tiered-map.js';
import type { Counters } from '../../telemetry/counters.js';
import { isCount, type JsonValue, type SavedEntry } from '../../telemetry/saved-entry.js';
import type { TableStatus } from '../../telemetry/table-status.js';
import type { Address } from '../../wire/address.js';
import { Transport } from '../../wire/packet.js';
import type { Standing } from '../observation.js';
import type { Transaction } from '../transactions/transaction.js';
import { Handsets } from './handsets.js';
import { IdleProfiles } from './idle-profiles.js';
import { hasAll, Mark, type MarkedSet } from './marked-set.js';
import { ProvedFlows } from './proved-flows.js';
import { RepliedSources } from './replied-sources.js';
import { fillProfile, readSource, type SavedSource, savedSource } from './saved-source.js';
import { SourceProfile } from './source-profile.js';

export type { SourceProfile };

/** A story without an incident lasts so long (seconds). */
const STORY = 24 * 3600;
/** Who comes again so much later (seconds) is no longer a stranger that did one thing. */
const ANOTHER_TIME = 1;
/**
 * How a source rises: `Stranger` on first sight; `Returning` when it comes at another time;
 * `Settled` when it proved its address, was accepted somewhere, or is accused. Forged addresses
 * that come once push out nobody but each other. `None`: it is not kept.
 */
export const Tier = { None: -1, Stranger: 0, Returning: 1, Settled: 2 } as const;
const LIMITS = [32_768, 50_000, 50_000];
/** Sources that were pushed out and are known again when they come back: see `SeenFilter`. */
const SEEN_CAPACITY = 8 * 1024 * 1024;
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

/** The sources seen lately, bounded in number and in what is kept of all together. */
export class SourceTable {
  private readonly profiles: TieredMap<Address, SourceProfile>;
  /** Who was pushed out; made when the first one is, which on a quiet wire never happens. */
  private seen: SeenFilter | undefined = undefined;
  private readonly seenCapacity: number;
  private readonly handsets: Handsets;
  private readonly flows: ProvedFlows;
  private readonly counters: Counters;
  private members = 0;
  private readonly idle = new IdleProfiles();
  /** The one used last of all: the next question is mostly about it again. */
  private last: SourceProfile | undefined = undefined;
  private readonly replied = new RepliedSources();

  /** `limits` of strangers, returning and settled sources; smaller ones serve tests. */
  constructor(counters: Counters, limits: readonly number[] = LIMITS, seen = SEEN_CAPACITY) {
    this.counters = counters;
    this.seenCapacity = seen;
    this.profiles = new TieredMap(limits, (_, profile) => this.evicted(profile));
    this.handsets = new Handsets(counters, (weight) => {
      this.members -= weight;
    });
    this.flows = new ProvedFlows(counters);
  }

  /** The profile of a source that does something itself: who comes at another time rises. */
  comes(address: Address, time: number): SourceProfile {
    const known = this.used(address);
    const profile = this.seenAt(known ?? this.add(address, time), time);
    if (profile.tier !== Tier.Stranger) return profile;
    const again =
      known === undefined
        ? this.seen?.has(address) === true
        : time - profile.firstSeen >= ANOTHER_TIME;
    if (again) this.rise(profile, Tier.Returning);
    return profile;
  }

  /** The profile, made when the address is new: what is done to a source makes it no better known. */
  touch(address: Address, time: number): SourceProfile {
    return this.seenAt(this.used(address) ?? this.add(address, time), time);
  }

  /** The same of what became of its request: who was pushed out meanwhile is not kept again. */
  recall(address: Address, time: number): SourceProfile {
    const known = this.used(address);
    if (known !== undefined) return this.seenAt(known, time);
    const profile = new SourceProfile(address, time);
    profile.tier = Tier.None;
    return profile;
  }

  find(address: Address): SourceProfile | undefined {
    if (this.last?.address === address) return this.last;
    return this.profiles.peek(address);
  }

  /** It came at more than one time, or proved or did something: no stranger that came once. */
  isKnown(address: Address): boolean {
    const profile = this.find(address);
    return profile !== undefined && profile.tier !== Tier.Stranger;
  }

  /** The source receives what is sent to it, at this port. */
  prove(profile: SourceProfile, port: number): void {
    this.flows.add(profile.address, port);
    this.proveReturnPath(profile);
  }

  /** The same by a TCP connection, unless the sender only stands for another: see `Packet.origin`. */
  proveConnection(profile: SourceProfile, transaction: Transaction): void {
    const { source, origin, originPort, proof } = transaction;
    if (source !== origin) return;
    proof.given = true;
    this.flows.addConnection(origin, originPort);
    this.proveReturnPath(profile);
  }

  /** The request came over a TCP connection that proved its client. */
  isConnected({ transport, source, origin, originPort }: Transaction): boolean {
    if (transport !== Transport.Tcp || source !== origin) return false;
    return this.flows.hasConnection(origin, originPort);
  }

  /**
   * Whether some message from this address and port showed that its sender receives what is sent
   * there. Who forges that address and port later has proved nothing by it: see `Proof`.
   */
  isProved(address: Address, port: number): boolean {
    return this.flows.has(address, port) || this.flows.hasConnection(address, port);
  }

  /** The source receives what is sent to it. */
  proveReturnPath(profile: SourceProfile): void {
    profile.returnPath = true;
    this.promote(profile);
  }

  /** Of a site, what is kept of the device that shows as this port; undefined: nothing yet. */
  handset(address: Address, port: number): SourceProfile | undefined {
    return this.handsets.find(address, port);
  }

  /** The same, made when it is new; undefined: the source is no site. */
  handsetOf(profile: SourceProfile, port: number, time: number): SourceProfile | undefined {
    if (!profile.isSite) return undefined;
    const handset = this.handsets.touch(profile.address, port, time);
    if (Math.abs(time - handset.firstSeen) > STORY) this.members -= handset.renew(time);
    handset.lastSeen = Math.max(handset.lastSeen, time);
    return handset;
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
    this.replied.add(profile.address, time);
  }

  /** Marks a target of the source; of a site, also one of the device at `port`. */
  markTarget(profile: SourceProfile, target: Address, marks: number, port?: number): void {
    if (port !== undefined && profile.isSite) {
      const handset = this.handset(profile.address, port);
      if (handset !== undefined) this.markTarget(handset, target, marks);
    }
    if ((marks & (Mark.Accepted | Mark.Registered)) !== 0) this.promote(profile);
    const before = profile.targets.get(target);
    if (hasAll(before, marks) || !this.store(profile, profile.targets, target, marks)) return;
    const added = marks & ~before;
    if ((added & Mark.Answered) !== 0) profile.answeredTargets++;
    if ((added & OPEN) !== 0 && (before & OPEN) === 0) profile.openTargets++;
  }

  /** The same of an account. */
  markAccount(profile: SourceProfile, account: string, marks: number, port?: number): void {
    if (port !== undefined && profile.isSite) {
      const handset = this.handset(profile.address, port);
      if (handset !== undefined) this.markAccount(handset, account, marks);
    }
    const before = profile.accounts.get(account);
    const isStored = hasAll(before, marks) || this.store(profile, profile.accounts, account, marks);
    if (!isStored) return;
    const added = marks & ~before;
    if ((added & Mark.Login) !== 0) profile.logins++;
    if ((added & Mark.Accepted) !== 0) profile.acceptedAccounts++;
    if (port !== undefined && (marks & Mark.Accepted) !== 0) profile.acceptedFrom(port);
  }

  /** What is known of this source (from this port) and this target at `now`. */
  standing(profile: SourceProfile, target: Address, now: number, port = 0): Standing {
    const tried = Math.max(1, profile.targets.size);
    const served = this.profiles.peek(target)?.targets.get(profile.address) ?? 0;
    const handset = profile.isSite ? this.handset(profile.address, port) : undefined;
    return {
      accepted: (profile.targets.get(target) & Mark.Accepted) !== 0,
      accountsAccepted: profile.acceptedAccounts,
      isSite: profile.isSite,
      handsetAccepted: handset?.acceptedAccounts,
      servesTarget: (served & Mark.Registered) !== 0,
      servesTargetTls: (served & Mark.Tls) !== 0,
      targetsTried: profile.targets.size,
      answeredShare: profile.answeredTargets / tried,
      openShare: profile.openTargets / tried,
      logins: profile.logins,
      accountsTried: profile.accounts.distinct,
      age: now - profile.firstSeen,
      askedPerTarget: profile.contacts / tried,
      surveys: profile.surveys,
      suspicion: profile.suspicion,
      twoWay: profile.heard || this.isTwoWay(now),
    };
  }

  /** Something came back to several sources lately: the mirror shows both directions. */
  isTwoWay(now: number): boolean {
    return this.replied.showBothWays(now);
  }

  /** All of them: those that proved something first, and of each kind the last seen first. */
  *all(): Generator<SourceProfile> {
    yield* this.profiles.newestFirst(Tier.Settled);
    yield* this.profiles.newestFirst(Tier.Returning);
    yield* this.profiles.newestFirst(Tier.Stranger);
  }

  tables(): TableStatus[] {
    const { profiles, members, seenCapacity } = this;
    const unused = { table: 'sources_seen', entries: 0, limit: 2 * seenCapacity, evicted: 0 };
    return [
      profiles.status(Tier.Stranger, 'sources_strangers'),
      profiles.status(Tier.Returning, 'sources_returning'),
      profiles.status(Tier.Settled, 'sources_settled'),
      this.seen?.status('sources_seen') ?? unused,
      { table: 'set_members', entries: members, limit: MEMBERS_LIMIT, evicted: 0 },
      this.handsets.table(),
      this.flows.table(),
    ];
  }

  /** What outlasts a restart, in order of use; it may take its time. */
  *save(): Generator<SavedEntry> {
    yield this.replied.saved();
    for (const tier of [Tier.Stranger, Tier.Returning, Tier.Settled]) {
      for (const [, profile] of this.profiles.walk(tier)) yield savedSource(profile);
    }
    yield* this.handsets.save();
    yield* this.flows.save();
  }

  /** Takes in an entry that was saved; false when it is no such thing. */
  restore(entry: SavedEntry): boolean {
    switch (entry[0]) {
      case 'source':
        return this.restoreSource(entry);
      case 'handset':
        return this.restoreHandset(entry);
      case 'proved':
        return this.flows.restore(entry);
      default:
        return this.replied.restore(entry);
    }
  }

  private restoreSource(entry: SavedEntry): boolean {
    const saved = readSource(entry);
    if (saved === undefined) return false;
    const { address } = saved;
    this.forget(address);
    const profile = new SourceProfile(address, saved.firstSeen);
    profile.tier = saved.tier;
    this.profiles.set(address, profile, saved.tier);
    this.last = undefined;
    this.fill(profile, saved);
    return true;
  }

  private restoreHandset([, port, ...data]: SavedEntry): boolean {
    const saved = readSource(['source', ...data]);
    if (saved === undefined || !isPort(port)) return false;
    const handset = this.handsets.touch(saved.address, port, saved.firstSeen);
    this.fill(handset, saved);
    return true;
  }

  private fill(profile: SourceProfile, saved: SavedSource): void {
    const estimates = fillProfile(profile, saved, this);
    this.members += estimates;
  }

  private forget(address: Address): void {
    const known = this.find(address);
    if (known === undefined) return;
    this.members -= known.weight;
    this.profiles.delete(address);
    this.last = undefined;
  }

  private evicted(profile: SourceProfile): void {
    this.counters.sourcesEvicted++;
    this.members -= profile.weight;
    if (profile === this.last) this.last = undefined;
    this.seen ??= new SeenFilter(this.seenCapacity);
    this.seen.add(profile.address);
    if (profile.tier === Tier.Stranger) this.idle.add(profile);
  }

  /** The profile, as just used in its tier; that is what the one found last still is. */
  private used(address: Address): SourceProfile | undefined {
    return this.last?.address === address ? this.last : this.profiles.get(address);
  }

  private add(address: Address, time: number): SourceProfile {
    const profile = this.idle.take(address, time);
    this.profiles.set(address, profile, Tier.Stranger);
    return profile;
  }

  private seenAt(profile: SourceProfile, time: number): SourceProfile {
    if (Math.abs(time - profile.firstSeen) > STORY && !profile.accused) {
      this.members -= profile.renew(time);
    }
    if (time > profile.lastSeen) profile.lastSeen = time;
    this.last = profile;
    return profile;
  }

  private store<K extends number | string>(
    profile: SourceProfile,
    set: MarkedSet<K>,
    key: K,
    marks: number,
  ): boolean {
    if (profile.tier === Tier.None) return false;
    const own = profile.settled ? SET_LIMIT : STRANGER_SET_LIMIT;
    const all = profile.settled ? MEMBERS_LIMIT : STRANGERS_LIMIT;
    const stored = set.mark(key, marks, this.members < all ? own : 0);
    if (stored === 'new') this.members++;
    else if (stored === 'refused') {
      this.counters.membersRefused++;
      if (set.size >= own) this.members += set.estimateRefused(key, all - this.members);
    }
    return stored !== 'refused';
  }

  private promote(profile: SourceProfile): void {
    const { tier } = profile;
    if (tier !== Tier.Settled && tier !== Tier.None) this.rise(profile, Tier.Settled);
  }

  private rise(profile: SourceProfile, tier: number): void {
    profile.tier = tier;
    this.profiles.raise(profile.address, tier);
    if (profile !== this.last) this.last = undefined;
  }
}

function isPort(value: JsonValue | undefined): value is number {
  return isCount(value) && value < 65_536;
}
