import { Counters } from '../../src/telemetry/counters.js';
import { addressText } from '../../src/wire/address.js';
import { Decoded, type DecoderOptions, FrameDecoder } from '../../src/wire/frame-decoder.js';
import { Packet } from '../../src/wire/packet.js';
import { LINK_TYPES, type Link } from '../support/pcap-writer.js';

/** Told of packets that were read; they are no reasons for leaving one unread. */
const FOUND = ['tunnels', 'icmpUnreachable', 'fragmentsReassembled', 'fragmentsOverlapping'];

/** The counters that are not zero, by name. */
export function counted(counters: Counters): Record<string, number> {
  return Object.fromEntries(
    Object.entries(counters).filter(([, value]) => typeof value === 'number' && value !== 0),
  );
}

/** A decoder, its counters and packet, for frames that are read one after the other. */
export class Reading {
  readonly counters = new Counters();
  readonly packet = new Packet();
  readonly decoder: FrameDecoder;

  constructor(options: DecoderOptions = {}) {
    this.decoder = new FrameDecoder(this.counters, options);
  }

  /**
   * One frame, which stands between other bytes in its buffer as it does in a chunk. The result is
   * a summary of the packet, or the counters that say why there is none.
   */
  frame(
    frame: Uint8Array,
    link: Link | number = 'ethernet',
    originalLength = frame.length,
    time = 1.5,
  ) {
    const { decoder, packet, counters } = this;
    const before = { ...counters };
    const buf = Buffer.concat([Buffer.alloc(3, 0x45), frame, Buffer.alloc(70, 0x45)]);
    const linkType = typeof link === 'number' ? link : LINK_TYPES[link];
    const to = 3 + frame.length;
    const found = decoder.decode(packet, buf, 3, to, time, originalLength, linkType);
    if (found === Decoded.None) {
      const names = Object.keys(counted(counters)) as (keyof Counters)[];
      return names
        .filter((name) => counters[name] !== before[name] && !FOUND.includes(name))
        .join();
    }
    return { ...summary(packet), ...(found === Decoded.Unreachable && { unreachable: true }) };
  }
}

function summary(packet: Packet) {
  const { tunnelSource, tunnelDestination } = packet;
  return {
    transport: packet.transport,
    from: `${addressText(packet.source)} ${packet.sourcePort}`,
    to: `${addressText(packet.destination)} ${packet.destinationPort}`,
    payload: packet.buf.toString('latin1', packet.payloadFrom, packet.payloadTo),
    truncated: packet.truncated,
    vlan: packet.vlan,
    ...(packet.overlapping && { overlapping: true }),
    ...((tunnelSource !== 0 || tunnelDestination !== 0) && {
      tunnel: `${addressText(tunnelSource)} ${addressText(tunnelDestination)}`,
    }),
  };
}

/** What one frame is to a decoder that has seen no other. */
export function decode(
  frame: Uint8Array,
  link: Link | number = 'ethernet',
  originalLength = frame.length,
) {
  return new Reading().frame(frame, link, originalLength);
}

/** What `decode` gives for `V4` or `V6` with the payload "hello", with some fields changed. */
export const V4 = { from: '198.51.100.7:5060', to: '203.0.113.5:5062', payload: 'hello' };
export const V6 = { from: '[2001:db8::1]:5060', to: '[2001:db8::2]:5062', payload: 'hello' };

export function expected(version: 4 | 6, changes: object = {}) {
  return {
    transport: 17,
    from: version === 4 ? '198.51.100.7 5060' : '2001:db8::1 5060',
    to: version === 4 ? '203.0.113.5 5062' : '2001:db8::2 5062',
    payload: 'hello',
    truncated: false,
    vlan: -1,
    ...changes,
  };
}
