/**
 * Every number the program keeps about itself, in one place, so that one file lists all the ways
 * in which a packet, a message or an event can be lost. Plain integers: the hot path adds, and
 * whoever reports reads. One instance per run; nothing here is global.
 */
export class Counters {
  /** Frames handed over by the capture reader, and their captured bytes. */
  frames = 0;
  frameBytes = 0;
  /** Frames captured shorter than they were on the wire (snap length). */
  framesTruncated = 0;

  /** Packets that the kernel or whoever reads the interface lost, as the capture itself says. */
  captureDropped = 0;

  /** Frames of several interfaces that were not put in order: too many waited. */
  framesHurried = 0;

  /** Frames left unread, by reason. */
  linkUnsupported = 0;
  etherTypeOther = 0;
  headerTruncated = 0;
  ipv4Malformed = 0;
  ipv6Malformed = 0;
  ipProtocolOther = 0;
  /** IP fragments, whatever became of them. */
  fragments = 0;
  udpMalformed = 0;
  tcpMalformed = 0;
  /** Frames of a wireless link (IEEE 802.11), which is not read. */
  wlanUnsupported = 0;
  icmpMalformed = 0;
  /** Headers of GRE, ERSPAN and the like that are broken. */
  tunnelMalformed = 0;
  /** More encapsulations, one inside the other, than are followed. */
  tunnelsTooDeep = 0;

  /** Packets that were found inside tunnels over IP. */
  tunnels = 0;
  /** ICMP errors read: a datagram or segment did not arrive. */
  icmpUnreachable = 0;

  /** Datagrams that became whole out of fragments. */
  fragmentsReassembled = 0;
  /** Datagrams whose fragments hold different bytes for one place, or disagree on the end. */
  fragmentsOverlapping = 0;
  /** Fragments that were there already, byte for byte, in the same ranges or others. */
  fragmentsDuplicate = 0;
  /** Fragments that no sender may send: empty, odd in length, beyond the end of any datagram. */
  fragmentsMalformed = 0;
  /** Datagrams given up because the rest did not come in time, or before the input ended. */
  fragmentsTimedOut = 0;
  /** Datagrams given up before their time: too many waited, or their bytes were too many. */
  fragmentsEvicted = 0;

  /** Packets on SIP ports that the mirror showed once more; they are counted nowhere else. */
  duplicates = 0;

  /** Transport payloads that reached the SIP room, by what they turned out to be. */
  payloads = 0;
  payloadsEmpty = 0;
  keepAlives = 0;
  notSip = 0;
  /** Looks like SIP, but on a port outside the configuration: not followed. */
  sipOnOtherPorts = 0;
  /** TCP segments that brought nothing new, and those that came before their turn. */
  tcpRetransmitted = 0;
  tcpOutOfOrder = 0;
  /** Holes in TCP streams that were given up. */
  tcpGaps = 0;
  /** TCP segments, SYNs and RSTs that their receiver would not take: ignored. */
  tcpOutsideWindow = 0;
  /** TCP segments that bring other bytes than one that waits for the same place. */
  tcpContradictions = 0;
  /** TCP segments with an urgent byte, which is taken out of the stream. */
  tcpUrgent = 0;
  /** TCP streams given up to make room, and bytes that waited for others or for their message. */
  tcpStreamsEvicted = 0;
  tcpBytesEvicted = 0;
  /** TCP streams that turned out to be TLS, WebSocket with SIP, or neither these nor SIP. */
  tlsStreams = 0;
  websocketStreams = 0;
  streamsNotSip = 0;
  /** Bytes of TCP streams passed over in search of the next message. */
  streamBytesSkipped = 0;
  /** Messages in TCP streams whose end was missing, or lay beyond what is kept. */
  streamMessagesCut = 0;
  /** Messages beyond the number that is read out of one segment. */
  messagesCrowded = 0;
  /** WebSocket messages left unread, since they are compressed. */
  websocketCompressed = 0;

  /** Messages read. */
  requests = 0;
  responses = 0;
  malformed = 0;
  /** Requests that a proxy passed on: their first leg was judged. */
  relayed = 0;
  /** Messages cut at the line or header limit: the rest was not read. */
  messagesCut = 0;

  /** Entries pushed out of a full table before their time. */
  transactionsEvicted = 0;
  sourcesEvicted = 0;
  /** Ports that proved themselves, and devices of sites, that are no longer told apart. */
  provedFlowsEvicted = 0;
  handsetsEvicted = 0;
  /** Targets whose requests were counted. */
  ratesEvicted = 0;
  countersEvicted = 0;
  /** Remembered challenges, credentials, dialogs and first legs of relayed requests. */
  challengesEvicted = 0;
  loginsEvicted = 0;
  dialogsEvicted = 0;
  /** Servers whose answers were followed for what they tell. */
  serversEvicted = 0;
  /** Registrations, contacts, REGISTER requests that wait, and accounts that failed. */
  registrationsEvicted = 0;
  /** Hosts of which it was known what they are. */
  rolesEvicted = 0;
  /** Callers, their open calls, and numbers that were dialled in vain. */
  callersEvicted = 0;
  /** Who takes part in calls, and challenges of strangers. */
  partiesEvicted = 0;
  relaysEvicted = 0;
  /** Calls that go on, origins of calls, who serves which telephone, and endpoints of media. */
  callsEvicted = 0;
  callOriginsEvicted = 0;
  telephonesEvicted = 0;
  mediaEvicted = 0;
  /** Connections that no byte had crossed yet, and what ICMP said of datagrams. */
  connectionsEvicted = 0;
  unreachablesEvicted = 0;
  suppressionsEvicted = 0;
  /** Targets and accounts of a source that were not told apart any more: its set was full. */
  membersRefused = 0;
  incidentsEvicted = 0;

  /** Replies whose request was not seen. */
  repliesUnmatched = 0;
  /** Packets whose clock ran backwards; their time was held at the last seen. */
  clockStepsBack = 0;
  /** Times far ahead, of a packet or of passing time, that the packets after did not confirm. */
  clockLeaps = 0;

  observations = 0;
  findings = 0;
  findingsSuppressed = 0;
  /** About peers that the operator trusts: counted and not told. */
  findingsTrusted = 0;
  alerts = 0;
  /** The same, one number for each severity from the lowest up. */
  readonly alertsBySeverity: number[] = [0, 0, 0, 0, 0];
  /** Findings about new sources that were not told: too many at once, and none proven real. */
  alertsWithheld = 0;
}
