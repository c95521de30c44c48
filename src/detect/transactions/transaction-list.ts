import type { TableStatus } from '../../telemetry/table-status.js';
import type { Transaction } from './transaction.js';

/**
 * Transactions in the order in which they were added, linked by fields of their own: to move one
 * from list to list takes no look-up and makes no garbage.
 */
export class TransactionList {
  readonly limit: number;
  size = 0;
  /** Transactions that a full list gave up since the start; counted by whoever removes them. */
  evicted = 0;
  newest: Transaction | undefined = undefined;
  oldest: Transaction | undefined = undefined;

  constructor(limit: number) {
    this.limit = limit;
  }

  /** Adds one that is in no list. */
  add(transaction: Transaction): void {
    const { newest } = this;
    transaction.list = this;
    transaction.older = newest;
    if (newest === undefined) this.oldest = transaction;
    else newest.newer = transaction;
    this.newest = transaction;
    this.size++;
  }

  /** Takes one of its own out. */
  remove(transaction: Transaction): void {
    const { newer, older } = transaction;
    if (newer === undefined) this.newest = older;
    else newer.older = older;
    if (older === undefined) this.oldest = newer;
    else older.newer = newer;
    transaction.list = undefined;
    transaction.newer = undefined;
    transaction.older = undefined;
    this.size--;
  }

  /** The clock was set back: what began later than now begins now. */
  setBack(now: number): void {
    for (let kept = this.oldest; kept !== undefined; kept = kept.newer) {
      kept.startedAt = Math.min(kept.startedAt, now);
    }
  }

  status(table: string): TableStatus {
    const { size, limit, evicted } = this;
    return { table, entries: size, limit, evicted };
  }
}
