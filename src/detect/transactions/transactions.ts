import type { SipMessage } from '../../sip/message.js';
import { Hasher } from '../../tables/hash.js';
import { placeOf } from '../../tables/place.js';
import type { Counters } from '../../telemetry/counters.js';
import type { TableStatus } from '../../telemetry/table-status.js';
import type { Packet } from '../../wire/packet.js';
import { highOf, lowOf, type Transaction } from './transaction.js';
import { TransactionList } from './transaction-list.js';

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
  private readonly waiting: TransactionList;
  private readonly settled: TransactionList;
  /** The first transaction of each bucket; there is a power of two of them. */
  private readonly buckets: (Transaction | undefined)[];
  private readonly hasher = new Hasher();
  private readonly counters: Counters;

  constructor(counters: Counters, limit = LIMIT) {
    this.counters = counters;
    this.waiting = new TransactionList(limit);
    this.settled = new TransactionList(limit);
    this.buckets = new Array(2 ** Math.ceil(Math.log2(2 * limit))).fill(undefined);
  }

  /** Key of a request, or of the request that a response answers. 0: it cannot be told apart. */
  keyOf(message: SipMessage, packet: Packet): number {
    const { via, isRequest } = message;
    if (message.callIdTo === message.callIdFrom && !via.hasBranch) return 0;
    const client = isRequest ? packet.source : packet.destination;
    const server = isRequest ? packet.destination : packet.source;
    const { tunnelSource, tunnelDestination } = packet;
    const { hasher } = this;
    message.beginWithCallId(hasher);
    via.addTo(hasher);
    return hasher
      .addNumber(message.cseqNumber)
      .addNumber(message.methodId)
      .addNumber(packet.transport)
      .addKey(client)
      .addKey(server)
      .addKey(isRequest ? tunnelSource : tunnelDestination)
      .addKey(isRequest ? tunnelDestination : tunnelSource)
      .end();
  }

  /** The one of this key that waits, else the one that is settled. */
  find(key: number): Transaction | undefined {
    const low = lowOf(key);
    const high = highOf(key);
    let found = this.buckets[this.bucketOf(key)];
    let settled: Transaction | undefined;
    for (; found !== undefined; found = found.next) {
      if (found.keyLow !== low || found.keyHigh !== high) continue;
      if (found.list === this.waiting) return found;
      settled = found;
    }
    return settled;
  }

  /** `known`: what `find` gives for its key. */
  open(transaction: Transaction, known: Transaction | undefined): void {
    const { waiting } = this;
    if (known !== undefined && known.list === waiting) this.remove(waiting, known);
    else if (waiting.size >= waiting.limit) this.evictOldest(waiting);
    const { buckets } = this;
    const bucket = this.bucketOf(transaction.key);
    transaction.next = buckets[bucket];
    buckets[bucket] = transaction;
    waiting.add(transaction);
  }

  /** It was answered, provisionally or finally: silence is no longer expected. */
  settle(transaction: Transaction): void {
    const { waiting, settled } = this;
    if (transaction.list !== waiting) return;
    const known = this.findIn(settled, transaction);
    if (known !== undefined) this.remove(settled, known);
    else if (settled.size >= settled.limit) this.evictOldest(settled);
    waiting.remove(transaction);
    settled.add(transaction);
  }

  /** When the request that has waited longest will have waited too long; infinite: none waits. */
  silenceAt(): number {
    const { oldest } = this.waiting;
    return oldest === undefined ? Number.POSITIVE_INFINITY : oldest.startedAt + PATIENCE;
  }

  /** Gives up on that request: it counts as met by silence. */
  giveUp(): Transaction | undefined {
    const { oldest } = this.waiting;
    if (oldest !== undefined) this.settle(oldest);
    return oldest;
  }

  /** Forgets what is too old to be answered. */
  forget(now: number): void {
    const { settled } = this;
    let { oldest } = settled;
    while (oldest !== undefined && now - oldest.startedAt >= LIFETIME) {
      this.remove(settled, oldest);
      oldest = settled.oldest;
    }
  }

  /** The clock was set back: what began later than now begins now. */
  setBack(now: number): void {
    this.waiting.setBack(now);
    this.settled.setBack(now);
  }

  tables(): TableStatus[] {
    return [this.waiting.status('transactions_open'), this.settled.status('transactions_settled')];
  }

  private evictOldest(list: TransactionList): void {
    if (list.oldest === undefined) return;
    this.remove(list, list.oldest);
    list.evicted++;
    this.counters.transactionsEvicted++;
  }

  private remove(list: TransactionList, transaction: Transaction): void {
    const { buckets } = this;
    const bucket = this.bucketOf(transaction.key);
    if (buckets[bucket] === transaction) buckets[bucket] = transaction.next;
    else {
      let before = buckets[bucket];
      while (before !== undefined && before.next !== transaction) before = before.next;
      if (before !== undefined) before.next = transaction.next;
    }
    transaction.next = undefined;
    list.remove(transaction);
  }

  /** The one of the same key in this list. */
  private findIn(list: TransactionList, again: Transaction): Transaction | undefined {
    const { keyLow, keyHigh } = again;
    let found = this.buckets[this.bucketOf(again.key)];
    for (; found !== undefined; found = found.next) {
      if (found.keyLow === keyLow && found.keyHigh === keyHigh && found.list === list) break;
    }
    return found;
  }

  /** Nobody can foresee which keys share a bucket: see `placeOf`. */
  private bucketOf(key: number): number {
    return (placeOf(key) as number) & (this.buckets.length - 1);
  }
}
