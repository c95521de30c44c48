import type { Counters } from '../telemetry/counters.js';
import type { PortTally } from '../telemetry/port-tally.js';

/** Ports that are named one by one. */
const NAMED = 4;

/**
 * What a run without an incident says. That nothing bad was seen is only said where SIP was seen
 * at all. `ports` were looked at; undefined means any.
 */
export function nothingFound(
  counters: Counters,
  otherPorts: PortTally,
  ports: ReadonlySet<number> | undefined,
): string {
  if (counters.requests + counters.responses > 0) return 'no incidents';
  if (counters.frames === 0) return 'no SIP message was found: no packet was read';
  const where = ports === undefined ? '' : ` on ${portsText([...ports])}`;
  const others = otherPortsText(otherPorts, ports);
  return `no SIP message was found${where}${others === '' ? '' : `, but ${others}`}`;
}

/** Where SIP was seen and not looked at, and how to look there; empty when it was nowhere. */
export function otherPortsText(
  otherPorts: PortTally,
  ports: ReadonlySet<number> | undefined,
): string {
  const busiest = otherPorts.busiest(NAMED);
  if (busiest.length === 0) return '';
  const named = busiest.map(([port, count]) => `${port} (${count})`).join(', ');
  const found = busiest.map(([port]) => port);
  const all = ports === undefined || ports.size > NAMED ? found : [...ports, ...found];
  return `there were some on ${busiest.length === 1 ? 'port' : 'ports'} ${named}: try --ports ${all.join()}`;
}

function portsText(ports: readonly number[]): string {
  if (ports.length > NAMED) return `the ${ports.length} ports of --ports`;
  return `${ports.length === 1 ? 'port' : 'ports'} ${ports.join(', ')}`;
}
