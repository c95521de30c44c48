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
  ['fragments', 'IP fragment was left unread', 'IP fragments were left unread'],
  [
    'tcpPartialMessages',
    'TCP segment holds part of a message and was left unread',
    'TCP segments hold parts of messages and were left unread',
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
    'relaysEvicted',
    'relayed request was forgotten: the table was full',
    'relayed requests were forgotten: the table was full',
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
