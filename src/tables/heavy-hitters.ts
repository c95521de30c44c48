/** A key, how often it came at most, and by how much that may be too high. */
export interface HeavyHitter<K> {
  readonly key: K;
  readonly count: number;
  readonly error: number;
}

/**
 * The keys that come most often, in a few places: Space-Saving (Metwally et al. 2005). Of `n`
 * additions in `k` places, each key that came more than n / k times is among them, no count is
 * below the true one, and none is above it by more than its `error`, at most n / k. That holds in
 * any order, and no hash is involved: there is nothing to foresee. An addition looks at each place,
 * so keep them few.
 */
export class HeavyHitters<K> {
  private readonly keys: K[] = [];
  private readonly counts: number[] = [];
  private readonly errors: number[] = [];
  private readonly places: number;
  additions = 0;

  constructor(places: number) {
    this.places = places;
  }

  add(key: K): void {
    this.additions++;
    const { keys, counts, errors } = this;
    const known = keys.indexOf(key);
    if (known !== -1) {
      counts[known]! += 1;
    } else if (keys.length < this.places) {
      keys.push(key);
      counts.push(1);
      errors.push(0);
    } else {
      const least = this.leastPlace();
      const count = counts[least]!;
      keys[least] = key;
      errors[least] = count;
      counts[least] = count + 1;
    }
  }

  /** The one that came most often, of equals the first to come; undefined: none came. */
  top(): HeavyHitter<K> | undefined {
    const { keys, counts, errors } = this;
    let best = -1;
    for (let i = 0; i < keys.length; i++) if (best < 0 || counts[i]! > counts[best]!) best = i;
    if (best === -1) return undefined;
    return { key: keys[best]!, count: counts[best]!, error: errors[best]! };
  }

  /** All that are kept, the most frequent first. */
  all(): HeavyHitter<K>[] {
    return this.keys
      .map((key, i) => ({ key, count: this.counts[i]!, error: this.errors[i]! }))
      .sort((a, b) => b.count - a.count);
  }

  clear(): void {
    this.keys.length = 0;
    this.counts.length = 0;
    this.errors.length = 0;
    this.additions = 0;
  }

  private leastPlace(): number {
    const { counts } = this;
    let least = 0;
    for (let i = 1; i < counts.length; i++) if (counts[i]! < counts[least]!) least = i;
    return least;
  }
}
