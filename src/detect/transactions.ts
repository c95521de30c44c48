import type { SipMessage } from '../sip/message.js';
import { Method } from '../sip/tokens.js';
import type { Counters } from '../telemetry/counters.js';
import type { Address } from '../wire/address.js';
import type { Packet, Transport } from '../wire/packet.js';
import type { Credential } from './authentication.js';
import { BoundedMap } from './bounded-map.js';
import { Hasher } from './hash.js';

/** A request that was seen, kept until its answer can no longer be expected. */
export interface Transaction {
  readonly key: number;
  readonly startedAt: number;
  readonly source: Address;
  readonly sourcePort: number;
  readonly target: Address;
  readonly targetPort: number;
  readonly transport: Transport;
  readonly methodId: number;
  readonly method: string;
  /** It contacts somebody or asks for something, and does not go on in a dialog. */
  readonly initial: boolean;
  /** User part that the request is about; undefined when it names none. */
  readonly account: string | undefined;
  readonly dialled: string | undefined;
  readonly credentials: readonly Credential[];
  /** A final answer was seen; later ones are retransmissions. */
  answered: boolean;
}

/** Without an answer for so long, a request counts as met by silence (seconds). */
const PATIENCE = 2;
/** A late answer is still matched for so long: RFC 3261 §16.6 step 11 lets an INVITE take 3 min. */
const LIFETIME = 200;
const LIMIT = 65_536;

/**
 * Open requests. A response is matched as RFC 3261 §17.1.3 has it, by the topmost Via that it
 * echoes and the method in CSeq, and by Call-ID, CSeq number and both addresses besides, since no
 * one of them is unique in what attackers send. The client's port is left out: without rport the
 * reply goes to the port in Via (§18.2.2).
 */
export class TransactionTable {
  /** Not answered yet, in order of their start; and answered or given up, in order of that. */
  private readonly waiting: BoundedMap<number, Transaction>;
  private readonly settled: BoundedMap<number, Transaction>;
  private readonly hasher = new Hasher();

  constructor(counters: Counters, limit = LIMIT) {
    const evicted = () => {
      counters.transactionsEvicted++;
    };
    this.waiting = new BoundedMap(limit, evicted);
    this.settled = new BoundedMap(limit, evicted);
  }

  /** Key of a request, or of the request that a response answers. 0: it cannot be told apart. */
  keyOf(message: SipMessage, packet: Packet): number {
    const { via, isRequest } = message;
    const branch = via.branch();
    if (branch === undefined && message.callIdTo === message.callIdFrom) return 0;
    const client = isRequest ? packet.source : packet.destination;
    const server = isRequest ? packet.destination : packet.source;
    return this.hasher
      .begin()
      .addBytes(message.buf, message.callIdFrom, message.callIdTo)
      .addText(branch ?? '')
      .addText(via.host() ?? '')
      .addNumber(via.port)
      .addNumber(message.cseqNumber)
      .addNumber(message.methodId)
      .addKey(client)
      .addKey(server)
      .end();
  }

  find(key: number): Transaction | undefined {
    return this.waiting.peek(key) ?? this.settled.peek(key);
  }

  open(transaction: Transaction): void {
    this.waiting.set(transaction.key, transaction);
  }

  /** It was answered, provisionally or finally: silence is no longer expected. */
  settle(transaction: Transaction): void {
    if (this.waiting.delete(transaction.key)) this.settled.set(transaction.key, transaction);
  }

  /** Gives up on requests older than the patience, telling each, and forgets the oldest. */
  advance(now: number, onSilent: (transaction: Transaction, deadline: number) => void): void {
    let oldest = this.waiting.oldestEntry()?.value;
    while (oldest !== undefined && now - oldest.startedAt >= PATIENCE) {
      this.settle(oldest);
      onSilent(oldest, oldest.startedAt + PATIENCE);
      oldest = this.waiting.oldestEntry()?.value;
    }
    let settled = this.settled.oldestEntry()?.value;
    while (settled !== undefined && now - settled.startedAt >= LIFETIME) {
      this.settled.delete(settled.key);
      settled = this.settled.oldestEntry()?.value;
    }
  }
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
