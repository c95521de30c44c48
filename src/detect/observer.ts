import type { SipMessage } from '../sip/message.js';
import { METHOD_NAMES, Method } from '../sip/tokens.js';
import type { Counters } from '../telemetry/counters.js';
import type { SavedEntry } from '../telemetry/saved-entry.js';
import type { TableStatus } from '../telemetry/table-status.js';
import { type Packet, Transport } from '../wire/packet.js';
import { AuthenticationBook } from './accounts/authentication.js';
import type { Credential } from './accounts/credential.js';
import { CredentialsReader } from './accounts/credentials-reader.js';
import { type Challenge, OpenChallenges } from './accounts/open-challenges.js';
import { Registrations } from './accounts/registrations.js';
import { UnansweredLogins } from './accounts/unanswered-logins.js';
import { Calls } from './calls/calls.js';
import { Media } from './calls/media.js';
import { Teardown } from './calls/teardown.js';
import { Telephones } from './calls/telephones.js';
import { FinalAnswers } from './final-answers.js';
import { Followers } from './followers.js';
import { Peers } from './hosts/peers.js';
import { Roles } from './hosts/roles.js';
import { ServerAudit } from './hosts/server-audit.js';
import { Callers } from './numbers/callers.js';
import { type ObservationSink, ObservationWriter } from './observation-writer.js';
import { Mark } from './sources/marked-set.js';
import { Rates } from './sources/rates.js';
import { type SourceProfile, SourceTable } from './sources/sources.js';
import { ConnectionObserver } from './transactions/connection-observer.js';
import { Dialogs } from './transactions/dialogs.js';
import { isPortsWayBack, isWayBack } from './transactions/flow.js';
import { capped, isRetransmission, loginOf, Transaction } from './transactions/transaction.js';
import { TransactionTable } from './transactions/transactions.js';
import { UnreachableFlows } from './transactions/unreachable-flows.js';

/**
 * Whatever begins to wait waits longer than this (seconds): for so long after a look at all that
 * waits, nothing new is due, and frames need not ask again.
 */
const LEAST_PATIENCE = 1;

/**
 * Turns messages into observations: pairs requests with their answers, keeps what each source
 * tried and was granted, and says what happened. It decides nothing about guilt.
 */
export class Observer {
  readonly sources: SourceTable;
  private readonly counters: Counters;
  private readonly writer: ObservationWriter;
  private readonly connections: ConnectionObserver;
  private readonly unreachables: UnreachableFlows;
  private readonly transactions: TransactionTable;
  private readonly dialogs: Dialogs;
  /** Whoever dials, and by which dial plan. */
  readonly callers: Callers;
  private readonly authentication: AuthenticationBook;
  private readonly challenges: OpenChallenges;
  private readonly finalAnswers: FinalAnswers;
  readonly registrations: Registrations;
  /** What the operator declared, and what hosts are. */
  readonly peers = new Peers();
  readonly roles: Roles;
  private readonly telephones: Telephones;
  private readonly media: Media;
  private readonly credentials = new CredentialsReader();
  private readonly followers: Followers;
  /** Nothing is due before (packet time, seconds). */
  private quietUntil = Number.NEGATIVE_INFINITY;

  constructor(counters: Counters, emit: ObservationSink) {
    this.counters = counters;
    this.sources = new SourceTable(counters);
    this.writer = new ObservationWriter(counters, this.sources, emit);
    this.connections = new ConnectionObserver(counters, this.sources, this.writer);
    this.unreachables = new UnreachableFlows(counters);
    this.transactions = new TransactionTable(counters);
    this.dialogs = new Dialogs(counters);
    this.authentication = new AuthenticationBook(counters);
    this.challenges = new OpenChallenges(counters);
    this.registrations = new Registrations(counters, this.sources, this.writer);
    this.roles = new Roles(counters, this.peers, this.registrations);
    this.writer.parties = this.roles;
    this.callers = new Callers(counters, this.sources, this.writer, this.registrations);
    this.writer.numbers = this.callers;
    const teardown = new Teardown(counters, this.sources, this.writer, this.registrations);
    this.media = new Media(counters, this.sources, this.writer);
    const { callers, registrations, roles, sources, writer, media } = this;
    this.telephones = new Telephones(counters, sources, registrations, roles);
    const { telephones } = this;
    this.finalAnswers = new FinalAnswers(
      this.sources,
      this.writer,
      this.authentication,
      this.challenges,
      this.registrations,
    );
    this.followers = new Followers({
      rates: new Rates(counters, sources, writer),
      callers,
      teardown,
      registrations,
      roles,
      calls: new Calls({ counters, sources, writer, telephones, media }),
      audit: new ServerAudit(counters, sources, writer),
      logins: new UnansweredLogins(counters, this.authentication, sources, writer),
    });
  }

  /**
   * Lets packet time pass: what waited too long is told, at the time when its patience ended and in
   * that order, so that it makes no difference in how many steps the time passes.
   */
  advance(now: number): void {
    const { writer } = this;
    writer.frameNumber = 0;
    if (now >= this.quietUntil) this.tellDue(now);
    this.transactions.forget(now);
    this.unreachables.forget(now);
    writer.now = now;
  }

