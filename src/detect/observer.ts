import type { SipMessage } from '../sip/message.js';
import { METHOD_NAMES, Method } from '../sip/tokens.js';
import type { Counters } from '../telemetry/counters.js';
import { type Packet, Transport } from '../wire/packet.js';
import { AuthenticationBook } from './authentication.js';
import { hashText } from './hash.js';
import { dialledNumber } from './number.js';
import type { Observation, ObservationName, Outcome } from './observation.js';
import { OpenChallenges } from './open-challenges.js';
import { shortCopy } from './short-copy.js';
import { Mark, type SourceProfile, SourceTable } from './sources.js';
import { startsTransaction, type Transaction, TransactionTable } from './transactions.js';

export type ObservationSink = (observation: Observation) => void;

/** Longest account name or number that is kept; longer ones are told apart by this beginning. */
const ACCOUNT_LIMIT = 64;

/** What an observation adds to its transaction. */
type Detail = Partial<
  Pick<
    Observation,
    | 'status'
    | 'outcome'
    | 'account'
    | 'guess'
    | 'rejectedBefore'
    | 'rejectedPeak'
    | 'rejectedOneNonce'
    | 'numberTail'
    | 'numberPrefix'
  >
>;

/**
 * Turns messages into observations: pairs requests with their answers, keeps what each source
 * tried and was granted, and says what happened. It decides nothing about guilt.
 */
export class Observer {
  readonly sources: SourceTable;
  private readonly counters: Counters;
  private readonly emit: ObservationSink;
  private readonly transactions: TransactionTable;
  private readonly authentication = new AuthenticationBook();
  private readonly challenges = new OpenChallenges();
  private now = 0;
  private frameNumber = 0;

  constructor(counters: Counters, emit: ObservationSink) {
    this.counters = counters;
    this.emit = emit;
    this.sources = new SourceTable(counters);
    this.transactions = new TransactionTable(counters);
  }

  /** Lets packet time pass: what waited too long is told, at the time when its patience ended. */
  advance(now: number): void {
    this.frameNumber = 0;
    this.transactions.advance(now, (transaction, deadline) => {
      this.now = deadline;
      this.outcome(transaction, 'silent', undefined);
    });
    this.challenges.advance(now, (transaction, deadline) => {
      this.now = deadline;
      this.outcome(transaction, 'challenged', 401);
    });
    this.now = now;
  }

  /** One SIP message; both are borrowed for the call. */
  message(message: SipMessage, packet: Packet): void {
    this.frameNumber = packet.frameNumber;
    if (message.isResponse) this.response(message, packet);
    else if (message.methodId === Method.Ack) this.acknowledged(message, packet);
    else if (startsTransaction(message.methodId)) this.request(message, packet);
  }

  /** A UDP datagram without a byte, to a SIP port. */
  emptyDatagram(packet: Packet): void {
    this.frameNumber = packet.frameNumber;
    const profile = this.sources.touch(packet.source, packet.time);
    profile.emptyDatagrams++;
    this.sources.markTarget(profile, packet.destination, Mark.Tried);
    this.say('target.contacted', asTransaction(packet, 'empty'), profile, {});
  }

  private request(message: SipMessage, packet: Packet): void {
    const key = this.transactions.keyOf(message, packet);
    const known = key === 0 ? undefined : this.transactions.find(key);
    if (known !== undefined && isRetransmission(known, message)) return;
    const profile = this.sources.touch(packet.source, packet.time);
    profile.requests++;
    const transaction = this.transactionOf(key, message, packet);
    this.learnFromCredentials(transaction, profile);
    if (key !== 0) this.transactions.open(transaction);
    if (!transaction.initial) return;
    this.sources.markTarget(profile, packet.destination, Mark.Tried);
    if (transaction.account !== undefined) {
      this.sources.markAccount(profile, transaction.account, Mark.Tried);
    }
    this.say('target.contacted', transaction, profile, { account: transaction.account });
  }

