import type { SipMessage } from '../../sip/message.js';
import { BoundedMap } from '../../tables/bounded-map.js';
import { Hasher } from '../../tables/hash.js';
import type { Counters } from '../../telemetry/counters.js';
import type { TableStatus } from '../../telemetry/table-status.js';
import type { Packet } from '../../wire/packet.js';
import type { Transaction } from './transaction.js';

/** Without an answer for so long, a request counts as met by silence (seconds). */
const PATIENCE = 2;
/** A late answer is still matched for so long: RFC 3261 §16.6 step 11 lets an INVITE take 3 min. */
const LIFETIME = 200;
const LIMIT = 65_536;

/**
 * Open requests. A response is matched as RFC 3261 §17.1.3 has it, by the topmost Via that it
 * echoes and the method in CSeq, and by Call-ID, CSeq number and both addresses besides, since no
 * one of them is unique in what attackers send. The client's port is left out: without rport the
 * reply goes to the port in Via (§18.2.2). A reply to what went through a tunnel comes back through
 * it: who can write into one end of it cannot answer himself.
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
    const { tunnelSource, tunnelDestination } = packet;
    return this.hasher
      .begin()
      .addBytes(message.buf, message.callIdFrom, message.callIdTo)
      .addText(branch ?? '')
      .addText(via.host() ?? '')
      .addNumber(via.port)
      .addNumber(message.cseqNumber)
      .addNumber(message.methodId)
      .addNumber(packet.transport)
      .addKey(client)
      .addKey(server)
      .addKey(isRequest ? tunnelSource : tunnelDestination)
      .addKey(isRequest ? tunnelDestination : tunnelSource)
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

  /** When the request that has waited longest will have waited too long; infinite: none waits. */
  silenceAt(): number {
    const oldest = this.waiting.oldestEntry();
    return oldest === undefined ? Number.POSITIVE_INFINITY : oldest.value.startedAt + PATIENCE;
  }

  /** Gives up on that request: it counts as met by silence. */
  giveUp(): Transaction | undefined {
    const oldest = this.waiting.oldestEntry()?.value;
    if (oldest !== undefined) this.settle(oldest);
    return oldest;
  }

  /** Forgets what is too old to be answered. */
  forget(now: number): void {
    let oldest = this.settled.oldestEntry()?.value;
    while (oldest !== undefined && now - oldest.startedAt >= LIFETIME) {
      this.settled.delete(oldest.key);
      oldest = this.settled.oldestEntry()?.value;
    }
  }

  /** The clock was set back: what began later than now begins now. */
  setBack(now: number): void {
    for (const open of this.waiting.values()) open.startedAt = Math.min(open.startedAt, now);
    for (const settled of this.settled.values()) {
      settled.startedAt = Math.min(settled.startedAt, now);
    }
  }

  tables(): TableStatus[] {
    return [this.waiting.status('transactions_open'), this.settled.status('transactions_settled')];
  }
}
