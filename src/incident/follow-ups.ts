import { BoundedMap } from '../tables/bounded-map.js';
import type { Incident } from './incident.js';

/** The numbers of an incident that an alert told. */
export interface ToldNumbers {
  readonly count: number;
  readonly targets: number;
  readonly accounts: number;
  readonly guesses: number;
  readonly sources: number;
}

/** An alert that is told once more, where its numbers have grown much by then. */
export interface FollowUp {
  /** Packet time (seconds). */
  at: number;
  readonly told: ToldNumbers;
}

/** So long after an incident opened or rose its numbers are looked at again (seconds). */
const WAIT = 60;
/** Grown much: to so many times as many, and by so many. */
const FACTOR = 2;
const MORE = 10;
/** Incidents that wait at once; beyond it the one that waits longest is not told again. */
const LIMIT = 20_000;

/**
 * Incidents whose numbers are looked at again a minute after they opened or rose: an alert is made
 * at the packet that decides, when the attack has only begun, and nobody should read for an hour
 * that ten accounts were asked for when it was nine hundred.
 */
export class FollowUps {
  /** All wait equally long, so the order in which they were put off is that of being due. */
  private readonly waiting = new BoundedMap<Incident, true>(LIMIT, (incident) => {
    incident.followUp = undefined;
  });

  putOff(incident: Incident, time: number, told: ToldNumbers): void {
    incident.followUp = { at: time + WAIT, told };
    this.waiting.set(incident, true);
  }

  drop(incident: Incident): void {
    incident.followUp = undefined;
    this.waiting.delete(incident);
  }

  /** When the first is due (packet time, seconds); infinite: none waits. */
  dueAt(): number {
    return this.waiting.oldestEntry()?.key.followUp?.at ?? Number.POSITIVE_INFINITY;
  }

  /** The one that is due first, and what was told of it; it waits no more. */
  take(): { incident: Incident; told: ToldNumbers } | undefined {
    const incident = this.waiting.oldestEntry()?.key;
    const told = incident?.followUp?.told;
    if (incident === undefined) return undefined;
    this.drop(incident);
    return told && { incident, told };
  }

  /** The clock was set back to `now`: none waits longer than it would from there. */
  setBack(now: number): void {
    for (const incident of this.waiting.keys()) {
      const { followUp } = incident;
      if (followUp !== undefined) followUp.at = Math.min(followUp.at, now + WAIT);
    }
  }

  /** Those of incidents that were saved wait again, in the order of being due. */
  restore(incidents: Iterable<Incident>): void {
    const waiting = [...incidents].filter(({ followUp }) => followUp !== undefined);
    waiting.sort((a, b) => a.followUp!.at - b.followUp!.at);
    for (const incident of waiting) this.waiting.set(incident, true);
  }
}

/** Whether one of the numbers has grown so much that what was told misleads. */
export function hasGrown(told: ToldNumbers, now: ToldNumbers): boolean {
  const names = Object.keys(now) as (keyof ToldNumbers)[];
  return names.some((name) => now[name] >= told[name] * FACTOR && now[name] >= told[name] + MORE);
}
