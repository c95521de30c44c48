import type { Sample } from './metric-row.js';

/**
 * Sums that only grow, under at most `limit` sets of labels; what comes later is added to the set
 * that `overflow` names. A set that was ever told stays, with its last value, as long as the
 * process runs: a counter that vanished and came back would look like a new one.
 */
export class GrowingCounts {
  private readonly sums = new Map<string, { labels: readonly string[]; value: number }>();
  private readonly limit: number;
  private readonly overflow: (labels: readonly string[]) => readonly string[];
  private known = 0;

  constructor(limit: number, overflow: (labels: readonly string[]) => readonly string[]) {
    this.limit = limit;
    this.overflow = overflow;
  }

  add(labels: readonly string[], growth: number): void {
    const own = this.sums.get(labels.join('\u001f'));
    if (own !== undefined) own.value += growth;
    else if (this.known < this.limit) {
      this.known++;
      this.addTo(labels, growth);
    } else this.addTo(this.overflow(labels), growth);
  }

  *samples(): Generator<Sample> {
    for (const { labels, value } of this.sums.values()) yield [value, ...labels];
  }

  private addTo(labels: readonly string[], growth: number): void {
    const key = labels.join('\u001f');
    const sum = this.sums.get(key);
    if (sum === undefined) this.sums.set(key, { labels, value: growth });
    else sum.value += growth;
  }
}

/**
 * How much counts grew since they were last looked at. One that fell, or was not there the last
 * time, has begun anew.
 */
export class Growth {
  private last = new Map<string, number>();
  private next = new Map<string, number>();

  of(id: string, count: number): number {
    const before = this.last.get(id) ?? 0;
    this.next.set(id, count);
    return count >= before ? count - before : count;
  }

  /** All counts there are have been looked at. */
  endRound(): void {
    const { last } = this;
    this.last = this.next;
    last.clear();
    this.next = last;
  }
}
