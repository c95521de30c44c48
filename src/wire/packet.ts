import type { Address } from './address.js';
import { NO_PROOF, type Proof } from './proof.js';

/** IP protocol numbers that carry SIP here. */
export const Transport = { Udp: 17, Tcp: 6 } as const;
export type Transport = (typeof Transport)[keyof typeof Transport];

/** TCP flag bits (RFC 9293 §3.1). */
export const TcpFlag = { Fin: 1, Syn: 2, Rst: 4, Psh: 8, Ack: 16, Urg: 32 } as const;

/**
 * One UDP datagram or TCP segment, as offsets into a borrowed buffer. One object, reused for every
 * frame: the decoder assigns every field but frame number and origin each time, and nothing may
 * keep it beyond the call.
 * In a tunnel, addresses and ports are those of the innermost packet.
 */
export class Packet {
  /** The frame's bytes, or those of a packet put together from fragments. */
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
  /** Bytes of the payload on the wire; more than are here when it is truncated. */
  payloadLength = 0;
  /** The payload was longer on the wire than what was captured. */
  truncated = false;
  /** Put together from fragments that contradict each other: receivers may read it otherwise. */
  overlapping = false;
  /** IPv4 only, else 0 (RFC 791 §3.2). */
  ipIdentification = 0;
  /** TCP only, else 0. */
  tcpFlags = 0;
  tcpSequence = 0;
  tcpAcknowledgment = 0;
  /** Urgent pointer, or -1 without URG. */
  tcpUrgent = -1;
  /** Outermost VLAN id, or -1. */
  vlan = -1;
  /**
   * Ends of the outermost tunnel that anybody on the Internet could have made up; 0 and 0 when the
   * packet was in none, or only in tunnels between trusted ends.
   */
  tunnelSource: Address = 0;
  tunnelDestination: Address = 0;
  /**
   * Who is held to account for what a message says: the source, or behind a trusted hop whom that
   * hop names. Set before a message, segment or empty datagram is looked at.
   */
  origin: Address = 0;
  originPort = 0;
  /** Of the message in it, once the observer has seen it; see `Proof`. */
  proof: Readonly<Proof> = NO_PROOF;
}
