import type { MetricRow } from './metric-row.js';
import { byReason, counter } from './packet-rows.js';

/** What was put together before it was read: tunnels opened, fragments, TCP streams. */
export const REASSEMBLY_ROWS: readonly MetricRow[] = [
  counter(
    'tunnelled_packets_total',
    'Packets that were found inside tunnels over IP (GRE, VXLAN, Geneve and others).',
    'tunnels',
  ),
  counter(
    'icmp_unreachable_total',
    'ICMP errors that told of a datagram or segment that did not arrive.',
    'icmpUnreachable',
  ),
  counter('fragments_total', 'IP fragments, whatever became of them.', 'fragments'),
  counter(
    'reassembled_datagrams_total',
    'Datagrams that were put together out of IP fragments.',
    'fragmentsReassembled',
  ),
  byReason(
    'fragment_losses_total',
    'Datagrams that stayed incomplete and so were not read: the rest did not come in 30 seconds (timeout; the mirror or the capture filter leaves out later fragments), or too many waited (limit).',
    { timeout: 'fragmentsTimedOut', limit: 'fragmentsEvicted' },
  ),
  byReason(
    'fragment_anomalies_total',
    'Fragments that came twice (duplicate; a mirror may do that), and datagrams whose fragments overlap or contradict each other (overlap; no honest network does that). Both are read.',
    { duplicate: 'fragmentsDuplicate', overlap: 'fragmentsOverlapping' },
  ),
  byReason(
    'tcp_segments_total',
    'TCP segments on SIP ports that were not simply the next: sent again (retransmitted), early (out_of_order), not of their stream (outside_window), with other bytes than one that waits (contradiction), or with a byte marked urgent (urgent). The last two no honest telephone sends.',
    {
      retransmitted: 'tcpRetransmitted',
      out_of_order: 'tcpOutOfOrder',
      outside_window: 'tcpOutsideWindow',
      contradiction: 'tcpContradictions',
      urgent: 'tcpUrgent',
    },
  ),
  counter(
    'tcp_gaps_total',
    'Places in TCP streams where bytes are missing for good. Many: packets are lost on their way to the sensor.',
    'tcpGaps',
  ),
  counter(
    'tcp_evicted_bytes_total',
    'Bytes that waited for others or for the rest of their message, and were given up to make room.',
    'tcpBytesEvicted',
  ),
  byReason(
    'streams_total',
    'Directions of TCP connections on SIP ports by what they carry besides plain SIP: TLS, which is not inspected; SIP over WebSocket; or no SIP (other).',
    { tls: 'tlsStreams', websocket: 'websocketStreams', other: 'streamsNotSip' },
  ),
  counter(
    'stream_skipped_bytes_total',
    'Bytes of TCP streams that were passed over in search of the next message.',
    'streamBytesSkipped',
  ),
  byReason(
    'stream_message_losses_total',
    'Messages in TCP streams that were read in part (cut: their end is missing or beyond 64 KiB) or not at all (crowded: more than 64 in one segment, and one for each 512 bytes of those that were read; compressed: WebSocket with permessage-deflate).',
    {
      cut: 'streamMessagesCut',
      crowded: 'messagesCrowded',
      compressed: 'websocketCompressed',
    },
  ),
];
