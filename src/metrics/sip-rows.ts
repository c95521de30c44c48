import { OBSERVATION_NAMES } from '../detect/observation.js';
import { METHOD_NAMES } from '../sip/tokens.js';
import type { MetricRow, Sample } from './metric-row.js';
import { counter } from './packet-rows.js';
import { RESPONSE_CODES } from './response-codes.js';

/** SIP as it passes, whoever sent it. */
export const SIP_ROWS: readonly MetricRow[] = [
  {
    name: 'sip_requests_total',
    type: 'counter',
    help: 'Requests by method (those of the IANA registry, and other) and transport.',
    labels: ['method', 'transport'],
    most: 2 * METHOD_NAMES.length,
    read: ({ readings }) => {
      const { udpRequests, tcpRequests } = readings.sensor.traffic;
      return METHOD_NAMES.flatMap((method, id): Sample[] => [
        [udpRequests[id] ?? 0, method, 'udp'],
        [tcpRequests[id] ?? 0, method, 'tcp'],
      ]);
    },
  },
  {
    name: 'sip_responses_total',
    type: 'counter',
    help: 'Responses by status code (those of the IANA registry, and other). None at all beside requests: the mirror shows one direction only.',
    labels: ['code'],
    most: RESPONSE_CODES.length + 1,
    read: ({ readings }) => responseSamples(readings.sensor.traffic.responses),
  },
  counter(
    'sip_malformed_total',
    'Messages that break the grammar of RFC 3261 in a way that honest software does not.',
    'malformed',
  ),
  counter(
    'sip_messages_cut_total',
    'Messages with more or longer header lines than are read: the rest was not looked at.',
    'messagesCut',
  ),
  counter(
    'sip_relayed_requests_total',
    'Requests that a proxy passed on. Their first leg was judged, so they were not judged again.',
    'relayed',
  ),
  counter('sip_keepalives_total', 'Keep-alives between phones and servers.', 'keepAlives'),
  counter('sip_empty_datagrams_total', 'Datagrams without a byte on SIP ports.', 'payloadsEmpty'),
  counter(
    'sip_unmatched_replies_total',
    'Replies whose request was not seen. Many: packets are lost, or the mirror shows one direction only.',
    'repliesUnmatched',
  ),
  {
    name: 'observations_total',
    type: 'counter',
    help: 'Facts about traffic over time that behaviour signatures look at; docs/SIGNATURES.md explains each.',
    labels: ['observation'],
    most: OBSERVATION_NAMES.length,
    read: ({ readings }) => {
      const { observations } = readings.sensor.traffic;
      return OBSERVATION_NAMES.map((name): Sample => [observations.get(name) ?? 0, name]);
    },
  },
];

function responseSamples(responses: ArrayLike<number>): Sample[] {
  let other = 0;
  for (let code = 0; code < responses.length; code++) other += responses[code]!;
  const samples = RESPONSE_CODES.map((code): Sample => {
    const count = responses[code] ?? 0;
    other -= count;
    return [count, String(code)];
  });
  return [...samples, [other, 'other']];
}