  /** The clock was set back to `now`: nothing may wait for a time that was never to come. */
  setBack(now: number): void {
    this.transactions.setBack(now);
    this.challenges.setBack(now);
    this.connections.setBack(now);
    this.unreachables.setBack(now);
    this.followers.setBack(now);
    this.quietUntil = Number.NEGATIVE_INFINITY;
  }

  tables(): TableStatus[] {
    return [
      ...this.transactions.tables(),
      ...this.sources.tables(),
      ...this.authentication.tables(),
      this.challenges.table(),
      this.dialogs.table(),
      this.connections.table(),
      this.unreachables.table(),
      ...this.followers.tables(),
    ];
  }

  /** What outlasts a restart. Open requests, challenges and dialogs do not: they live seconds. */
  *save(): Generator<SavedEntry> {
    yield* this.sources.save();
    yield* this.authentication.save();
    yield* this.followers.save();
  }

  /** Takes in an entry that was saved; false when it is no such thing. */
  restore(entry: SavedEntry): boolean {
    switch (entry[0]) {
      case 'source':
      case 'handset':
      case 'proved':
      case 'replied':
        return this.sources.restore(entry);
      case 'asked':
      case 'nonces':
      case 'login':
        return this.authentication.restore(entry);
      default:
        return this.followers.restore(entry);
    }
  }

  /** One SIP message; both are borrowed for the call. */
  message(message: SipMessage, packet: Packet): void {
    this.writer.frameNumber = packet.frameNumber;
    if (message.isResponse) this.response(message, packet);
    else {
      const isProved = this.learnReturnPath(message, packet);
      if (message.methodId === Method.Ack) this.acknowledged(message, packet, isProved);
      else this.request(message, packet, isProved);
    }
  }

  /** A UDP datagram without a byte, to a SIP port. */
  emptyDatagram(packet: Packet): void {
    this.writer.frameNumber = packet.frameNumber;
    const profile = this.sources.comes(packet.origin, packet.time);
    profile.emptyDatagrams++;
    this.sources.markTarget(profile, packet.destination, Mark.Tried);
    this.writer.say('target.contacted', new Transaction(packet, 'empty'), profile, {});
  }

  /**
   * One TCP segment on a SIP port, whichever way it goes, before its bytes are read. A SYN is
   * somebody's attempt to connect to its destination port: none to other ports belongs here.
   */
  segment(packet: Packet): void {
    this.writer.frameNumber = packet.frameNumber;
    this.connections.segment(packet);
  }

  /** An ICMP error: what it quotes, the packet's addresses and ports, did not reach its target. */
  unreachable(packet: Packet): void {
    this.writer.frameNumber = packet.frameNumber;
    if (packet.transport === Transport.Tcp) this.connections.unreachable(packet);
    else this.unreachables.add(packet);
  }

  /** A UDP datagram that is no SIP: it may be media. */
  datagram(packet: Packet): void {
    this.media.datagram(packet);
  }

  /** The client of a connection began TLS. */
  encrypted(packet: Packet): void {
    this.writer.frameNumber = packet.frameNumber;
    this.connections.encrypted(packet);
  }

  private tellDue(now: number): void {
    const { writer, transactions, challenges, connections, followers } = this;
    for (;;) {
      const silenceAt = transactions.silenceAt();
      const abandonedAt = challenges.abandonedAt();
      const connectionAt = connections.dueAt();
      const followedAt = followers.dueAt();
      const at = Math.min(silenceAt, abandonedAt, connectionAt, followedAt);
      if (at > now) {
        this.quietUntil = Math.min(at, now + LEAST_PATIENCE);
        return;
      }
      writer.now = at;
      if (followedAt === at) followers.due();
      else if (silenceAt === at) this.giveUp(transactions.giveUp()!);
      else if (abandonedAt === at) this.abandoned(challenges.abandon()!);
      else connections.due();
    }
  }

  /** Its patience has ended: silence, unless ICMP said why. */
  private giveUp(transaction: Transaction): void {
    const { writer, sources } = this;
    this.followers.silent(transaction);
    if (!this.unreachables.has(transaction)) {
      writer.outcome(transaction, 'silent', undefined);
      return;
    }
    sources.hears(sources.recall(transaction.origin, writer.now), writer.now);
    writer.outcome(transaction, 'unreachable', undefined);
  }

  /**
   * A challenge was left lying. Who sent that target credentials for the account before has some:
   * it may well be that he did so again and it was not seen, as on a mirror that loses packets.
   */
  private abandoned({ transaction, status }: Challenge): void {
    const { origin, target, account } = transaction;
    if (this.authentication.hasTried(origin, target, account ?? '')) return;
    this.writer.outcome(transaction, 'challenged', status);
  }

