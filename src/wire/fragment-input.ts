import type { Address } from './address.js';

/** One IP fragment, as the decoder found it. One object, reused: each field is assigned each time. */
export class FragmentInput {
  source: Address = 0;
  destination: Address = 0;
  /** 16 bits in IPv4, 32 bits in IPv6. */
  identification = 0;
  /** What the datagram carries: the protocol, or the next header of the fragment header. */
  protocol = 0;
  isV6 = false;
  /** As in `Packet`: 0 and 0 outside tunnels, and inside those between trusted ends. */
  tunnelSource: Address = 0;
  tunnelDestination: Address = 0;
  vlan = -1;
  /** Packet time, seconds since 1970. */
  time = 0;
  /** The fragment's bytes are `buf[from, to)`, borrowed for the call. */
  buf: Buffer = Buffer.alloc(0);
  from = 0;
  to = 0;
  /** Bytes on the wire; more than are here when the frame was captured short. */
  length = 0;
  /** Where the bytes stand in the datagram: the header's field times 8. */
  offset = 0;
  /** Not the last one: the more-fragments bit. */
  more = false;
}
