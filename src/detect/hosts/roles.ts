import type { SipMessage } from '../../sip/message.js';
import { Method } from '../../sip/tokens.js';
import { BoundedMap } from '../../tables/bounded-map.js';
import type { Counters } from '../../telemetry/counters.js';
import type { SavedEntry } from '../../telemetry/saved-entry.js';
import type { TableStatus } from '../../telemetry/table-status.js';
import type { Address } from '../../wire/address.js';
import type { Registrations } from '../accounts/registrations.js';
import type { Follower } from '../follower.js';
import type { Transaction } from '../transactions/transaction.js';
import {
  addTo,
  HostEvidence,
  type Learned,
  type LearnedRole,
  readEvidence,
  savedEvidence,
} from './host-evidence.js';
import type { PeerRole } from './peer-roles.js';
import type { Peer, Peers } from './peers.js';

const LIMIT = 50_000;
/** Hosts that were granted OPTIONS and nothing else yet: anybody may ask, also in false names. */
const ASKING_LIMIT = 4096;

/** A host, what it was learned to be, and what it was declared to be. */
export interface HostRole {
  readonly address: Address;
  readonly learned: Learned;
  readonly declared: Peer | undefined;
}

/**
 * Learns what hosts are (registrar, proxy, phone, trunk, monitor) from who answers, who registers
 * and who is answered. Only what was granted shows anything, so that strangers cost no entry. What
 * the operator declared goes before what was learned.
 */
export class Roles implements Follower {
  readonly sections = ['role'];
  private readonly peers: Peers;
  private readonly registrations: Registrations;
  private readonly hosts: BoundedMap<Address, HostEvidence>;
  private readonly asking: BoundedMap<Address, HostEvidence>;

  constructor(counters: Counters, peers: Peers, registrations: Registrations) {
    this.peers = peers;
    this.registrations = registrations;
    const evicted = () => {
      counters.rolesEvicted++;
    };
    this.hosts = new BoundedMap(LIMIT, evicted);
    this.asking = new BoundedMap(ASKING_LIMIT, evicted);
  }

  /** Declared, else learned. */
  roleOf(address: Address): PeerRole | LearnedRole | undefined {
    return this.peers.find(address)?.role ?? this.learnedOf(address);
  }

  isDeclared(address: Address): boolean {
    return this.peers.find(address) !== undefined;
  }

  /**
   * The target has reason to hear from the source: that is declared, a server where the target
   * registered, or one whom the target called and who answered.
   */
  isExpected(source: Address, target: Address): boolean {
    return (
      this.isDeclared(source) ||
      this.registrations.serversOf(target).includes(source) ||
      this.hosts.peek(target)?.callees.includes(source) === true
    );
  }

  /** All hosts with a learned role, those last heard of first. */
  *all(): Generator<HostRole> {
    for (const host of this.hosts.newestFirst()) {
      const learned = host.learned();
      if (learned === undefined) continue;
      yield { address: host.address, learned, declared: this.peers.find(host.address) };
    }
  }

  /** The host passed on a request that another had sent it. */
  relayed(address: Address, now: number): void {
    const host = this.host(address);
    host.relayed++;
    host.judge(now);
  }

  request({ origin, methodId, startedAt }: Transaction): void {
    if (methodId === Method.Options || methodId === Method.Ack) return;
    if (this.asking.size > 0) this.asking.delete(origin);
    const host = this.hosts.peek(origin);
    if (host === undefined) return;
    host.otherRequests++;
    if (host.options > 0) host.judge(startedAt);
  }

  reply(transaction: Transaction, message: SipMessage, _: unknown, isFinal: boolean): void {
    if (!isFinal || message.status < 200 || message.status >= 300) return;
    const { methodId, initial } = transaction;
    if (methodId === Method.Register) this.registered(transaction);
    else if (methodId === Method.Invite && initial) this.called(transaction);
    else if (methodId === Method.Options) this.qualified(transaction);
  }

  tables(): TableStatus[] {
    return [this.hosts.status('roles'), this.asking.status('roles_asking')];
  }

  /** What outlasts a restart, in order of use; it may take its time. */
  *save(): Generator<SavedEntry> {
    for (const [, host] of this.hosts.walk()) yield savedEvidence(host);
  }

  /** Takes in a host that was saved; false when the entry is no such thing. */
  restore(entry: SavedEntry): boolean {
    const host = readEvidence(entry);
    if (host === undefined) return false;
    this.hosts.set(host.address, host);
    return true;
  }

  private learnedOf(address: Address): LearnedRole | undefined {
    return this.hosts.peek(address)?.role;
  }

  /** A registrar grants; who only asks which contacts there are registers too. */
  private registered({ origin, target, startedAt }: Transaction): void {
    const server = this.host(target);
    addTo(server.clients, origin);
    server.grants++;
    server.judge(startedAt);
    const client = this.host(origin);
    client.registered++;
    client.registrar = target;
    client.judge(startedAt);
  }

  private called({ origin, target, startedAt }: Transaction): void {
    const caller = this.host(origin);
    addTo(caller.callees, target);
    const callee = this.host(target);
    addTo(callee.callers, origin);
    caller.judge(startedAt);
    callee.judge(startedAt);
  }

  private qualified({ origin, startedAt }: Transaction): void {
    const known = this.hosts.get(origin);
    const host = known ?? this.asking.get(origin) ?? new HostEvidence(origin);
    if (host.options++ === 0) host.optionsFrom = startedAt;
    host.judge(startedAt);
    if (known !== undefined) return;
    if (host.role === undefined) this.asking.set(origin, host);
    else {
      this.asking.delete(origin);
      this.hosts.set(origin, host);
    }
  }

  private host(address: Address): HostEvidence {
    let host = this.hosts.get(address);
    if (host === undefined) {
      host = new HostEvidence(address);
      this.hosts.set(address, host);
    }
    return host;
  }
}
