import type { SipMessage } from '../../sip/message.js';
import { Method } from '../../sip/tokens.js';
import { BoundedMap } from '../../tables/bounded-map.js';
import { DistinctCounter } from '../../tables/distinct-counter.js';
import { HeavyHitters } from '../../tables/heavy-hitters.js';
import type { Counters } from '../../telemetry/counters.js';
import type { TableStatus } from '../../telemetry/table-status.js';
import { type Address, networkOf, networkText } from '../../wire/address.js';
import type { Follower } from '../follower.js';
import type { ObservationWriter } from '../observation-writer.js';
import type { Transaction } from '../transactions/transaction.js';
import type { RateFacts } from './rate-facts.js';
import type { SourceProfile, SourceTable } from './sources.js';

/**
 * Requests are counted in spans of ten seconds, one behind the other, from a first request on. So a
 * count is never too high; a burst that falls into two spans counts as two halves.
 */
const SPAN = 10;
/** From so many requests on, each doubling is told. */
const FIRST_TOLD = 32;
const TARGETS_LIMIT = 4096;
/** A client sends a request eleven times at most; more are somebody's flood. */
const MOST_REPEATS = 10;
/** Networks of a busy target that are counted side by side. */
const NETWORKS = 16;

/** What a target got in the present span. */
class TargetRate {
  /** Packet time (whole seconds) when the span began. */
  from = 0;
  requests = 0;
  strangers = 0;
  /** Made when the target is busy for the first time. */
  sources: DistinctCounter | undefined = undefined;
  networks: HeavyHitters<Address> | undefined = undefined;

  begin(now: number): void {
    this.from = now;
    this.requests = 0;
    this.strangers = 0;
    this.sources?.clear();
    this.networks?.clear();
  }

  /** Takes a request from who has proved nothing; the first are only counted, not told apart. */
  stranger(source: Address): void {
    this.strangers++;
    if (this.requests < FIRST_TOLD) return;
    this.sources ??= new DistinctCounter();
    this.networks ??= new HeavyHitters(NETWORKS);
    this.sources.add(source);
    this.networks.add(networkOf(source));
  }

  facts(): RateFacts {
    const { requests, strangers, sources, networks } = this;
    const top = networks?.top();
    const share = top === undefined ? 0 : (top.count - top.error) / networks!.additions;
    return {
      requests,
      toTarget: undefined,
      strangers,
      sources: rounded(sources?.estimate() ?? 0),
      network: top === undefined ? undefined : networkText(top.key),
      networkShare: share,
    };
  }
}

/**
 * Follows how fast sources send and targets get requests, with a counter for each. ACK is left out:
 * it answers an answer. Who only repeats one request counts once, unless he repeats it more often
 * than a client may (RFC 3261 §17.1.2.2).
 */
export class Rates implements Follower {
  private readonly targets: BoundedMap<Address, TargetRate>;
  private readonly sources: SourceTable;
  private readonly writer: ObservationWriter;

  constructor(counters: Counters, sources: SourceTable, writer: ObservationWriter) {
    this.sources = sources;
    this.writer = writer;
    this.targets = new BoundedMap(TARGETS_LIMIT, () => {
      counters.ratesEvicted++;
    });
  }

  request(transaction: Transaction, message: SipMessage): void {
    if (message.methodId !== Method.Ack) this.add(transaction);
  }

  repeated(transaction: Transaction): void {
    transaction.repeats++;
    if (transaction.repeats > MOST_REPEATS) this.add(transaction);
  }

  setBack(now: number): void {
    for (const rate of this.targets.values()) if (rate.from > now) rate.begin(Math.floor(now));
  }

  tables(): TableStatus[] {
    return [this.targets.status('rates')];
  }

  private add(transaction: Transaction): void {
    const { origin } = transaction;
    const now = Math.floor(this.writer.now);
    const profile = this.sources.recall(origin, this.writer.now);
    this.ofSource(transaction, profile, now);
    this.ofTarget(transaction, profile, now);
  }

  private ofSource(transaction: Transaction, profile: SourceProfile, now: number): void {
    if (!isWithin(profile.busyFrom, now)) {
      profile.busyFrom = now;
      profile.busyRequests = 0;
      profile.busyShare = 0;
    }
    profile.busyRequests++;
    // A vote for its target (Boyer and Moore): what is left is about the one that gets the most.
    if (profile.busyTarget === transaction.target) profile.busyShare++;
    else if (profile.busyShare > 0) profile.busyShare--;
    else {
      profile.busyTarget = transaction.target;
      profile.busyShare = 1;
    }
    if (!isToBeTold(profile.busyRequests)) return;
    this.writer.say('source.busy', transaction, profile, { rate: factsOf(profile) });
  }

  private ofTarget(transaction: Transaction, profile: SourceProfile, now: number): void {
    const { target, origin } = transaction;
    let rate = this.targets.get(target);
    if (rate === undefined) {
      rate = new TargetRate();
      rate.from = now;
      this.targets.set(target, rate);
    } else if (!isWithin(rate.from, now)) {
      rate.begin(now);
    }
    rate.requests++;
    if (!profile.settled) rate.stranger(origin);
    if (!isToBeTold(rate.requests)) return;
    this.writer.say('target.busy', transaction, profile, { rate: rate.facts() });
  }
}

function isWithin(from: number, now: number): boolean {
  return now >= from && now - from < SPAN;
}

/** 32, 64, 128… */
function isToBeTold(count: number): boolean {
  return count >= FIRST_TOLD && (count & (count - 1)) === 0;
}

function factsOf({ busyRequests, busyShare }: SourceProfile): RateFacts {
  return {
    requests: busyRequests,
    toTarget: busyShare,
    strangers: undefined,
    sources: undefined,
    network: undefined,
    networkShare: undefined,
  };
}

/** To two digits: it is an estimate. */
function rounded(count: number): number {
  if (count < 100) return count;
  const unit = 10 ** (Math.floor(Math.log10(count)) - 1);
  return Math.round(count / unit) * unit;
}
