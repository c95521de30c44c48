import { BoundedMap } from '../../tables/bounded-map.js';
import { Hasher } from '../../tables/hash.js';
import type { Counters } from '../../telemetry/counters.js';
import type { TableStatus } from '../../telemetry/table-status.js';
import type { Address } from '../../wire/address.js';
import type { Transaction } from '../transactions/transaction.js';

/** A client that means to log in answers a challenge at once; after this it will not (seconds). */
const PATIENCE = 5;
const LIMIT = 50_000;

export interface Challenge {
  readonly transaction: Transaction;
  readonly status: number;
  at: number;
}

/**
 * Challenges that no credentials have followed yet. A phone takes its challenge up within a
 * second; who only wants to know whether an account exists leaves it lying.
 */
export class OpenChallenges {
  private readonly open: BoundedMap<number, Challenge>;
  private readonly hasher = new Hasher();

  constructor(counters: Counters) {
    this.open = new BoundedMap(LIMIT, () => {
      counters.challengesEvicted++;
    });
  }

  add(transaction: Transaction, status: number, at: number): void {
    const { origin, target, account } = transaction;
    this.open.set(this.key(origin, target, account ?? ''), { transaction, status, at });
  }

  find(source: Address, target: Address, account: string): Challenge | undefined {
    return this.open.peek(this.key(source, target, account));
  }

  takenUp(source: Address, target: Address, account: string): void {
    this.open.delete(this.key(source, target, account));
  }

  /** When the oldest of them will have been left lying too long; infinite: there is none. */
  abandonedAt(): number {
    const oldest = this.open.oldest();
    return oldest === undefined ? Number.POSITIVE_INFINITY : oldest.at + PATIENCE;
  }

  /** Takes that one out: nobody takes it up. */
  abandon(): Challenge | undefined {
    const oldest = this.open.oldestEntry();
    if (oldest !== undefined) this.open.delete(oldest.key);
    return oldest?.value;
  }

  /** The clock was set back: what came later than now came now. */
  setBack(now: number): void {
    for (const challenge of this.open.values()) challenge.at = Math.min(challenge.at, now);
  }

  table(): TableStatus {
    return this.open.status('challenges');
  }

  private key(source: Address, target: Address, account: string): number {
    return this.hasher.begin().addKey(source).addKey(target).addText(account).end();
  }
}
