import type { SipMessage } from '../../sip/message.js';
import { Header, Method } from '../../sip/tokens.js';
import { BoundedMap } from '../../tables/bounded-map.js';
import { Hasher, hashText } from '../../tables/hash.js';
import type { Counters } from '../../telemetry/counters.js';
import type { SavedEntry } from '../../telemetry/saved-entry.js';
import type { TableStatus } from '../../telemetry/table-status.js';
import type { Address } from '../../wire/address.js';
import type { Packet } from '../../wire/packet.js';
import type { Follower } from '../follower.js';
import type { ObservationWriter } from '../observation-writer.js';
import type { SourceTable } from '../sources/sources.js';
import { capped, type Transaction } from '../transactions/transaction.js';
import { Call, type Ending, type Ends, endsOfReply, type MediaReport, Stage } from './call.js';
import type { CallFacts } from './call-facts.js';
import { CallStatistics, type RecentCalls } from './call-statistics.js';
import { CallTable } from './call-table.js';
import { deadAirOf, type Media } from './media.js';
import { isGuessable, type Telephones } from './telephones.js';

/** Calls cancelled so soon after another by the same caller id was answered rang along with it. */
const RANG_ALONG = 3;
const ANSWERS_LIMIT = 4096;
const UNHEARD_LIMIT = 8192;
/** Nobody listens to silence for so long: these two know each other (seconds). */
const LONG_TALK = 60;

export interface CallsOptions {
  readonly counters: Counters;
  readonly sources: SourceTable;
  readonly writer: ObservationWriter;
  readonly telephones: Telephones;
  readonly media: Media;
}

/** Follows calls from the INVITE to the end: who called whom on what ground, and how it went. */
export class Calls implements Follower {
  readonly sections = ['telephone'];
  private readonly sources: SourceTable;
  private readonly writer: ObservationWriter;
  private readonly telephones: Telephones;
  private readonly media: Media;
  private readonly statistics: CallStatistics;
  private readonly open: CallTable;
  /** When a call of this origin and caller id was last answered. */
  private readonly answers = new BoundedMap<number, number>(ANSWERS_LIMIT);
  /** The telephones of a group are released one right after the other. */
  private lastCancelled: Call | undefined = undefined;
  /** By transaction: calls to telephones, of callers that no reply was ever seen to. */
  private readonly unheard = new BoundedMap<number, Call>(UNHEARD_LIMIT);
  private readonly hasher = new Hasher();

  constructor({ counters, sources, writer, telephones, media }: CallsOptions) {
    this.sources = sources;
    this.writer = writer;
    this.telephones = telephones;
    this.media = media;
    this.statistics = new CallStatistics(counters);
    this.open = new CallTable((call) => {
      counters.callsEvicted++;
      media.ended(call);
    });
  }

  request(transaction: Transaction, message: SipMessage): void {
    switch (transaction.methodId) {
      case Method.Register:
        this.telephones.registers(transaction, message);
        break;
      case Method.Invite:
        this.invited(transaction, message);
        break;
      case Method.Ack:
        this.acknowledged(transaction, message);
        break;
      case Method.Cancel:
        this.cancelled(transaction, message);
        break;
      case Method.Bye:
        this.bye(transaction, message);
        break;
    }
  }

  reply(transaction: Transaction, message: SipMessage, _: Packet, isFinal: boolean): void {
    const isInvite = transaction.methodId === Method.Invite;
    if (isFinal && (isInvite || transaction.methodId === Method.Register)) {
      this.telephones.answered(transaction, message.status);
    }
    if (isInvite) this.replied(transaction, message, transaction.dialled);
  }

  /**
   * Only the called host's side is on the mirror. Where the caller's own packets are seen, a reply
   * without his INVITE begins no call: anybody could make him a caller, or his friend, by one.
   */
  stray(message: SipMessage, packet: Packet): void {
    if (message.methodId !== Method.Invite) return;
    const ends = endsOfReply(packet);
    const known = this.open.between(this.identityOf(message), ends);
    if (known === undefined && this.telephones.isSeenToSend(ends.source)) return;
    this.replied(ends, message, capped(message.toHeader.uri.user()));
  }

  silent(transaction: Transaction): void {
    const { key, methodId, source, origin } = transaction;
    if (methodId === Method.Register) {
      this.telephones.unanswered(transaction, this.isHeard(source));
      return;
    }
    if (methodId !== Method.Invite) return;
    // Where no reply is ever seen, an INVITE to a telephone is taken to make it ring.
    const call = this.unheard.peek(key);
    this.unheard.delete(key);
    if (call?.stage === Stage.Dialling && !this.isHeard(origin)) this.rings(call);
  }

  dueAt(): number {
    return this.open.dueAt();
  }

  due(): void {
    const call = this.open.due();
    if (call === undefined) return;
    if (call.stage === Stage.Dialling) this.forget(call);
    else if (call.stage === Stage.Leaving) this.left(call);
    else this.end(call, { by: 'nobody', status: undefined });
  }

  setBack(now: number): void {
    this.open.setBack(now);
    this.media.setBack(now);
  }

