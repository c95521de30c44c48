import type { SipMessage } from '../../sip/message.js';
import { Method } from '../../sip/tokens.js';
import { BoundedMap } from '../../tables/bounded-map.js';
import { Hasher } from '../../tables/hash.js';
import type { Counters } from '../../telemetry/counters.js';
import type { SavedEntry } from '../../telemetry/saved-entry.js';
import type { TableStatus } from '../../telemetry/table-status.js';
import { type Address, networkOf } from '../../wire/address.js';
import type { Follower } from '../follower.js';
import { Endpoints } from '../hosts/endpoints.js';
import type { ObservationWriter } from '../observation-writer.js';
import type { SourceTable } from '../sources/sources.js';
import type { Transaction } from '../transactions/transaction.js';
import { BindingChange } from './binding-change.js';
import { refreshBinding } from './binding-refresh.js';
import type { ContactFacts } from './contact-facts.js';
import { Failures, NO_FAILURES } from './failures.js';
import { type Asked, RegisterReader } from './register-contacts.js';
import { Registration, readRegistration, savedRegistration } from './registration.js';

const ACCOUNTS_LIMIT = 50_000;
/** REGISTER requests that wait for their answer. */
const ASKED_LIMIT = 16_384;
const REMOVALS_LIMIT = 4096;
/**
 * A telephone that removes all contacts when it starts binds its own at once; who has not done so
 * after this long (seconds) did not mean to.
 */
const REBIND = 30;

/** A removal by a stranger, kept until it is known whether he binds a contact of his own. */
interface Removal {
  readonly transaction: Transaction;
  readonly status: number;
  readonly facts: ContactFacts;
  readonly network: Address;
  at: number;
}

/**
 * Follows what registrars keep for accounts (RFC 3261 §10): which contacts are bound, who bound
 * them and from where, and which were removed. Believes only what a registrar granted.
 */
export class Registrations implements Follower {
  readonly sections = ['registration'];
  private readonly sources: SourceTable;
  private readonly writer: ObservationWriter;
  private readonly accounts: BoundedMap<number, Registration>;
  private readonly asked: BoundedMap<number, Asked>;
  private readonly removals: BoundedMap<number, Removal>;
  private readonly failures: Failures;
  private readonly endpoints: Endpoints;
  private readonly reader = new RegisterReader();
  private readonly hasher = new Hasher();

  constructor(counters: Counters, sources: SourceTable, writer: ObservationWriter) {
    const evicted = () => {
      counters.registrationsEvicted++;
    };
    this.sources = sources;
    this.writer = writer;
    this.accounts = new BoundedMap(ACCOUNTS_LIMIT, evicted);
    this.asked = new BoundedMap(ASKED_LIMIT, evicted);
    this.removals = new BoundedMap(REMOVALS_LIMIT, (_, removal) => this.tell(removal, false));
    this.failures = new Failures(counters);
    this.endpoints = new Endpoints(counters);
  }

  /**
   * How long ago (seconds) the account was bound from a network that it had never been bound from,
   * though it had been from others; `by`: from the network of this host. Undefined: it was not, as
   * far as was seen.
   */
  foreignSince(account: string, registrar: Address, by?: Address): number | undefined {
    const kept = this.accounts.peek(this.keyOf(registrar, account));
    if (kept === undefined || !Number.isFinite(kept.foreignAt)) return undefined;
    if (by !== undefined && kept.foreignNetwork !== networkOf(by)) return undefined;
    return Math.max(0, this.writer.now - kept.foreignAt);
  }

  /** A live binding leads to this address and port: a telephone is to be reached there. */
  isContact(address: Address, port: number): boolean {
    return this.endpoints.isContact(address, port, this.writer.now);
  }

  /** The servers where this host registered, the one used last at the end; none: empty. */
  serversOf(endpoint: Address): readonly Address[] {
    return this.endpoints.serversOf(endpoint);
  }

  /** The host registered somewhere. */
  isEndpoint(address: Address): boolean {
    return this.serversOf(address).length > 0;
  }

  /** Credentials for the account were rejected, and that counts as a wrong password. */
  rejected({ origin, target }: Transaction, account: string): void {
    this.failures.add(target, account, origin, this.writer.now);
  }

  request(transaction: Transaction, message: SipMessage): void {
    if (transaction.methodId !== Method.Register || transaction.key === 0) return;
    if (transaction.account === undefined) return;
    this.asked.set(transaction.key, this.reader.asked(message));
  }

  reply(transaction: Transaction, message: SipMessage, _: unknown, isFinal: boolean): void {
    if (transaction.methodId !== Method.Register || !isFinal) return;
    const asked = this.asked.peek(transaction.key);
    if (asked === undefined) return;
    this.asked.delete(transaction.key);
    const { status } = message;
    if (status < 300) this.granted(transaction, asked, message);
    else if (status === 401 || status === 407) transaction.asked = asked;
  }

