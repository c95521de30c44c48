import { checksum, ipPacket, transportChecksum } from '../pcap-writer.js';
import { u16 } from './frames.js';

/** Which IP carries a tunnel. */
export type Version = 4 | 6;

/** The ends of the tunnels: hosts of a private network, as those of a mirror are. */
const ENDS = {
  4: { source: Buffer.from([10, 99, 0, 1]), destination: Buffer.from([10, 99, 0, 2]) },
  6: {
    source: Buffer.from('fd000099000000000000000000000001', 'hex'),
    destination: Buffer.from('fd000099000000000000000000000002', 'hex'),
  },
} as const;

/** An IP packet between the ends; `id` tells IPv4 packets apart (RFC 791 §3.2). */
export function outerIp(version: Version, protocol: number, id: number, body: Buffer): Buffer {
  const { source, destination } = ENDS[version];
  const packet = ipPacket(protocol, source, destination, body);
  return version === 4 ? identified(packet, id) : packet;
}

/** A UDP datagram between the ends. */
export function outerUdp(version: Version, port: number, id: number, body: Buffer): Buffer {
  const { source, destination } = ENDS[version];
  const datagram = Buffer.concat([u16(49_200, port, 8 + body.length, 0), body]);
  // RFC 7348 §5: over IPv4 tunnels leave the checksum out; RFC 8200 §8.1: IPv6 asks for one.
  if (version === 6) {
    datagram.writeUInt16BE(transportChecksum(17, source, destination, datagram) || 0xffff, 6);
  }
  return outerIp(version, 17, id, datagram);
}

/** Writes another identification into an IPv4 packet, and its header checksum anew. */
export function identified(packet: Buffer, id: number): Buffer {
  packet.writeUInt16BE(id & 0xffff, 4);
  return withHeaderChecksum(packet);
}

/** Renews the header checksum of an IPv4 packet in place. */
export function withHeaderChecksum(packet: Buffer): Buffer {
  packet.writeUInt16BE(0, 10);
  packet.writeUInt16BE(checksum(packet.subarray(0, 4 * (packet[0]! & 15))), 10);
  return packet;
}