  private transactionOf(key: number, message: SipMessage, packet: Packet): Transaction {
    const { credentials, methodId } = message;
    const nonce = credentials.nonce();
    return {
      ...asTransaction(packet, METHOD_NAMES[methodId] ?? 'other'),
      key,
      methodId,
      initial: message.toHeader.tag() === undefined,
      account: accountOf(message),
      dialled: methodId === Method.Invite ? capped(message.ruri.user()) : undefined,
      username: capped(credentials.username()),
      nonce: nonce === undefined ? undefined : hashText(nonce),
      guess: guessOf(message),
      plain: credentials.cnonce() === undefined,
    };
  }

  /** Credentials take up a challenge; with the nonce just issued, they prove the return path. */
  private learnFromCredentials(transaction: Transaction, profile: SourceProfile): void {
    const { source, target, nonce } = transaction;
    if (nonce === undefined) return;
    this.challenges.takenUp(source, target, transaction.account ?? '');
    const account = loginOf(transaction);
    this.sources.markAccount(profile, account, Mark.Login);
    if (this.authentication.echoes(source, target, account, nonce)) profile.returnPath = true;
    const other = transaction.account ?? '';
    if (account !== other && this.authentication.echoes(source, target, other, nonce)) {
      profile.returnPath = true;
      this.authentication.challenged(source, target, account, nonce);
    }
  }

  private acknowledged(message: SipMessage, packet: Packet): void {
    const transaction = this.transactions.find(this.transactions.keyOf(message, packet));
    const tag = message.toHeader.tag();
    if (transaction?.answerTag === undefined || tag === undefined) return;
    if (hashText(tag) !== transaction.answerTag) return;
    this.sources.touch(packet.source, packet.time).returnPath = true;
  }

  private response(message: SipMessage, packet: Packet): void {
    const transaction = this.transactions.find(this.transactions.keyOf(message, packet));
    if (transaction === undefined) {
      this.counters.repliesUnmatched++;
      return;
    }
    const profile = this.sources.touch(transaction.source, packet.time);
    profile.replies++;
    this.sources.twoWay = true;
    if (transaction.transport === Transport.Tcp) profile.returnPath = true;
    this.transactions.settle(transaction);
    const { status } = message;
    if (transaction.account !== undefined && status > 100 && status < 200) {
      this.sources.markAccount(profile, transaction.account, Mark.Exists); // it rings
    }
    if (status < 200 || transaction.answered) return;
    transaction.answered = true;
    const tag = message.toHeader.tag();
    transaction.answerTag = tag === undefined ? undefined : hashText(tag);
    this.finalAnswer(transaction, profile, message);
  }

  private finalAnswer(transaction: Transaction, profile: SourceProfile, message: SipMessage): void {
    const { status } = message;
    const login = loginOf(transaction);
    const { source, target, nonce } = transaction;
    if (status === 401 || status === 407) {
      const issued = message.challenge.nonce();
      const stale = message.challenge.param('stale')?.toLowerCase() === 'true';
      if (nonce === undefined) {
        this.say('auth.challenged', transaction, profile, { status, account: login });
        if (transaction.account !== undefined) this.challenges.add(transaction, this.now);
      } else {
        this.credentialsRejected(transaction, profile, status, stale);
      }
      const hash = issued === undefined ? undefined : hashText(issued);
      this.authentication.challenged(source, target, login, hash);
      return;
    }
    if (nonce !== undefined && status === 403 && transaction.methodId === Method.Register) {
      this.credentialsRejected(transaction, profile, status, false);
      return;
    }
    if (status < 300) this.granted(transaction, profile, status);
    this.outcome(transaction, outcomeOf(status), status);
  }

  private credentialsRejected(
    transaction: Transaction,
    profile: SourceProfile,
    status: number,
    stale: boolean,
  ): void {
    const { source, target, guess } = transaction;
    const account = loginOf(transaction);
    const book = this.authentication;
    const verdict = book.rejected(source, target, account, transaction, stale, this.now);
    if (!verdict.counts) return;
    profile.guesses++;
    this.sources.markAccount(profile, account, Mark.Rejected | Mark.Tried);
    this.say('auth.rejected', transaction, profile, { status, account, guess, ...verdict });
  }

