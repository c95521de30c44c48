import { SEVERITIES, severityRank } from '../rules/signature.js';
import { BoundedMap } from '../tables/bounded-map.js';
import type { TableStatus } from '../telemetry/table-status.js';
import type { Address } from '../wire/address.js';
import type { Incident } from './incident.js';

/** Open incidents of each half. */
const LIMIT = 10_000;
const GRADES = SEVERITIES.length;

interface Entry {
  readonly incident: Incident;
  /** Where it stands: see `placeOf`. */
  place: number;
}

/**
 * The open incidents, in two halves: those that may be forged, and those that are proved. In a full
 * half, the one that was quiet longest among the least grave gives way. So a flood of forged
 * addresses pushes out neither what is proved nor what is graver.
 *
 * Invariant: each incident is in `byKey`, and in the one of `shelves` that its entry names; a shelf
 * is in the order of `lastSeen`.
 */
export class IncidentTable {
  private readonly byKey: BoundedMap<Address, Entry>;
  private readonly shelves: readonly BoundedMap<Incident, Entry>[];
  private readonly limit: number;
  private readonly onEvict: (incident: Incident) => void;
  private readonly evicted = [0, 0];

  /** `onEvict` is told of each that gave way, when it is no longer here. */
  constructor(onEvict: (incident: Incident) => void, limit = LIMIT) {
    this.onEvict = onEvict;
    this.limit = limit;
    this.byKey = new BoundedMap(2 * limit);
    // A half makes room before a shelf of it could be full.
    this.shelves = Array.from({ length: 2 * GRADES }, () => new BoundedMap(limit));
  }

  find(key: Address): Incident | undefined {
    return this.byKey.peek(key)?.incident;
  }

  /** No room for it without another giving way. */
  isFull(incident: Incident): boolean {
    return this.sizeOf(halfOf(placeOf(incident))) >= this.limit;
  }

  /** False where there is no room: all that are there are graver. */
  add(incident: Incident): boolean {
    const place = placeOf(incident);
    if (!this.makeRoom(place)) return false;
    const entry = { incident, place };
    this.byKey.set(incident.actor.key, entry);
    this.shelves[place]!.set(incident, entry);
    return true;
  }

  /** Something of it was seen just now; it may have become graver, or be proved. */
  touch(incident: Incident): void {
    const entry = this.byKey.peek(incident.actor.key);
    if (entry === undefined) return;
    const place = placeOf(incident);
    if (place !== entry.place) {
      this.shelves[entry.place]!.delete(incident);
      const isOtherHalf = halfOf(place) !== halfOf(entry.place);
      // It is proved, and so there is no graver reason to stay: the least grave proved one goes.
      if (isOtherHalf && !this.makeRoom(place)) this.evictLowest(halfOf(place));
      entry.place = place;
    }
    this.shelves[place]!.set(incident, entry);
  }

  delete(incident: Incident): void {
    const entry = this.byKey.peek(incident.actor.key);
    if (entry?.incident !== incident) return;
    this.byKey.delete(incident.actor.key);
    this.shelves[entry.place]!.delete(incident);
  }

  /** The one that was quiet longest. */
  quietest(): Incident | undefined {
    let quietest: Incident | undefined;
    for (const shelf of this.shelves) {
      const oldest = shelf.oldestEntry()?.key;
      if (oldest === undefined) continue;
      if (quietest === undefined || oldest.lastSeen < quietest.lastSeen) quietest = oldest;
    }
    return quietest;
  }

  /** All of them, in no order that means anything. */
  *all(): Generator<Incident> {
    for (const { incident } of this.byKey.values()) yield incident;
  }

  /** Those of this moment, each half and severity in order of use; it may take its time. */
  *walk(): Generator<Incident> {
    for (const shelf of this.shelves) for (const [incident] of shelf.walk()) yield incident;
  }

  tables(): TableStatus[] {
    return ['incidents_unproven', 'incidents_proven'].map((table, half) => ({
      table,
      entries: this.sizeOf(half),
      limit: this.limit,
      evicted: this.evicted[half]!,
    }));
  }

  private sizeOf(half: number): number {
    let size = 0;
    for (const shelf of this.shelvesOf(half)) size += shelf.size;
    return size;
  }

  private shelvesOf(half: number): readonly BoundedMap<Incident, Entry>[] {
    return this.shelves.slice(half * GRADES, (half + 1) * GRADES);
  }

  /** True when there is room for one more at this place. */
  private makeRoom(place: number): boolean {
    const half = halfOf(place);
    if (this.sizeOf(half) < this.limit) return true;
    const lowest = this.shelvesOf(half).findIndex(({ size }) => size > 0);
    if (lowest > place % GRADES) return false;
    this.evictLowest(half);
    return true;
  }

  private evictLowest(half: number): void {
    const shelf = this.shelvesOf(half).find(({ size }) => size > 0);
    const incident = shelf?.oldestEntry()?.key;
    if (incident === undefined) return;
    this.evicted[half]! += 1;
    this.delete(incident);
    this.onEvict(incident);
  }
}

/** Unproved ones come first, each half by severity. */
function placeOf({ isProved, severity }: Incident): number {
  return (isProved ? GRADES : 0) + severityRank(severity);
}

function halfOf(place: number): number {
  return place < GRADES ? 0 : 1;
}