  tables(): TableStatus[] {
    return [
      ...this.open.tables(),
      this.answers.status('calls_answered'),
      this.unheard.status('calls_unheard'),
      this.statistics.table(),
      ...this.telephones.tables(),
      ...this.media.tables(),
    ];
  }

  /** Calls live minutes and are not kept over a restart; who may call whom is. */
  save(): Generator<SavedEntry> {
    return this.telephones.save();
  }

  restore(entry: SavedEntry): boolean {
    return this.telephones.restore(entry);
  }

  private invited(transaction: Transaction, message: SipMessage): void {
    const { open } = this;
    const identity = this.identityOf(message);
    if (message.toHeader.tag() !== undefined) {
      // It changes a call that goes on.
      const known = open.inDialog(message, identity, transaction);
      if (known !== undefined) this.describe(known, message, identity);
      return;
    }
    const known = open.between(identity, transaction);
    const call = known ?? this.begin(identity, transaction, message, transaction.dialled);
    if (known !== undefined) open.move(known, known.stage, this.writer.now);
    call.asked = true;
    call.branch = hashText(message.via.branch() ?? '');
    this.describe(call, message, identity);
    const mayRingUnheard = transaction.key !== 0 && !this.isHeard(transaction.origin);
    if (mayRingUnheard && this.telephones.isRegistered(transaction.target)) {
      this.unheard.set(transaction.key, call);
    }
  }

  /** An ACK of its own branch is that of a 2xx (RFC 3261 §13.2.2.4): where none is seen, it tells. */
  private acknowledged(transaction: Transaction, message: SipMessage): void {
    const identity = this.identityOf(message);
    const call = this.open.inDialog(message, identity, transaction);
    if (call === undefined) return;
    this.describe(call, message, identity);
    if (!this.isOneWay(call)) return;
    const isOfSuccess = hashText(message.via.branch() ?? '') !== call.branch;
    if (isOfSuccess) this.answered(call, undefined);
  }

  private cancelled(transaction: Transaction, message: SipMessage): void {
    const { open } = this;
    const call = open.between(this.identityOf(message), transaction);
    if (call === undefined || call.answered) return;
    call.elsewhere ||= saysElsewhere(message) || this.rangAlong(call);
    call.forked ||= call.isForkOf(this.lastCancelled, this.writer.now);
    call.cancelledAt = this.writer.now;
    this.lastCancelled = call;
    open.move(call, Stage.Leaving, this.writer.now);
  }

  /** It was cancelled, and nothing came that crossed the CANCEL. */
  private left(call: Call): void {
    // RFC 3261 §9.1: a CANCEL follows a provisional reply, which the mirror may not show.
    if (!call.rang && this.isOneWay(call)) this.rings(call, call.startedAt);
    if (call.rang) this.end(call, { by: 'caller', status: undefined });
    else this.forget(call);
  }

  private bye(transaction: Transaction, message: SipMessage): void {
    const identity = this.identityOf(message);
    const call = this.open.inDialog(message, identity, transaction);
    if (call === undefined) return;
    if (this.isOneWay(call)) this.answered(call, undefined);
    const by = identity === call.identity ? 'caller' : 'callee';
    this.end(call, { by, status: undefined });
  }

  private replied(ends: Ends, message: SipMessage, callee: string | undefined): void {
    const { open } = this;
    const { status } = message;
    const identity = this.identityOf(message);
    let call = open.between(identity, ends);
    if (call === undefined) {
      // Of a leg behind a proxy, the first is known; and one that goes on is no new one.
      if (!isRinging(status) || open.has(identity)) return;
      if (open.inDialog(message, identity, ends) !== undefined) return;
      call = this.begin(identity, ends, message, callee);
    }
    call.heard = true;
    open.move(call, call.stage, this.writer.now);
    if (status < 300) this.media.announced(call, message, false);
    if (!call.answered && status > 100) this.progressed(call, status);
  }

  private progressed(call: Call, status: number): void {
    if (status < 200) {
      if (isRinging(status) && !call.rang) this.rings(call);
    } else if (status < 300) this.answered(call, status);
    else if (call.rang) {
      this.end(call, { by: enderOf(call, status), status });
    } else this.forget(call);
  }

  /** The first sign that a telephone rings. */
  private rings(call: Call, since = this.writer.now): void {
    const { telephones, writer } = this;
    const { origin, target } = call;
    call.rangAt = since;
    if (call.stage === Stage.Dialling) this.open.move(call, Stage.Ringing, writer.now);
    call.expected = telephones.expectation(origin, target, call.knowsContact);
    call.endpointRegisters = telephones.isRegistered(target);
    call.toEndpoint = !telephones.isServer(target);
    telephones.rang(target, call.callee);
    if (call.toEndpoint) this.say('endpoint.rung', call, undefined, this.factsOf(call));
  }

  private answered(call: Call, status: number | undefined): void {
    const { now } = this.writer;
    if (!call.rang) this.rings(call);
    call.answeredAt = now;
    this.open.move(call, Stage.Talking, now);
    this.answers.set(this.answerKey(call), now);
    // The called host did not choose its caller; but who calls has chosen whom to call.
    this.telephones.befriend(call.origin, call.target);
    this.say('call.answered', call, status, this.factsOf(call));
  }

