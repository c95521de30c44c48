import type { Address } from '../../wire/address.js';
import { Mark, MarkedSet } from './marked-set.js';

/** So many accounts, accepted from so many ports, make a site of an address. */
const SITE_ACCOUNTS = 3;
export const SITE_PORTS = 3;
const SETTLED = 2;
/** Marks that outlast a story: they say who the source is, not what it did. */
const STANDING = Mark.Accepted | Mark.Registered | Mark.Answered | Mark.Open | Mark.Tls;

/**
 * All that is kept of one source. Numbers are those of its present story, which begins anew every
 * day: what a host did last month says nothing of an alert today. While an incident is open its
 * story goes on. Who accepted it, and where it registered, is kept.
 */
export class SourceProfile {
  address: Address;
  /** When the present story began, and when it was last seen (packet time, seconds). */
  firstSeen: number;
  lastSeen: number;
  /** How far it has risen in the table: see `Tier`. */
  tier = 0;
  /** Severity of the incident about it that is open, 0 info to 4 critical; -1: none is. */
  suspicion = -1;
  requests = 0;
  emptyDatagrams = 0;
  /** Connections that it began and has sent no byte over. */
  bareConnections = 0;
  /** TLS sessions that it began: what was said in them is not known. */
  tlsConnections = 0;
  /** Replies it got. */
  replies = 0;
  /** Something came back to it: a reply, an accepted or refused connection, an ICMP error. */
  heard = false;
  guesses = 0;
  /** It has shown that it receives our packets: echoed nonce, To tag, or TCP. */
  returnPath = false;
  /** Kept beside the sets, since they are asked for with each observation. */
  answeredTargets = 0;
  openTargets = 0;
  logins = 0;
  acceptedAccounts = 0;
  /** It named itself as a survey of the Internet. */
  surveys = false;
  /** Many devices are behind this one address; once it is known, it stays so. */
  isSite = false;
  /** Ports that accounts were accepted from, as many as make a site; none: undefined. */
  acceptedPorts: number[] | undefined = undefined;
  /** Its requests of late, reckoned by `Rates`; times there are whole seconds. */
  busyFrom = 0;
  busyRequests = 0;
  busyTarget: Address = 0;
  busyShare = 0;
  readonly targets = new MarkedSet<Address>();
  readonly accounts = new MarkedSet<string>();

  constructor(address: Address, time: number) {
    this.address = address;
    this.firstSeen = time;
    this.lastSeen = time;
  }

  /** It proved its address, was accepted somewhere, or was accused. */
  get settled(): boolean {
    return this.tier === SETTLED;
  }

  /** An incident about it is open. */
  get accused(): boolean {
    return this.suspicion >= 0;
  }

  /** What it sent to begin with: requests, empty datagrams, connections without a byte. */
  get contacts(): number {
    return this.requests + this.emptyDatagrams + this.bareConnections;
  }

  /** An account was accepted from one of its ports. */
  acceptedFrom(port: number): void {
    if (this.isSite) return;
    this.acceptedPorts ??= [];
    const ports = this.acceptedPorts;
    if (ports.length < SITE_PORTS && !ports.includes(port)) ports.push(port);
    this.isSite = ports.length === SITE_PORTS && this.acceptedAccounts >= SITE_ACCOUNTS;
  }

  /** What its sets take of the memory that all share: see `MarkedSet.weight`. */
  get weight(): number {
    return this.targets.weight + this.accounts.weight;
  }

  /** Becomes that of another source, of which nothing is known: as if it were made now. */
  reuse(address: Address, time: number): void {
    this.beginStory(time);
    this.address = address;
    this.lastSeen = time;
    this.tier = 0;
    this.suspicion = -1;
    this.returnPath = false;
    this.answeredTargets = 0;
    this.openTargets = 0;
    this.surveys = false;
    this.isSite = false;
    this.acceptedPorts = undefined;
    this.busyFrom = 0;
    this.busyRequests = 0;
    this.busyTarget = 0;
    this.busyShare = 0;
    this.targets.clear();
    this.accounts.clear();
  }

  /** Begins a new story; gives how much weight its sets lost. */
  renew(time: number): number {
    this.beginStory(time);
    return this.targets.keepOnly(STANDING) + this.accounts.keepOnly(0);
  }

  private beginStory(time: number): void {
    this.firstSeen = time;
    this.requests = 0;
    this.emptyDatagrams = 0;
    this.bareConnections = 0;
    this.tlsConnections = 0;
    this.replies = 0;
    this.heard = false;
    this.guesses = 0;
    this.logins = 0;
    this.acceptedAccounts = 0;
  }
}
