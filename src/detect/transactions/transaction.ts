import type { SipMessage } from '../../sip/message.js';
import { Method } from '../../sip/tokens.js';
import type { Address } from '../../wire/address.js';
import type { Packet, Transport } from '../../wire/packet.js';
import type { Proof } from '../../wire/proof.js';
import type { Credential } from '../accounts/credential.js';
import type { Asked } from '../accounts/register-contacts.js';
import type { DialogFacts } from '../calls/dialog-facts.js';
import type { OfferedContact } from '../calls/telephones.js';
import type { Dial } from '../numbers/number.js';
import { shortCopy } from '../short-copy.js';
import type { Flow } from './flow.js';
import type { TransactionList } from './transaction-list.js';

/** Longest account name or number that is kept; longer ones are told apart by this beginning. */
export const ACCOUNT_LIMIT = 64;

const WORD = 0x1_0000_0000;

/** What most requests carry. */
const NO_CREDENTIALS: readonly Credential[] = [];

/**
 * A request that was seen, kept until its answer can no longer be expected. Or whatever else a
 * packet began: without a message it says no more than who sent a packet to whom.
 */
export class Transaction implements Flow {
  /**
   * Where `TransactionTable` keeps it: its key in halves, the next in its bucket, its list and its
   * neighbours there. Whoever looks for another walks over these alone, so they stand together, and
   * whole numbers of 32 bits stand in the object itself; a double would stand elsewhere.
   */
  readonly keyLow: number;
  readonly keyHigh: number;
  next: Transaction | undefined = undefined;
  list: TransactionList | undefined = undefined;
  newer: Transaction | undefined = undefined;
  older: Transaction | undefined = undefined;
  /** Packet time in seconds. */
  startedAt: number;
  readonly source: Address;
  readonly sourcePort: number;
  /** Who is held to account for it: see `Packet`. */
  readonly origin: Address;
  readonly originPort: number;
  readonly target: Address;
  readonly targetPort: number;
  readonly tunnelSource: Address;
  readonly tunnelTarget: Address;
  readonly transport: Transport;
  readonly methodId: number;
  readonly method: string;
  /** It contacts somebody or asks for something, and does not go on in a dialog. */
  readonly initial: boolean;
  /** User part that the request is about; undefined when it names none. */
  readonly account: string | undefined;
  readonly dialled: string | undefined;
  /** User part of From of an INVITE: who calls, as he says. */
  readonly caller: string | undefined;
  readonly credentials: readonly Credential[];
  /** Whether its sender receives what is sent to him: may be given later. */
  readonly proof: Proof = { given: false };
  /** The number that it dials, if it dials one; set by `Callers`. */
  dial: Dial | undefined = undefined;
  /** How often it was sent again. */
  repeats = 0;
  /** A final answer was seen; later ones are retransmissions. */
  answered = false;
  /** A REGISTER that was challenged: what it asked for, and the contacts that it offered. */
  asked: Asked | undefined = undefined;
  offered: OfferedContact | undefined = undefined;
  /** Its sender takes no part in the call that it is about. */
  meddling: DialogFacts | undefined = undefined;
  /** Its credentials follow others that were refused for their password: see `RefusedLogins`. */
  afterRefusal = false;

  constructor(
    packet: Packet,
    method: string,
    key = 0,
    message: SipMessage | undefined = undefined,
    credentials: readonly Credential[] = NO_CREDENTIALS,
  ) {
    const isInvite = message?.methodId === Method.Invite;
    this.keyLow = lowOf(key);
    this.keyHigh = highOf(key);
    this.startedAt = packet.time;
    this.source = packet.source;
    this.sourcePort = packet.sourcePort;
    this.origin = packet.origin;
    this.originPort = packet.originPort;
    this.target = packet.destination;
    this.targetPort = packet.destinationPort;
    this.tunnelSource = packet.tunnelSource;
    this.tunnelTarget = packet.tunnelDestination;
    this.transport = packet.transport;
    this.methodId = message?.methodId ?? Method.Other;
    this.method = method;
    this.initial = message === undefined || isInitial(message);
    this.account = message === undefined ? undefined : accountOf(message);
    this.dialled = isInvite ? capped(message.ruri.user()) : undefined;
    this.caller = isInvite ? capped(message.fromHeader.uri.user()) : undefined;
    this.credentials = credentials;
  }

  /** 53 bits; 0: it cannot be told apart. */
  get key(): number {
    return this.keyHigh * WORD + (this.keyLow >>> 0);
  }
}

/** The lower 32 bits of a key (signed), and those above. */
export function lowOf(key: number): number {
  return key | 0;
}

export function highOf(key: number): number {
  return Math.floor(key / WORD);
}

/**
 * Whether a request begins something. A To tag says that it goes on in a dialog (RFC 3261 §12.2),
 * but whoever sends REGISTER, OPTIONS or PUBLISH with one asks all the same.
 */
function isInitial(message: SipMessage): boolean {
  switch (message.methodId) {
    case Method.Ack:
    case Method.Cancel:
    case Method.Bye:
    case Method.Prack:
      return false;
    case Method.Register:
    case Method.Options:
    case Method.Publish:
      return true;
    default:
      return !message.toHeader.hasTag;
  }
}

/** Who a request is about: To for REGISTER (RFC 3261 §10.2), else the Request-URI. */
function accountOf(message: SipMessage): string | undefined {
  const isRegister = message.methodId === Method.Register;
  return capped(isRegister ? message.toHeader.uri.user() : message.ruri.user());
}

/** Whose credentials they are: the user name in them, else who the request is about. */
export function loginOf(transaction: Transaction, credential: Credential): string {
  return credential.username ?? transaction.account ?? '';
}

/**
 * The same request once more, and not another one under the same branch, Call-ID and CSeq: who
 * asks for many accounts that way must not pass for somebody who repeats himself. Nor must who
 * makes the keys of his requests to many targets collide.
 */
export function isRetransmission(known: Transaction, again: Transaction): boolean {
  return (
    known.target === again.target &&
    known.source === again.source &&
    known.origin === again.origin &&
    known.account === again.account &&
    known.credentials[0]?.guess === again.credentials[0]?.guess
  );
}

/** Copied and cut; undefined when there is nothing. */
export function capped(text: string | undefined): string | undefined {
  return text === undefined || text === '' ? undefined : shortCopy(text, ACCOUNT_LIMIT);
}
