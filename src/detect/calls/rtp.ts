import type { Packet } from '../../wire/packet.js';

/** RFC 3550 §5.1. */
const HEADER = 12;
/** RFC 3389; 19 was used before that. */
const COMFORT_NOISE = [13, 19] as const;
/** With RTCP on the same port its types 200 to 207 look like these (RFC 5761 §4). */
const RTCP_FIRST = 72;
const RTCP_LAST = 79;
/** Payloads so short carry no speech: SID frames of G.729 (2), AMR (7), Opus in DTX (1 to 3). */
const SPEECHLESS = 8;

/** Whether the datagram can be RTP that carries media. */
export function isRtp({ buf, payloadFrom, payloadTo }: Packet): boolean {
  if (payloadTo - payloadFrom < HEADER || buf[payloadFrom]! >>> 6 !== 2) return false;
  const type = buf[payloadFrom + 1]! & 0x7f;
  return type < RTCP_FIRST || type > RTCP_LAST;
}

/**
 * The shapes by which media relays are asked to send somebody else's call: a bare RTP header whose
 * timestamp and SSRC are 0, or the four bytes 80 00 00 00. No sender of media makes them: an SSRC
 * is random (RFC 3550 §8.1), and the second is no packet of RTP or RTCP.
 */
export function isBleedProbe({ buf, payloadFrom: at, payloadTo }: Packet): boolean {
  const length = payloadTo - at;
  if ((length !== HEADER && length !== 4) || buf[at] !== 0x80) return false;
  if (length === 4) return buf[at + 1] === 0 && buf[at + 2] === 0 && buf[at + 3] === 0;
  for (let i = at + 4; i < payloadTo; i++) if (buf[i] !== 0) return false;
  return true;
}

/** A packet of media that no speech fits into. */
export function isSilent({ buf, payloadFrom, payloadLength }: Packet): boolean {
  const type = buf[payloadFrom + 1]! & 0x7f;
  if (type === COMFORT_NOISE[0] || type === COMFORT_NOISE[1]) return true;
  return payloadLength - HEADER <= SPEECHLESS;
}

/** What one side of a call has sent since the answer. */
export class CallerMedia {
  /** Packet time of its first packet, before the answer too; -1: none came. */
  firstAt = -1;
  packets = 0;
  silent = 0;

  add(packet: Packet, answered: boolean): void {
    if (this.firstAt === -1) this.firstAt = packet.time;
    if (!answered) return;
    this.packets++;
    if (isSilent(packet)) this.silent++;
  }
}
