import type { Counters } from '../telemetry/counters.js';
import { counted } from './text-layout.js';

type CounterName = {
  [Name in keyof Counters]: Counters[Name] extends number ? Name : never;
}[keyof Counters];

/** How each loss is told to people; what is zero is left out. */
const LOSSES: [CounterName, one: string, many: string][] = [
  [
    'framesTruncated',
    'frame was captured short (snap length)',
    'frames were captured short (snap length)',
  ],
  [
    'captureDropped',
    'packet was lost before it could be captured',
    'packets were lost before they could be captured',
  ],
  [
    'framesHurried',
    'frame was handed on before its turn: too many of other interfaces waited',
    'frames were handed on before their turn: too many of other interfaces waited',
  ],
  [
    'linkUnsupported',
    'frame has a link type that is not read',
    'frames have a link type that is not read',
  ],
  ['headerTruncated', 'frame ends inside its headers', 'frames end inside their headers'],
  ['ipv4Malformed', 'IPv4 header is broken', 'IPv4 headers are broken'],
  ['ipv6Malformed', 'IPv6 header is broken', 'IPv6 headers are broken'],
  ['udpMalformed', 'UDP header is broken', 'UDP headers are broken'],
  ['tcpMalformed', 'TCP header is broken', 'TCP headers are broken'],
  ['icmpMalformed', 'ICMP error is broken', 'ICMP errors are broken'],
  ['tunnelMalformed', 'tunnel header is broken', 'tunnel headers are broken'],
  [
    'tunnelsTooDeep',
    'frame has more tunnels inside each other than are followed',
    'frames have more tunnels inside each other than are followed',
  ],
  [
    'wlanUnsupported',
    'wireless frame (802.11) is not read',
    'wireless frames (802.11) are not read',
  ],
  ['fragmentsMalformed', 'IP fragment is broken', 'IP fragments are broken'],
  [
    'fragmentsTimedOut',
    'datagram stayed incomplete: some of its fragments are missing',
    'datagrams stayed incomplete: some of their fragments are missing',
  ],
  [
    'fragmentsEvicted',
    'datagram stayed incomplete: too many fragments waited',
    'datagrams stayed incomplete: too many fragments waited',
  ],
  [
    'fragmentsOverlapping',
    'datagram came in fragments that contradict each other',
    'datagrams came in fragments that contradict each other',
  ],
  ['tcpGaps', 'piece of a TCP stream is missing', 'pieces of TCP streams are missing'],
  [
    'tcpOutsideWindow',
    'TCP segment does not belong to its stream and was ignored',
    'TCP segments do not belong to their streams and were ignored',
  ],
  [
    'tcpContradictions',
    'TCP segment contradicts another that waits',
    'TCP segments contradict others that wait',
  ],
  [
    'tcpStreamsEvicted',
    'TCP stream was forgotten: the table was full',
    'TCP streams were forgotten: the table was full',
  ],
  [
    'tcpBytesEvicted',
    'byte of TCP streams was given up to make room',
    'bytes of TCP streams were given up to make room',
  ],
  [
    'tlsStreams',
    'TCP stream is encrypted (TLS) and was not inspected',
    'TCP streams are encrypted (TLS) and were not inspected',
  ],
  [
    'streamMessagesCut',
    'message of a TCP stream was read in part',
    'messages of TCP streams were read in part',
  ],
  [
    'messagesCrowded',
    'message was left unread: too many in one segment',
    'messages were left unread: too many in one segment',
  ],
  [
    'websocketCompressed',
    'WebSocket message is compressed and was not read',
    'WebSocket messages are compressed and were not read',
  ],
  [
    'sipOnOtherPorts',
    'SIP message was seen on another port (see --ports)',
    'SIP messages were seen on other ports (see --ports)',
  ],
  [
    'duplicates',
    'packet was mirrored twice and counted once',
    'packets were mirrored twice and counted once',
  ],
  ['messagesCut', 'message was cut at the line limit', 'messages were cut at the line limit'],
  [
    'clockStepsBack',
    'packet is older than the one before',
    'packets are older than the one before',
  ],
  [
    'transactionsEvicted',
    'open request was forgotten: the table was full',
    'open requests were forgotten: the table was full',
  ],
  [
    'sourcesEvicted',
    'source was forgotten: the table was full',
    'sources were forgotten: the table was full',
  ],
  [
    'provedFlowsEvicted',
    'port that had proved itself was forgotten: the table was full',
    'ports that had proved themselves were forgotten: the table was full',
  ],
  [
    'handsetsEvicted',
    'device behind a shared address was forgotten: the table was full',
    'devices behind shared addresses were forgotten: the table was full',
  ],
  [
    'ratesEvicted',
    'busy target was forgotten: the table was full',
    'busy targets were forgotten: the table was full',
  ],
  [
    'countersEvicted',
    'count was forgotten: the table was full',
    'counts were forgotten: the table was full',
  ],
  [
    'incidentsEvicted',
    'incident was closed early: the table was full',
    'incidents were closed early: the table was full',
  ],
  [
    'challengesEvicted',
    'challenge was forgotten: the table was full',
    'challenges were forgotten: the table was full',
  ],
  [
    'loginsEvicted',
    'login was forgotten: the table was full',
    'logins were forgotten: the table was full',
  ],
  [
    'dialogsEvicted',
    'dialog was forgotten: the table was full',
    'dialogs were forgotten: the table was full',
  ],
  [
    'callersEvicted',
    'caller or number was forgotten: the table was full',
    'callers or numbers were forgotten: the table was full',
  ],
  [
    'partiesEvicted',
    'call was forgotten: who takes part in it is not known any more',
    'calls were forgotten: who takes part in them is not known any more',
  ],
  [
    'registrationsEvicted',
    'registration or contact was forgotten: the table was full',
    'registrations or contacts were forgotten: the table was full',
  ],
  [
    'serversEvicted',
    'server was forgotten: the table was full',
    'servers were forgotten: the table was full',
  ],
  [
    'callsEvicted',
    'call was not followed to its end: the table was full',
    'calls were not followed to their end: the table was full',
  ],
  [
    'callOriginsEvicted',
    'origin of calls was forgotten: the table was full',
    'origins of calls were forgotten: the table was full',
  ],
  [
    'telephonesEvicted',
    'server, contact or partner of a telephone was forgotten: the table was full',
    'servers, contacts or partners of telephones were forgotten: the table was full',
  ],
  [
    'mediaEvicted',
    'media endpoint was forgotten: the table was full',
    'media endpoints were forgotten: the table was full',
  ],
  [
    'rolesEvicted',
    'host was forgotten that was known for what it is: the table was full',
    'hosts were forgotten that were known for what they are: the table was full',
  ],
  [
    'relaysEvicted',
    'relayed request was forgotten: the table was full',
    'relayed requests were forgotten: the table was full',
  ],
  [
    'connectionsEvicted',
    'connection attempt was forgotten: the table was full',
    'connection attempts were forgotten: the table was full',
  ],
  [
    'unreachablesEvicted',
    'ICMP error was forgotten: the table was full',
    'ICMP errors were forgotten: the table was full',
  ],
  [
    'suppressionsEvicted',
    'finding may be told again early: the table was full',
    'findings may be told again early: the table was full',
  ],
  [
    'membersRefused',
    'target or account was not told apart: the set of its source was full',
    'targets or accounts were not told apart: the sets of their sources were full',
  ],
  [
    'clockLeaps',
    'packet has a time far ahead of all others',
    'packets have a time far ahead of all others',
  ],
  [
    'alertsWithheld',
    'source was not told by itself: too many at once, and nothing shows that they are real',
    'sources were not told one by one: too many at once, and nothing shows that they are real',
  ],
];

/** What the sensor could not see or keep, a line each. */
export function lossLines(counters: Counters): string[] {
  return LOSSES.filter(([name]) => counters[name] > 0).map(([name, one, many]) =>
    counted(counters[name], one, many),
  );
}
