import { BoundedMap } from '../tables/bounded-map.js';
import type { Address } from '../wire/address.js';
import type { Incident } from './incident.js';

const LIMIT = 50_000;
/** Incidents that one address is remembered for. */
const OF_ONE = 32;
const NONE: readonly Incident[] = [];

/** Which open incidents an address has a part in: its own, and those of many that it belongs to. */
export class IncidentsBySource {
  private readonly byAddress = new BoundedMap<Address, Incident[]>(LIMIT);

  /** The incident now keeps this source. */
  join(incident: Incident, source: Address): void {
    const known = this.byAddress.get(source);
    if (known === undefined) this.byAddress.set(source, [incident]);
    else if (known.length < OF_ONE && !known.includes(incident)) known.push(incident);
  }

  /** It has closed. */
  forget(incident: Incident): void {
    for (const source of incident.sources.all()) {
      const known = this.byAddress.peek(source);
      const at = known?.indexOf(incident) ?? -1;
      if (known === undefined || at === -1) continue;
      known.splice(at, 1);
      if (known.length === 0) this.byAddress.delete(source);
    }
  }

  of(source: Address): readonly Incident[] {
    return this.byAddress.peek(source) ?? NONE;
  }

  /** Other incidents that a source of this one has a part in, so many at most. */
  related(incident: Incident, most: number): Incident[] {
    const found = new Set<Incident>();
    for (const source of incident.sources.all()) {
      for (const other of this.of(source)) {
        if (other !== incident) found.add(other);
        if (found.size === most) return [...found];
      }
    }
    return [...found];
  }
}
