import type { Counters } from '../telemetry/counters.js';
import { type MetricRow, plain, type Sample } from './metric-row.js';

/** Names of plain counts. */
type CountName = {
  [Name in keyof Counters]: Counters[Name] extends number ? Name : never;
}[keyof Counters];

/** What became of frames and payloads before they were messages. */
export const PACKET_ROWS: readonly MetricRow[] = [
  plain(
    'gauge',
    'pipeline_lag_seconds',
    'Wall clock minus capture time of the last frame, while frames come; 0 while none do. Rising: the sensor cannot keep up.',
    ({ readings }) => readings.lag(),
  ),
  byReason(
    'decode_errors_total',
    'Packets that could not be read and so were not looked at: link types that are not known, wireless frames (wlan), headers that are cut or broken, more than eight tunnels inside each other.',
    {
      link_type: 'linkUnsupported',
      header_truncated: 'headerTruncated',
      ipv4_header: 'ipv4Malformed',
      ipv6_header: 'ipv6Malformed',
      udp_header: 'udpMalformed',
      tcp_header: 'tcpMalformed',
      icmp: 'icmpMalformed',
      tunnel_header: 'tunnelMalformed',
      tunnels_too_deep: 'tunnelsTooDeep',
      fragment: 'fragmentsMalformed',
      wlan: 'wlanUnsupported',
    },
  ),
  byReason(
    'ignored_packets_total',
    "Packets that are none of the sensor's business: not IP (ether_type), neither UDP nor TCP (ip_protocol), no SIP on a SIP port (not_sip), and SIP on a port that is not watched (other_port: add the port if it is yours).",
    {
      ether_type: 'etherTypeOther',
      ip_protocol: 'ipProtocolOther',
      not_sip: 'notSip',
      other_port: 'sipOnOtherPorts',
    },
  ),
  counter(
    'unordered_packets_total',
    'Packets of several interfaces that were handed on before their turn: too many of the others waited. Their replies may have come first.',
    'framesHurried',
  ),
  counter(
    'duplicate_packets_total',
    'Packets that the mirror delivered twice; each was counted once. Many: mirror one direction of each port only.',
    'duplicates',
  ),
  counter(
    'clock_steps_back_total',
    'Packets older than the one before; their time was held. Many: interfaces or capture hosts whose clocks differ.',
    'clockStepsBack',
  ),
  counter(
    'clock_leaps_total',
    'Packets dated far ahead that no other confirmed. Look at the clock of the capture host.',
    'clockLeaps',
  ),
];

export function counter(name: string, help: string, field: CountName): MetricRow {
  return plain('counter', name, help, ({ readings }) => readings.counters[field]);
}

/** One counter with a label `reason`, whose values are counts of their own. */
export function byReason(
  name: string,
  help: string,
  fields: Readonly<Record<string, CountName>>,
): MetricRow {
  const reasons = Object.entries(fields);
  return {
    name,
    type: 'counter',
    help,
    labels: ['reason'],
    most: reasons.length,
    read: ({ readings: { counters } }) =>
      reasons.map(([reason, field]): Sample => [counters[field], reason]),
  };
}