  private end(call: Call, ending: Ending): void {
    const { now } = this.writer;
    const media = this.media.report(call, now);
    this.forget(call);
    const { by, status } = ending;
    const talkedFor = call.talkedFor(now);
    if (talkedFor !== undefined && talkedFor >= LONG_TALK && by !== 'nobody') {
      this.telephones.befriend(call.target, call.origin);
    }
    const recent = call.isAmongOwn ? undefined : this.counted(call, now, media, by);
    this.say('call.ended', call, status, call.facts(now, media, ending, recent));
  }

  /** It counts among the calls of its origin. */
  private counted(
    call: Call,
    now: number,
    media: MediaReport,
    endedBy: CallFacts['endedBy'],
  ): RecentCalls {
    const talkedFor = call.talkedFor(now);
    return this.statistics.ended(call.origin, now, {
      callerId: call.callerId,
      callee: call.callee,
      rangFor: call.rangFor(now),
      talkedFor,
      endedBy,
      elsewhere: call.elsewhere || call.forked,
      deadAir: deadAirOf(media, talkedFor),
    });
  }

  private begin(
    identity: number,
    ends: Ends,
    message: SipMessage,
    callee: string | undefined,
  ): Call {
    const { open } = this;
    const key = open.keyFor(identity, ends);
    const callerId = capped(message.fromHeader.uri.user());
    const toUser = capped(message.toHeader.uri.user());
    const call = new Call(key, identity, ends, this.writer.now, callerId, callee, toUser);
    this.learnWay(call, message);
    open.add(call);
    return call;
  }

  /** Which way it came: over a proxy (a reply repeats Via and Record-Route), to a bound contact. */
  private learnWay(call: Call, message: SipMessage): void {
    const { telephones } = this;
    call.hasRecordRoute = message.count(Header.RecordRoute) > 0 || message.viaCount > 1;
    call.toContact = message.isRequest
      ? telephones.isContact(call.target, message)
      : telephones.isContactUser(call.target, call.callee, call.targetPort);
    const isSecret = message.isRequest && !isGuessable(message.ruri);
    call.knowsContact = call.toContact && (isSecret || call.hasRecordRoute);
  }

  private forget(call: Call): void {
    this.open.delete(call);
    this.media.ended(call);
  }

  /** It may bring a session description; `identity`: of its From. */
  private describe(call: Call, message: SipMessage, identity: number): void {
    this.media.announced(call, message, identity === call.identity);
  }

  private say(
    name: 'endpoint.rung' | 'call.answered' | 'call.ended',
    call: Call,
    status: number | undefined,
    facts: CallFacts,
  ): void {
    const profile = this.sources.touch(call.origin, this.writer.now);
    this.writer.say(name, call, profile, { account: call.callee, status, call: facts });
  }

  private factsOf(call: Call): CallFacts {
    const { now } = this.writer;
    return call.facts(now, this.media.report(call, now), undefined, undefined);
  }

  /** Of the call that the message's From began, if it did. */
  private identityOf(message: SipMessage): number {
    return this.open.identity(message, message.fromHeader.tag());
  }

  /** Its replies are not to be had: what the caller does must tell. */
  private isOneWay(call: Call): boolean {
    return !call.heard && !call.answered && !this.isHeard(call.origin);
  }

  /** Replies to this host, or to hosts in general, are on the mirror. */
  private isHeard(host: Address): boolean {
    return this.sources.find(host)?.heard === true || this.sources.isTwoWay(this.writer.now);
  }

  /** Another call by the same caller id was just answered: a group of telephones rang. */
  private rangAlong(call: Call): boolean {
    const at = this.answers.peek(this.answerKey(call));
    return at !== undefined && Math.abs(this.writer.now - at) <= RANG_ALONG;
  }

  private answerKey({ origin, callerId }: Call): number {
    return this.hasher
      .begin()
      .addKey(origin)
      .addText(callerId ?? '')
      .end();
  }
}

/** 180 to 183: the called party is being told, or it goes on somehow (RFC 3261 §21.1). */
function isRinging(status: number): boolean {
  return status >= 180 && status <= 183;
}

/** RFC 3326 §3.1: the proxy or PBX cancels since the call was taken elsewhere. */
function saysElsewhere(message: SipMessage): boolean {
  return /^\s*SIP\s*;.{0,64}cause=200\b/i.test(message.text(Header.Reason) ?? '');
}

/** A server's patience may end too: then it was nobody's doing. */
function enderOf(call: Call, status: number): CallFacts['endedBy'] {
  // Without his CANCEL, where his requests are to be seen, a 487 is the server's own doing.
  if (call.stage === Stage.Leaving || (status === 487 && !call.asked)) return 'caller';
  const isServers = status >= 500 && status < 600;
  const isPatience = status === 408 || status === 480 || status === 487;
  return isServers || isPatience ? 'nobody' : 'callee';
}
