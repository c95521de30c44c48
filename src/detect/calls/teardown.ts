import type { SipMessage } from '../../sip/message.js';
import { Method } from '../../sip/tokens.js';
import type { Counters } from '../../telemetry/counters.js';
import type { TableStatus } from '../../telemetry/table-status.js';
import type { Packet } from '../../wire/packet.js';
import type { Follower } from '../follower.js';
import type { Outcome } from '../observation.js';
import type { ObservationWriter } from '../observation-writer.js';
import { Mark } from '../sources/marked-set.js';
import type { SourceTable } from '../sources/sources.js';
import { outcomeOf } from '../transactions/outcome.js';
import type { Transaction } from '../transactions/transaction.js';
import { CallParties } from './call-parties.js';
import { DigestLeaks, type Servers } from './digest-leaks.js';

/** "Call/Transaction Does Not Exist" (RFC 3261 §21.4.19). */
const NO_SUCH_CALL = 481;

/**
 * Watches who ends and changes calls. Somebody who takes no part in a call, and is no client or
 * server of the host that he sends to, meddles with it: with a Call-ID that he guessed, or with one
 * that he saw. What a server answers to him tells how far he got, and so he is told of then.
 */
export class Teardown implements Follower {
  private readonly sources: SourceTable;
  private readonly writer: ObservationWriter;
  private readonly parties: CallParties;
  private readonly leaks: DigestLeaks;

  constructor(
    counters: Counters,
    sources: SourceTable,
    writer: ObservationWriter,
    servers: Servers,
  ) {
    this.sources = sources;
    this.writer = writer;
    this.parties = new CallParties(counters);
    this.leaks = new DigestLeaks(counters, sources, writer, servers);
  }

  request(transaction: Transaction, message: SipMessage, packet: Packet): void {
    if (transaction.credentials.length > 0 && !transaction.initial) {
      const { source, target } = transaction;
      const called = this.parties.wentTo(this.parties.keyOf(message), target, source);
      this.leaks.credentials(transaction, packet, called);
    }
    switch (transaction.methodId) {
      case Method.Invite:
        if (transaction.initial) this.parties.invited(transaction, message);
        else this.goesOn(transaction, message);
        break;
      case Method.Bye:
      case Method.Cancel:
        this.goesOn(transaction, message);
        break;
      case Method.Refer:
      case Method.Update:
        if (!transaction.initial) this.goesOn(transaction, message);
    }
  }

  reply(transaction: Transaction, message: SipMessage, packet: Packet, isFinal: boolean): void {
    const { status } = message;
    if (transaction.methodId === Method.Invite && transaction.initial) {
      if (status > 100 && status < 300) this.parties.answered(transaction, message);
      return;
    }
    if (!isFinal || transaction.initial) return;
    // Asked for credentials, somebody comes back with them, or does not get far.
    if (status === 401 || status === 407) {
      const { source, target } = transaction;
      const called = this.parties.wentTo(this.parties.keyOf(message), target, source);
      this.leaks.challenged(transaction, message, packet, called);
    } else this.ended(transaction, outcomeOf(status), status);
  }

  /** The challenge to a BYE that was not seen itself: on some mirrors, packets are lost. */
  stray(message: SipMessage, { source, destination }: Packet): void {
    const { status, methodId } = message;
    if (methodId !== Method.Bye || (status !== 401 && status !== 407)) return;
    const called = this.parties.wentTo(this.parties.keyOf(message), source, destination);
    if (called === true) this.leaks.asked(source, destination);
  }

  silent(transaction: Transaction): void {
    this.ended(transaction, 'silent', undefined);
  }

  tables(): TableStatus[] {
    return [this.parties.table(), this.leaks.table()];
  }

  /** A request within a call, if it comes from a party. */
  private goesOn(transaction: Transaction, message: SipMessage): void {
    const call = this.parties.keyOf(message);
    if (this.parties.takesPart(call, transaction.source)) return;
    if (this.parties.takesPart(call, transaction.origin) || this.isPartner(transaction)) return;
    const known = this.parties.isKnown(call);
    const knowsTag = known && this.parties.knowsTag(call, message);
    transaction.meddling = { call, known, knowsTag };
  }

  private ended(transaction: Transaction, outcome: Outcome, status: number | undefined): void {
    const dialog = transaction.meddling;
    if (dialog === undefined) return;
    transaction.meddling = undefined;
    const { origin } = transaction;
    // A client that changed its address, or a call that began before the sensor did.
    if (outcome === 'accepted' && dialog.knowsTag) this.parties.joined(dialog.call, origin);
    if (!dialog.known && status !== NO_SUCH_CALL) return;
    const profile = this.sources.touch(origin, this.writer.now);
    this.writer.say('dialog.intruded', transaction, profile, { outcome, status, dialog });
  }

  /** One of them registered at the other, logged in there, or was answered: not strangers. */
  private isPartner({ origin, target }: Transaction): boolean {
    const { sources } = this;
    const granted = Mark.Accepted | Mark.Registered;
    const there = sources.find(origin)?.targets.get(target) ?? 0;
    const back = sources.find(target)?.targets.get(origin) ?? 0;
    return ((there | back) & granted) !== 0;
  }
}
