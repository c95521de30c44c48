import type { Address } from '../wire/address.js';
import { BoundedMap } from './bounded-map.js';
import { Hasher } from './hash.js';
import type { Transaction } from './transactions.js';

/** A client that means to log in answers a challenge at once; after this it will not (seconds). */
const PATIENCE = 5;
const LIMIT = 50_000;

/**
 * Challenges that no credentials have followed yet. A phone takes its challenge up within a
 * second; who only wants to know whether an account exists leaves it lying.
 */
export class OpenChallenges {
  private readonly open = new BoundedMap<number, { readonly transaction: Transaction; at: number }>(
    LIMIT,
  );
  private readonly hasher = new Hasher();

  add(transaction: Transaction, now: number): void {
    this.open.set(this.key(transaction.source, transaction.target, transaction.account ?? ''), {
      transaction,
      at: now,
    });
  }

  takenUp(source: Address, target: Address, account: string): void {
    this.open.delete(this.key(source, target, account));
  }

  /** Tells each challenge that was left lying too long. */
  advance(now: number, onAbandoned: (transaction: Transaction, deadline: number) => void): void {
    let oldest = this.open.oldestEntry();
    while (oldest !== undefined && now - oldest.value.at >= PATIENCE) {
      this.open.delete(oldest.key);
      onAbandoned(oldest.value.transaction, oldest.value.at + PATIENCE);
      oldest = this.open.oldestEntry();
    }
  }

  private key(source: Address, target: Address, account: string): number {
    return this.hasher.begin().addKey(source).addKey(target).addText(account).end();
  }
}
