import type { Incident } from '../../incident/incident.js';
import type { SensorReadings } from '../../metrics/readings.js';
import { eveEvent } from '../../outputs/eve.js';
import { severityRank } from '../../rules/signature.js';
import { type Largest, largest } from '../largest.js';

/**
 * An open incident as an event would tell it at this moment: the addresses, and what events have
 * under `sipseer`. The deciding message is long and shown for a single incident only.
 */
export function incidentView(
  sensor: SensorReadings,
  incident: Incident,
  withMessage: boolean,
): object {
  const event = eveEvent(sensor.incidents.alertOf(incident));
  const { alert_id: _, evidence, ...own } = event.sipseer;
  return {
    src_ip: event.src_ip,
    src_port: event.src_port,
    dest_ip: event.dest_ip,
    dest_port: event.dest_port,
    proto: event.proto,
    title: event.alert.signature,
    ...own,
    state: 'open',
    evidence: withMessage ? evidence : { packets: evidence.packets },
  };
}

/** The gravest first, and of these the latest. */
export function gravestIncidents(
  { incidents }: SensorReadings,
  most: number,
  minRank: number,
): Largest<Incident> {
  return largest(
    atLeast(incidents.all(), minRank),
    most,
    (a, b) => severityRank(a.severity) - severityRank(b.severity) || a.lastSeen - b.lastSeen,
  );
}

function* atLeast(incidents: Iterable<Incident>, minRank: number): Generator<Incident> {
  for (const incident of incidents) {
    if (severityRank(incident.severity) >= minRank) yield incident;
  }
}

/** The incident of that id, or undefined. */
export function incidentById({ incidents }: SensorReadings, id: string): Incident | undefined {
  for (const incident of incidents.all()) if (incident.id === id) return incident;
  return undefined;
}
