import type { Alert } from '../incident/alert.js';

/** Incidents that a list for people keeps; later ones are only counted. */
const LIMIT = 10_000;

/**
 * The last alert of each incident, in order of their opening. Captures that overlap are stories of
 * their own and may hold the same incident: it is listed for each.
 */
export class LastAlerts {
  /** Incidents beyond the limit. */
  more = 0;
  private readonly byIncident = new Map<string, Alert>();
  private readonly limit: number;

  constructor(limit = LIMIT) {
    this.limit = limit;
  }

  add(alert: Alert, story: number): void {
    const key = `${story}/${alert.incidentId}`;
    if (this.byIncident.has(key) || this.byIncident.size < this.limit) {
      this.byIncident.set(key, alert);
    } else if (alert.state === 'open') {
      this.more++;
    }
  }

  values(): Alert[] {
    return [...this.byIncident.values()];
  }
}
