import { DistinctCounter } from '../tables/distinct-counter.js';
import { isCount, isListOf, type JsonValue } from '../telemetry/saved-entry.js';
import { type Address, isAddress } from '../wire/address.js';

/** Sources of an incident that are kept; of those beyond, their number is estimated. */
const KEPT = 64;

/** The addresses that an incident is made of: the first are kept, the others only counted. */
export class IncidentSources {
  private readonly kept = new Set<Address>();
  /** Of all of them, once there are more than are kept. */
  private estimate: DistinctCounter | undefined = undefined;
  /** So many there are at least, by what a signature counted before the incident began. */
  private atLeast = 0;

  add(address: Address): void {
    if (this.estimate !== undefined) this.estimate.add(address);
    else if (this.kept.size < KEPT) this.kept.add(address);
    else if (!this.kept.has(address)) {
      this.estimate = new DistinctCounter();
      for (const each of this.kept) this.estimate.add(each);
      this.estimate.add(address);
    }
  }

  /** A signature counted so many. */
  knowAtLeast(count: number): void {
    this.atLeast = Math.max(this.atLeast, count);
  }

  get count(): number {
    return Math.max(this.kept.size, this.estimate?.estimate() ?? 0, this.atLeast);
  }

  /** `count` is an estimate. */
  get isEstimate(): boolean {
    return this.estimate !== undefined;
  }

  has(address: Address): boolean {
    return this.kept.has(address);
  }

  all(): Iterable<Address> {
    return this.kept;
  }

  /** The first few. */
  sample(most: number): Address[] {
    return [...this.kept].slice(0, most);
  }

  save(): JsonValue {
    const { estimate } = this;
    const saved = estimate === undefined ? null : [estimate.save(), estimate.additions];
    return [[...this.kept], this.atLeast, saved];
  }

  /** Takes in what was saved; false when it is no such thing. */
  restore(saved: JsonValue | undefined): boolean {
    if (!Array.isArray(saved)) return false;
    const [kept, atLeast, sketch] = saved as JsonValue[];
    if (!isListOf(kept, KEPT, isAddress) || !isCount(atLeast)) return false;
    if (sketch !== null) {
      if (!Array.isArray(sketch) || !isCount(sketch[1])) return false;
      const estimate = new DistinctCounter();
      if (!estimate.restore(sketch[0], sketch[1])) return false;
      this.estimate = estimate;
    }
    for (const address of kept) this.kept.add(address);
    this.atLeast = atLeast;
    return true;
  }
}
