import type { Counters } from '../telemetry/counters.js';
import type { Address } from '../wire/address.js';
import { BoundedMap } from './bounded-map.js';
import { Hasher } from './hash.js';
import type { Transaction } from './transactions.js';

/** A client that means to log in answers a challenge at once; after this it will not (seconds). */
const PATIENCE = 5;
const LIMIT = 50_000;

interface Challenge {
  readonly transaction: Transaction;
  readonly status: number;
  readonly at: number;
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
    const { source, target, account } = transaction;
    this.open.set(this.key(source, target, account ?? ''), { transaction, status, at });
  }

  takenUp(source: Address, target: Address, account: string): void {
    this.open.delete(this.key(source, target, account));
  }

  /** Tells each challenge that was left lying too long, with its status and deadline. */
  advance(
    now: number,
    onAbandoned: (transaction: Transaction, status: number, deadline: number) => void,
  ): void {
    let oldest = this.open.oldestEntry();
    while (oldest !== undefined && now - oldest.value.at >= PATIENCE) {
      const { transaction, status, at } = oldest.value;
      this.open.delete(oldest.key);
      onAbandoned(transaction, status, at + PATIENCE);
      oldest = this.open.oldestEntry();
    }
  }

  private key(source: Address, target: Address, account: string): number {
    return this.hasher.begin().addKey(source).addKey(target).addText(account).end();
  }
}
