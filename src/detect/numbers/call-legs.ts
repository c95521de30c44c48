import { BoundedMap } from '../../tables/bounded-map.js';
import { Hasher } from '../../tables/hash.js';
import type { Counters } from '../../telemetry/counters.js';
import type { TableStatus } from '../../telemetry/table-status.js';
import type { Address } from '../../wire/address.js';
import type { Transaction } from '../transactions/transaction.js';

const LIMIT = 16_384;
/** A PBX makes the second leg of a call at once, or when it has looked up where to (seconds). */
const MEMORY = 10;

/**
 * Tells the second leg of a call from the first. A PBX, or another back-to-back user agent, makes
 * a call of its own of what it is asked for, with another Call-ID, and often another prefix: only
 * the end of the number stays. Whoever asked it is to be judged.
 */
export class CallLegs {
  /** When a host was asked to dial a number. */
  private readonly asked: BoundedMap<number, number>;
  private readonly hasher = new Hasher();

  constructor(counters: Counters) {
    this.asked = new BoundedMap(LIMIT, () => {
      counters.callersEvicted++;
    });
  }

  /** A call to a number; whether its source was asked for it just before. */
  isPassedOn({ source, target, startedAt }: Transaction, tail: string): boolean {
    const at = this.asked.peek(this.keyOf(source, tail));
    this.asked.set(this.keyOf(target, tail), startedAt);
    return at !== undefined && Math.abs(startedAt - at) <= MEMORY;
  }

  setBack(now: number): void {
    for (const [key, at] of this.asked.walk()) if (at > now) this.asked.set(key, now);
  }

  table(): TableStatus {
    return this.asked.status('call_legs');
  }

  private keyOf(host: Address, tail: string): number {
    return this.hasher.begin().addKey(host).addText(tail).end();
  }
}
