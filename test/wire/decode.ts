import { Counters } from '../../src/telemetry/counters.js';
import { addressText } from '../../src/wire/address.js';
import { FrameDecoder } from '../../src/wire/frame-decoder.js';
import { Packet } from '../../src/wire/packet.js';
import { LINK_TYPES, type Link } from '../support/pcap-writer.js';

/** The counters that are not zero, by name. */
export function counted(counters: Counters): Record<string, number> {
  return Object.fromEntries(
    Object.entries(counters).filter(([, value]) => typeof value === 'number' && value !== 0),
  );
}

/**
 * Decodes one frame, which stands between other bytes in its buffer as it does in a chunk. The
 * result is a summary of the packet, or the counter that says why there is none.
 */
export function decode(
  frame: Uint8Array,
  link: Link | number = 'ethernet',
  originalLength = frame.length,
) {
  const counters = new Counters();
  const packet = new Packet();
  const buf = Buffer.concat([Buffer.alloc(3, 0x45), frame, Buffer.alloc(70, 0x45)]);
  const linkType = typeof link === 'number' ? link : LINK_TYPES[link];
  const to = 3 + frame.length;
  const found = new FrameDecoder(counters).decode(
    packet,
    buf,
    3,
    to,
    1.5,
    originalLength,
    linkType,
  );
  if (!found) return Object.keys(counted(counters)).join();
  return {
    transport: packet.transport,
    from: `${addressText(packet.source)} ${packet.sourcePort}`,
    to: `${addressText(packet.destination)} ${packet.destinationPort}`,
    payload: buf.toString('latin1', packet.payloadFrom, packet.payloadTo),
    truncated: packet.truncated,
    vlan: packet.vlan,
  };
}

/** The ports that can be read of a fragment; undefined where it is none, or not the first. */
export function fragmentPorts(frame: Buffer, link: Link): [number, number] | undefined {
  const packet = new Packet();
  const decoder = new FrameDecoder(new Counters());
  decoder.decode(packet, frame, 0, frame.length, 0, frame.length, LINK_TYPES[link]);
  return packet.firstFragment ? [packet.sourcePort, packet.destinationPort] : undefined;
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