  /** What this asked for was granted to the one that took up the challenge to it, unseen. */
  grantedUnseen(transaction: Transaction, message: SipMessage): void {
    const { asked } = transaction;
    if (asked !== undefined) this.granted(transaction, asked, message);
  }

  dueAt(): number {
    const oldest = this.removals.oldest();
    return oldest === undefined ? Number.POSITIVE_INFINITY : oldest.at + REBIND;
  }

  due(): void {
    const oldest = this.removals.oldestEntry();
    if (oldest === undefined) return;
    this.removals.delete(oldest.key);
    this.tell(oldest.value, false);
  }

  setBack(now: number): void {
    for (const removal of this.removals.values()) removal.at = Math.min(removal.at, now);
  }

  tables(): TableStatus[] {
    return [
      this.accounts.status('registrations'),
      this.asked.status('registering'),
      this.removals.status('removals'),
      this.failures.table(),
      ...this.endpoints.tables(),
    ];
  }

  /** What outlasts a restart, in order of use; it may take its time. */
  *save(): Generator<SavedEntry> {
    for (const [, kept] of this.accounts.walk()) yield savedRegistration(kept);
  }

  /** Takes in an account that was saved; false when the entry is no such thing. */
  restore(entry: SavedEntry): boolean {
    const kept = readRegistration(entry);
    if (kept === undefined) return false;
    this.accounts.set(this.keyOf(kept.registrar, kept.account), kept);
    for (const { source, port, expires } of kept.bindings) {
      if (source === undefined) continue;
      this.endpoints.registered(source, kept.registrar);
      this.endpoints.reachable(source, port, expires);
    }
    return true;
  }

  private granted(transaction: Transaction, asked: Asked, message: SipMessage): void {
    const { account = '', target } = transaction;
    const key = this.keyOf(target, account);
    let kept = this.accounts.get(key);
    if (kept === undefined) {
      kept = new Registration(target, account);
      this.accounts.set(key, kept);
    }
    const { now } = this.writer;
    const listed = this.reader.contacts(message);
    const granted = message.expires;
    const until = refreshBinding(kept, transaction, asked, listed, granted, now);
    if (until !== undefined) this.bound(key, transaction, until);
    else {
      const change = new BindingChange(kept, transaction, asked, listed, granted, now);
      this.changed(key, kept, transaction, asked, change, message.status);
    }
  }

  private changed(
    key: number,
    kept: Registration,
    transaction: Transaction,
    asked: Asked,
    change: BindingChange,
    status: number,
  ): void {
    const { account = '', target, origin } = transaction;
    for (const { expires } of change.bound) this.bound(key, transaction, expires);
    const network = networkOf(origin);
    const { now } = this.writer;
    const isStill = (own: Address) => kept.isHome(own, asked.domain);
    const failures =
      change.added.length === 0
        ? NO_FAILURES
        : this.failures.count(target, account, network, isStill, now);
    change.apply();
    for (const bound of change.added) {
      this.say('contact.bound', transaction, status, change.boundFacts(bound, failures));
    }
    const removed = change.removedFacts();
    if (removed !== undefined) this.removed(key, transaction, status, removed);
  }

  /** A contact of the account was bound until then (packet time). */
  private bound(key: number, { origin, originPort, target }: Transaction, until: number): void {
    this.endpoints.registered(origin, target);
    this.endpoints.reachable(origin, originPort, until);
    if (this.removals.size > 0) this.rebound(key, networkOf(origin));
  }

  /** What a stranger removed is told when it is known what he did then. */
  private removed(
    key: number,
    transaction: Transaction,
    status: number,
    facts: ContactFacts,
  ): void {
    if (!facts.byStranger || facts.displaced === 0) {
      this.say('contact.removed', transaction, status, facts);
      return;
    }
    const earlier = this.removals.peek(key);
    if (earlier !== undefined) this.tell(earlier, false);
    this.removals.delete(key);
    const network = networkOf(transaction.origin);
    this.removals.set(key, { transaction, status, facts, network, at: this.writer.now });
  }

  /** A contact of the account was bound from this network. */
  private rebound(key: number, network: Address): void {
    const removal = this.removals.peek(key);
    if (removal === undefined || removal.network !== network) return;
    this.removals.delete(key);
    this.tell(removal, true);
  }

  private tell({ transaction, status, facts }: Removal, rebound: boolean): void {
    this.say('contact.removed', transaction, status, { ...facts, rebound });
  }

  private say(
    name: 'contact.bound' | 'contact.removed',
    transaction: Transaction,
    status: number,
    contact: ContactFacts,
  ): void {
    const { account } = transaction;
    const profile = this.sources.touch(transaction.origin, this.writer.now);
    this.writer.say(name, transaction, profile, { account, status, contact });
  }

  private keyOf(registrar: Address, account: string): number {
    return this.hasher.begin().addKey(registrar).addText(account).end();
  }
}
