import type { SipMessage } from '../../sip/message.js';
import { BoundedMap } from '../../tables/bounded-map.js';
import { Hasher } from '../../tables/hash.js';
import type { Counters } from '../../telemetry/counters.js';
import type { TableStatus } from '../../telemetry/table-status.js';
import type { CalledCountry } from './caller.js';

const LIMIT = 32_768;
/** A call whose end was not seen counts no longer than this (seconds). */
const LONGEST = 4 * 3600;

interface OpenNumber {
  readonly called: CalledCountry;
  at: number;
}

/**
 * Answered calls to other countries that have not ended, by Call-ID and the caller's tag: who makes
 * all his calls under one Call-ID has as many.
 */
export class OpenNumbers {
  private readonly calls: BoundedMap<number, OpenNumber>;
  private readonly hasher = new Hasher();

  constructor(counters: Counters) {
    this.calls = new BoundedMap(LIMIT, (_, { called }) => {
      counters.callersEvicted++;
      called.open--;
    });
  }

  answered(message: SipMessage, called: CalledCountry, now: number): void {
    this.forget(now);
    const key = this.keyOf(message, message.fromHeader.tag());
    if (this.calls.has(key)) return;
    called.open++;
    this.calls.set(key, { called, at: now });
  }

  /** A BYE was granted; either side may have sent it. */
  ended(message: SipMessage): void {
    this.close(this.keyOf(message, message.fromHeader.tag()));
    this.close(this.keyOf(message, message.toHeader.tag()));
  }

  setBack(now: number): void {
    for (const call of this.calls.values()) call.at = Math.min(call.at, now);
  }

  table(): TableStatus {
    return this.calls.status('numbers_open');
  }

  private forget(now: number): void {
    let oldest = this.calls.oldestEntry();
    while (oldest !== undefined && now - oldest.value.at > LONGEST) {
      this.close(oldest.key);
      oldest = this.calls.oldestEntry();
    }
  }

  private close(key: number): void {
    const call = this.calls.peek(key);
    if (call === undefined) return;
    call.called.open--;
    this.calls.delete(key);
  }

  private keyOf(message: SipMessage, tag: string | undefined): number {
    return message
      .beginWithCallId(this.hasher)
      .addText(tag ?? '')
      .end();
  }
}
