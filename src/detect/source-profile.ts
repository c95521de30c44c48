import type { Address } from '../wire/address.js';
import { Mark, MarkedSet } from './marked-set.js';

/** Marks that outlast a story: they say who the source is, not what it did. */
const STANDING = Mark.Accepted | Mark.Registered | Mark.Answered | Mark.Open | Mark.Tls;

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
  readonly targets = new MarkedSet<Address>();
  readonly accounts = new MarkedSet<string>();

  constructor(address: Address, time: number) {
    this.address = address;
    this.firstSeen = time;
    this.lastSeen = time;
  }

  /** An incident about it is open. */
  get accused(): boolean {
    return this.suspicion >= 0;
  }

  /** What it sent to begin with: requests, empty datagrams, connections without a byte. */
  get contacts(): number {
    return this.requests + this.emptyDatagrams + this.bareConnections;
  }

  /** Begins a new story; gives how many members of its sets were forgotten. */
  renew(time: number): number {
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
    return this.targets.keepOnly(STANDING) + this.accounts.keepOnly(0);
  }
}
