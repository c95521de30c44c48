import type { SipMessage } from '../../sip/message.js';
import { Method } from '../../sip/tokens.js';
import type { Address } from '../../wire/address.js';
import type { Packet, Transport } from '../../wire/packet.js';
import type { Proof } from '../../wire/proof.js';
import type { Credential } from '../accounts/credential.js';
import { shortCopy } from '../short-copy.js';
import type { Flow } from './flow.js';

/** Longest account name or number that is kept; longer ones are told apart by this beginning. */
export const ACCOUNT_LIMIT = 64;

/** A request that was seen, kept until its answer can no longer be expected. */
export interface Transaction extends Flow {
  readonly key: number;
  /** Who is held to account for it: see `Packet`. */
  readonly origin: Address;
  readonly originPort: number;
  /** Packet time in seconds. */
  startedAt: number;
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
  readonly proof: Proof;
  /** How often it was sent again. */
  repeats: number;
  /** A final answer was seen; later ones are retransmissions. */
  answered: boolean;
}

/**
 * Whether a request begins something. A To tag says that it goes on in a dialog (RFC 3261 §12.2),
 * but whoever sends REGISTER, OPTIONS or PUBLISH with one asks all the same.
 */
export function isInitial(message: SipMessage): boolean {
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
      return message.toHeader.tag() === undefined;
  }
}

/** A transaction that says no more than who sent a packet to whom. */
export function asTransaction(packet: Packet, method: string, key = 0): Transaction {
  return {
    key,
    startedAt: packet.time,
    source: packet.source,
    sourcePort: packet.sourcePort,
    origin: packet.origin,
    originPort: packet.originPort,
    target: packet.destination,
    targetPort: packet.destinationPort,
    tunnelSource: packet.tunnelSource,
    tunnelTarget: packet.tunnelDestination,
    transport: packet.transport,
    methodId: Method.Other,
    method,
    initial: true,
    account: undefined,
    dialled: undefined,
    caller: undefined,
    credentials: [],
    proof: { given: false },
    repeats: 0,
    answered: false,
  };
}

/** Who a request is about: To for REGISTER (RFC 3261 §10.2), else the Request-URI. */
export function accountOf(message: SipMessage): string | undefined {
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
