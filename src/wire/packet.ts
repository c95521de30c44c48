import type { Address } from './address.js';

/** IP protocol numbers that carry SIP here. */
export const Transport = { Udp: 17, Tcp: 6 } as const;
export type Transport = (typeof Transport)[keyof typeof Transport];

/** TCP flag bits (RFC 9293 §3.1). */
export const TcpFlag = { Fin: 1, Syn: 2, Rst: 4, Psh: 8, Ack: 16 } as const;

/**
 * One UDP datagram or TCP segment, as offsets into a borrowed buffer. One object, reused for every
 * frame: the decoder assigns every other field each time, and nothing may keep it beyond the call.
 */
export class Packet {
  buf: Buffer = Buffer.alloc(0);
  /** Packet time, seconds since 1970. */
  time = 0;
  /** Frame number in its file, from 1, as Wireshark counts; set by whoever reads the file. */
  frameNumber = 0;
  transport: Transport = Transport.Udp;
  source: Address = 0;
  sourcePort = 0;
  destination: Address = 0;
  destinationPort = 0;
  /** The payload's bytes are `buf[payloadFrom, payloadTo)`. */
  payloadFrom = 0;
  payloadTo = 0;
  /** The payload was longer on the wire than what was captured. */
  truncated = false;
  /** The first fragment of a packet: addresses and ports are known, the payload is not read. */
  firstFragment = false;
  /** IPv4 only, else 0 (RFC 791 §3.2). */
  ipIdentification = 0;
  /** TCP only, else 0. */
  tcpFlags = 0;
  tcpSequence = 0;
  /** Outermost VLAN id, or -1. */
  vlan = -1;
}
