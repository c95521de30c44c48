import type { Packet } from './packet.js';
import { WINDOW } from './tcp-limits.js';
import { distance, mayBegin, onward } from './tcp-sequence.js';
import { NONE, type TcpStream } from './tcp-stream.js';

/**
 * Whether a receiver that sent `other` takes a segment with this acknowledgement: not of bytes that
 * it never sent, nor of those from before its window (RFC 5961 §5.2) or its SYN.
 */
export function mayAcknowledge<S>(other: TcpStream<S>, acknowledgment: number): boolean {
  const ahead = distance(acknowledgment, other.next);
  if (ahead > 0) return distance(acknowledgment, sentUpTo(other)) <= 0;
  if (ahead < -WINDOW) return false;
  const sent = distance(other.next, other.origin);
  const isYoung = other.fromSyn && sent >= 0 && sent <= WINDOW;
  return !isYoung || distance(acknowledgment, other.origin) >= 0;
}

/** Whether this segment shows that both ends speak of the same connection: neither was made up. */
export function agrees<S>(
  own: TcpStream<S>,
  other: TcpStream<S>,
  packet: Packet,
  sequence: number,
): boolean {
  if (!other.isSeen || !other.begun) return false;
  const { tcpAcknowledgment } = packet;
  const isAtPlace = own.begun
    ? sequence === own.next
    : mayBegin(packet) || sequence === other.acknowledges;
  return (
    isAtPlace &&
    distance(tcpAcknowledgment, other.origin) >= 0 &&
    distance(tcpAcknowledgment, sentUpTo(other)) <= 0
  );
}

/** Behind the last byte, or the FIN, that this end was seen to send. */
function sentUpTo<S>({ next, held, fin }: TcpStream<S>): number {
  let end = next;
  for (let segment = held.first; segment !== undefined; segment = segment.next) {
    const behind = onward(segment.sequence, segment.length);
    if (distance(behind, end) > 0) end = behind;
  }
  return fin !== NONE && distance(fin, end) >= 0 ? onward(fin, 1) : end;
}