  /** A 2xx. To OPTIONS it grants nothing: anybody gets that answer. */
  private granted(transaction: Transaction, profile: SourceProfile, status: number): void {
    const { source, target, methodId, nonce } = transaction;
    const account = loginOf(transaction);
    let mark: number = Mark.Answered;
    if (methodId === Method.Register) mark |= Mark.Registered;
    if (methodId !== Method.Options || nonce !== undefined) {
      mark |= Mark.Accepted;
      profile.accepted++;
      this.sources.markAccount(profile, account, Mark.Accepted | Mark.Exists);
    }
    this.sources.markTarget(profile, target, mark);
    if (nonce === undefined) return;
    const book = this.authentication;
    const verdict = book.accepted(source, target, account, nonce, this.now);
    this.say('auth.accepted', transaction, profile, { status, account, ...verdict });
  }

  /** Tells what became of a request that began something. */
  private outcome(transaction: Transaction, outcome: Outcome, status: number | undefined): void {
    if (!transaction.initial) return;
    const profile = this.sources.touch(transaction.source, this.now);
    const { account, dialled } = transaction;
    this.say('target.probed', transaction, profile, { outcome, status });
    if (account !== undefined) {
      if (outcome === 'unknown') this.sources.markAccount(profile, account, Mark.Unknown);
      if (outcome === 'challenged') this.sources.markAccount(profile, account, Mark.Exists);
      this.say('account.probed', transaction, profile, { outcome, status, account });
    }
    const number = dialled === undefined ? undefined : dialledNumber(dialled);
    if (number !== undefined) {
      const { tail: numberTail, prefix: numberPrefix } = number;
      const detail = { outcome, status, account, numberTail, numberPrefix };
      this.say('number.dialled', transaction, profile, detail);
    }
  }

  private say(
    name: ObservationName,
    transaction: Transaction,
    profile: SourceProfile,
    detail: Detail,
  ): void {
    this.counters.observations++;
    const { source, sourcePort, target, targetPort, transport, method } = transaction;
    this.emit({
      name,
      time: this.now,
      frameNumber: this.frameNumber,
      source,
      sourcePort,
      target,
      targetPort,
      transport,
      method,
      status: detail.status,
      outcome: detail.outcome,
      account: detail.account,
      guess: detail.guess,
      rejectedBefore: detail.rejectedBefore,
      rejectedPeak: detail.rejectedPeak,
      rejectedOneNonce: detail.rejectedOneNonce,
      numberTail: detail.numberTail,
      numberPrefix: detail.numberPrefix,
      standing: this.sources.standing(profile, target),
    });
  }
}

function asTransaction(packet: Packet, method: string): Transaction {
  return {
    key: 0,
    startedAt: packet.time,
    frameNumber: packet.frameNumber,
    source: packet.source,
    sourcePort: packet.sourcePort,
    target: packet.destination,
    targetPort: packet.destinationPort,
    transport: packet.transport,
    methodId: Method.Other,
    method,
    initial: true,
    account: undefined,
    dialled: undefined,
    username: undefined,
    nonce: undefined,
    guess: undefined,
    plain: false,
    answered: false,
    answerTag: undefined,
  };
}

/** Who a request is about: To for REGISTER (RFC 3261 §10.2), else the Request-URI. */
function accountOf(message: SipMessage): string | undefined {
  const isRegister = message.methodId === Method.Register;
  return capped(isRegister ? message.toHeader.uri.user() : message.ruri.user());
}

/** Whose credentials they are: the user name in them, else who the request is about. */
function loginOf(transaction: Transaction): string {
  return transaction.username ?? transaction.account ?? '';
}

/** What was tried as a digest response, as a number that tells guesses apart. */
function guessOf({ credentials }: SipMessage): number | undefined {
  const response = credentials.response();
  return response === undefined ? undefined : hashText(`${response} ${credentials.nonce() ?? ''}`);
}

/**
 * The same request once more, and not another one under the same branch, Call-ID and CSeq: who
 * asks for many accounts that way must not pass for somebody who repeats himself.
 */
function isRetransmission(known: Transaction, message: SipMessage): boolean {
  return known.account === accountOf(message) && known.guess === guessOf(message);
}

function capped(text: string | undefined): string | undefined {
  return text === undefined || text === '' ? undefined : shortCopy(text, ACCOUNT_LIMIT);
}

function outcomeOf(status: number): Outcome {
  if (status < 300) return 'accepted';
  return status === 404 || status === 410 || status === 484 || status === 604
    ? 'unknown'
    : 'refused';
}
