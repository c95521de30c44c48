import type { SipMessage } from '../sip/message.js';
import type { SavedEntry } from '../telemetry/saved-entry.js';
import type { TableStatus } from '../telemetry/table-status.js';
import type { Packet } from '../wire/packet.js';
import type { Registrations } from './accounts/registrations.js';
import type { UnansweredLogins } from './accounts/unanswered-logins.js';
import type { Calls } from './calls/calls.js';
import type { Teardown } from './calls/teardown.js';
import type { Follower } from './follower.js';
import type { Roles } from './hosts/roles.js';
import type { ServerAudit } from './hosts/server-audit.js';
import type { Callers } from './numbers/callers.js';
import type { Rates } from './sources/rates.js';
import type { Transaction } from './transactions/transaction.js';

/** Each follows one thing; in this order they hear of a message. */
interface All {
  readonly rates: Rates;
  readonly callers: Callers;
  readonly teardown: Teardown;
  readonly registrations: Registrations;
  readonly roles: Roles;
  readonly calls: Calls;
  readonly audit: ServerAudit;
  readonly logins: UnansweredLogins;
}

/**
 * Who hears of what, in which order. What comes with each message is passed on by name: a loop over
 * objects of eight classes looks up each method anew, and the compiler cannot put it in place.
 */
export class Followers {
  private readonly rates: Rates;
  private readonly callers: Callers;
  private readonly teardown: Teardown;
  private readonly registrations: Registrations;
  private readonly roles: Roles;
  private readonly calls: Calls;
  private readonly audit: ServerAudit;
  private readonly logins: UnansweredLogins;
  private readonly all: readonly Follower[];

  constructor({ rates, callers, teardown, registrations, roles, calls, audit, logins }: All) {
    this.rates = rates;
    this.callers = callers;
    this.teardown = teardown;
    this.registrations = registrations;
    this.roles = roles;
    this.calls = calls;
    this.audit = audit;
    this.logins = logins;
    this.all = [rates, callers, teardown, registrations, roles, calls, audit, logins];
  }

  request(transaction: Transaction, message: SipMessage, packet: Packet): void {
    this.rates.request(transaction, message);
    this.callers.request(transaction);
    this.teardown.request(transaction, message, packet);
    this.registrations.request(transaction, message);
    this.roles.request(transaction);
    this.calls.request(transaction, message);
    this.logins.request(transaction, message);
  }

  reply(transaction: Transaction, message: SipMessage, packet: Packet, isFinal: boolean): void {
    this.callers.reply(transaction, message, packet, isFinal);
    this.teardown.reply(transaction, message, packet, isFinal);
    this.registrations.reply(transaction, message, packet, isFinal);
    this.roles.reply(transaction, message, packet, isFinal);
    this.calls.reply(transaction, message, packet, isFinal);
    this.audit.reply(transaction, message, packet, isFinal);
  }

  repeated(known: Transaction): void {
    this.rates.repeated(known);
  }

  silent(transaction: Transaction): void {
    this.teardown.silent(transaction);
    this.calls.silent(transaction);
    this.logins.silent(transaction);
  }

  stray(message: SipMessage, packet: Packet): void {
    this.teardown.stray(message, packet);
    this.calls.stray(message, packet);
  }

  /** When one of them has something to tell; infinite: none waits. */
  dueAt(): number {
    return Math.min(this.registrations.dueAt(), this.calls.dueAt());
  }

  /** Lets that one tell it. */
  due(): void {
    if (this.registrations.dueAt() <= this.calls.dueAt()) this.registrations.due();
    else this.calls.due();
  }

  setBack(now: number): void {
    for (const follower of this.all) follower.setBack?.(now);
  }

  tables(): TableStatus[] {
    return this.all.flatMap((follower) => follower.tables());
  }

  *save(): Generator<SavedEntry> {
    for (const follower of this.all) yield* follower.save?.() ?? [];
  }

  restore(entry: SavedEntry): boolean {
    const owner = this.all.find(({ sections }) => sections?.includes(entry[0]));
    return owner?.restore?.(entry) === true;
  }
}