  private request(message: SipMessage, packet: Packet, isProved: boolean): void {
    const key = this.transactions.keyOf(message, packet);
    const transaction = this.transactionOf(key, message, packet);
    const { proof } = transaction;
    packet.proof = proof;
    proof.given = isProved || this.sources.isConnected(transaction);
    const known = key === 0 ? undefined : this.transactions.find(key);
    if (known !== undefined && isRetransmission(known, transaction)) {
      packet.proof = known.proof;
      this.followers.repeated(known);
      return;
    }
    const profile = this.sources.comes(packet.origin, packet.time);
    profile.requests++;
    const handset = this.sources.handsetOf(profile, packet.originPort, packet.time);
    if (handset !== undefined) handset.requests++;
    for (const credential of transaction.credentials) {
      this.learnFromCredential(credential, transaction, profile);
    }
    if (key !== 0) this.transactions.open(transaction, known);
    if (transaction.initial) this.contacted(transaction, profile);
    this.followers.request(transaction, message, packet);
  }

  /** A request that begins something. */
  private contacted(transaction: Transaction, profile: SourceProfile): void {
    const { originPort } = transaction;
    this.sources.markTarget(profile, transaction.target, Mark.Tried, originPort);
    if (transaction.account !== undefined) {
      this.sources.markAccount(profile, transaction.account, Mark.Tried, originPort);
    }
    this.writer.say('target.contacted', transaction, profile, { account: transaction.account });
  }

  private transactionOf(key: number, message: SipMessage, packet: Packet): Transaction {
    const { methodId } = message;
    const method = METHOD_NAMES[methodId] ?? 'other';
    return new Transaction(packet, method, key, message, this.credentials.read(message));
  }

  /** Credentials take up a challenge; with a nonce issued to the source, they prove its address. */
  private learnFromCredential(
    credential: Credential,
    transaction: Transaction,
    profile: SourceProfile,
  ): void {
    const { origin: source, target, account } = transaction;
    this.challenges.takenUp(source, target, account ?? '');
    const login = loginOf(transaction, credential);
    this.sources.markAccount(profile, login, Mark.Login, transaction.originPort);
    if (this.authentication.echoes(source, target, credential.nonce)) {
      transaction.proof.given = true;
      this.sources.prove(profile, transaction.originPort);
    }
  }

  /**
   * A To tag that comes back proves its sender: behind a trusted hop, that is the hop, which sends
   * the ACK of a refusal itself (RFC 3261 §17.1.1.3).
   */
  private learnReturnPath(message: SipMessage, packet: Packet): boolean {
    if (packet.origin !== packet.source || !this.dialogs.repeatsTag(message, packet)) return false;
    this.sources.prove(this.sources.touch(packet.origin, packet.time), packet.originPort);
    return true;
  }

  private response(message: SipMessage, packet: Packet): void {
    const transaction = this.transactions.find(this.transactions.keyOf(message, packet));
    if (transaction === undefined || !isWayBack(transaction, packet)) {
      this.counters.repliesUnmatched++;
      if (message.methodId === Method.Register) this.unseen(message, packet);
      this.followers.stray(message, packet);
      return;
    }
    const profile = this.sources.touch(transaction.origin, packet.time);
    this.sources.countReply(profile, packet.time);
    if (transaction.transport === Transport.Tcp) this.sources.proveConnection(profile, transaction);
    this.transactions.settle(transaction);
    const { status } = message;
    if (transaction.account !== undefined && status > 100 && status < 200) {
      const { account, originPort } = transaction;
      this.sources.markAccount(profile, account, Mark.Exists, originPort); // it rings
    }
    if (transaction.answered) return;
    const isFinal = status >= 200;
    if (isFinal) {
      transaction.answered = true;
      this.dialogs.answered(message, transaction);
      this.sources.markTarget(profile, transaction.target, Mark.Answered, transaction.originPort);
      this.finalAnswers.take(transaction, profile, message);
    }
    this.followers.reply(transaction, message, packet, isFinal);
  }

  /**
   * An answer to a REGISTER that was not seen. Where the one before it was challenged, it can only
   * have been the one that took the challenge up.
   */
  private unseen(message: SipMessage, packet: Packet): void {
    const { destination, source } = packet;
    const account = capped(message.toHeader.uri.user()) ?? '';
    const transaction = this.challenges.find(destination, source, account)?.transaction;
    if (message.status < 200 || transaction === undefined) return;
    if (transaction.methodId !== Method.Register || !isPortsWayBack(transaction, packet)) return;
    this.challenges.takenUp(destination, source, account);
    const profile = this.sources.touch(transaction.origin, packet.time);
    this.finalAnswers.takeUnseen(transaction, profile, message);
    if (message.status < 300) this.telephones.grantedUnseen(transaction);
  }

  private acknowledged(message: SipMessage, packet: Packet, isProved: boolean): void {
    const transaction = this.transactionOf(0, message, packet);
    packet.proof = transaction.proof;
    transaction.proof.given = isProved || this.sources.isConnected(transaction);
    this.followers.request(transaction, message, packet);
  }
}
