import { isIPv6 } from 'node:net';
import { parseAddress } from '../wire/address.js';
import type { ExamplePacket } from './example-messages.js';

/** LINKTYPE_RAW: the frame begins with the IP header. */
export const RAW_LINK = 101;

/** The packet as a raw IP frame, so that examples take the same way as the wire. */
export function ipFrame(packet: ExamplePacket, sequence: number): Buffer {
  const from = endpoint(packet.from);
  const to = endpoint(packet.to);
  const segment =
    packet.transport === 'udp'
      ? udp(from.port, to.port, packet.payload)
      : tcp(from.port, to.port, packet.payload, sequence);
  const protocol = packet.transport === 'udp' ? 17 : 6;
  return from.bytes.length === 4
    ? ipv4(from.bytes, to.bytes, protocol, segment)
    : ipv6(from.bytes, to.bytes, protocol, segment);
}

function endpoint(text: string): { bytes: Buffer; port: number } {
  const colon = text.lastIndexOf(':');
  const host = text.slice(0, colon).replace(/^\[|\]$/g, '');
  const address = parseAddress(host);
  if (address === undefined) throw new Error(`"${text}" is not ADDRESS:PORT`);
  const bytes = Buffer.alloc(isIPv6(host) ? 16 : 4);
  if (typeof address === 'number') bytes.writeUInt32BE(address);
  else bytes.write(address, 'latin1');
  return { bytes, port: Number(text.slice(colon + 1)) };
}

function udp(sourcePort: number, destinationPort: number, payload: Buffer): Buffer {
  const header = Buffer.alloc(8);
  header.writeUInt16BE(sourcePort, 0);
  header.writeUInt16BE(destinationPort, 2);
  header.writeUInt16BE(8 + payload.length, 4);
  return Buffer.concat([header, payload]);
}

function tcp(
  sourcePort: number,
  destinationPort: number,
  payload: Buffer,
  sequence: number,
): Buffer {
  const header = Buffer.alloc(20);
  header.writeUInt16BE(sourcePort, 0);
  header.writeUInt16BE(destinationPort, 2);
  header.writeUInt32BE(sequence, 4);
  header[12] = 5 << 4; // data offset: five words
  header[13] = 0x18; // PSH, ACK
  return Buffer.concat([header, payload]);
}

function ipv4(from: Buffer, to: Buffer, protocol: number, segment: Buffer): Buffer {
  const header = Buffer.alloc(20);
  header[0] = 0x45;
  header.writeUInt16BE(20 + segment.length, 2);
  header[8] = 64;
  header[9] = protocol;
  from.copy(header, 12);
  to.copy(header, 16);
  return Buffer.concat([header, segment]);
}

function ipv6(from: Buffer, to: Buffer, protocol: number, segment: Buffer): Buffer {
  const header = Buffer.alloc(40);
  header[0] = 0x60;
  header.writeUInt16BE(segment.length, 4);
  header[6] = protocol;
  header[7] = 64;
  from.copy(header, 8);
  to.copy(header, 24);
  return Buffer.concat([header, segment]);
}
