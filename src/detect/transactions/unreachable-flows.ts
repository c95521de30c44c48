import { BoundedMap } from '../../tables/bounded-map.js';
import { Hasher } from '../../tables/hash.js';
import type { Counters } from '../../telemetry/counters.js';
import type { TableStatus } from '../../telemetry/table-status.js';
import type { Address } from '../../wire/address.js';
import type { Packet } from '../../wire/packet.js';
import type { Transaction } from './transaction.js';

const LIMIT = 16_384;
/** Longer than a request waits for its answer (seconds). */
const MEMORY = 4;

/**
 * What ICMP said of datagrams: their target cannot be reached. Kept until the requests that they
 * carried have waited long enough, so that a request itself costs nothing more.
 */
export class UnreachableFlows {
  /** When it was said last (packet time, seconds), in that order. */
  private readonly saidAt: BoundedMap<number, number>;
  private readonly hasher = new Hasher();

  constructor(counters: Counters) {
    this.saidAt = new BoundedMap(LIMIT, () => {
      counters.unreachablesEvicted++;
    });
  }

  /** An error quotes this packet. It came the way back, and so through the tunnel's other end. */
  add(packet: Packet): void {
    const { source, sourcePort, destination, destinationPort, time } = packet;
    const { tunnelSource, tunnelDestination } = packet;
    const key = this.begin(source, sourcePort, destination, destinationPort)
      .addKey(tunnelDestination)
      .addKey(tunnelSource)
      .end();
    this.saidAt.set(key, time);
  }

  /** Whether it was said of this request, or of another between the same ports since. */
  has({ source, sourcePort, target, targetPort, ...more }: Transaction): boolean {
    if (this.saidAt.size === 0) return false;
    const { tunnelSource, tunnelTarget, startedAt } = more;
    const key = this.begin(source, sourcePort, target, targetPort)
      .addKey(tunnelSource)
      .addKey(tunnelTarget)
      .end();
    const at = this.saidAt.peek(key);
    return at !== undefined && at >= startedAt;
  }

  /** Forgets what no request waits for any more. */
  forget(now: number): void {
    if (this.saidAt.size === 0) return;
    let oldest = this.saidAt.oldestEntry();
    while (oldest !== undefined && now - oldest.value >= MEMORY) {
      this.saidAt.delete(oldest.key);
      oldest = this.saidAt.oldestEntry();
    }
  }

  /** The clock was set back: what was said later than now is said now. */
  setBack(now: number): void {
    for (const key of this.saidAt.keys()) {
      if (this.saidAt.peek(key)! > now) this.saidAt.set(key, now);
    }
  }

  table(): TableStatus {
    return this.saidAt.status('unreachable_flows');
  }

  private begin(source: Address, sourcePort: number, target: Address, targetPort: number): Hasher {
    const { hasher } = this;
    return hasher.begin().addKey(source).addNumber(sourcePort).addKey(target).addNumber(targetPort);
  }
}
