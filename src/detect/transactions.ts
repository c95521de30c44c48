import type { SipMessage } from '../sip/message.js';
import { Method } from '../sip/tokens.js';
import type { Counters } from '../telemetry/counters.js';
import type { Address } from '../wire/address.js';
import type { Packet, Transport } from '../wire/packet.js';
import { BoundedMap } from './bounded-map.js';
import { Hasher } from './hash.js';

/** A request that was seen, kept until its answer can no longer be expected. */
export interface Transaction {
  readonly key: number;
  readonly startedAt: number;
  readonly frameNumber: number;
  readonly source: Address;
  readonly sourcePort: number;
  readonly target: Address;
  readonly targetPort: number;
  readonly transport: Transport;
  readonly methodId: number;
  readonly method: string;
  /** Outside a dialog (no To tag, RFC 3261 §12.2): it contacts somebody or asks for something. */
  readonly initial: boolean;
  /** User part that the request is about; undefined when it names none. */
  readonly account: string | undefined;
  readonly dialled: string | undefined;
  /** Of the credentials, where it carried any: hashes, never the text. */
  readonly username: string | undefined;
  readonly nonce: number | undefined;
  readonly guess: number | undefined;
  /** The credentials had no cnonce: see `Tried`. */
  readonly plain: boolean;
  /** A final answer was seen; later ones are retransmissions. */
  answered: boolean;
  /** Hash of the To tag of that answer: an ACK that repeats it proves the return path. */
  answerTag: number | undefined;
}

/** Without an answer for so long, a request counts as met by silence (seconds). */
const PATIENCE = 2;
/** A late answer is still matched for so long: RFC 3261 §16.6 step 11 lets an INVITE take 3 min. */
const LIFETIME = 200;
const LIMIT = 65_536;

/**
 * Open requests by branch, Call-ID, CSeq number and both addresses, since no one of them is
 * unique in what attackers send. ACK and CANCEL of a request share its key (RFC 3261 §17.1.1.3).
 */
export class TransactionTable {
  /** Not answered yet, and answered or given up; both in order of their start. */
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
    const { via } = message;
    const branch = via.branch();
    if (branch === undefined && message.callIdTo === message.callIdFrom) return 0;
    const isRequest = message.isRequest;
    const client = isRequest ? packet.source : packet.destination;
    const clientPort = isRequest ? packet.sourcePort : packet.destinationPort;
    const server = isRequest ? packet.destination : packet.source;
    return this.hasher
      .begin()
      .addBytes(message.buf, message.callIdFrom, message.callIdTo)
      .addText(branch ?? '')
      .addNumber(message.cseqNumber)
      .addKey(client)
      .addNumber(clientPort)
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

/** Methods that start something out of any dialog and so can be about an account. */
export function startsTransaction(methodId: number): boolean {
  return methodId !== Method.Ack && methodId !== Method.Cancel;
}
