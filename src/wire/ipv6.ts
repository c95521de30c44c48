import { readIpv6 as readAddress } from './address.js';
import { uint16 } from './big-endian.js';
import { Drop } from './drop.js';
import { readExtensions } from './ipv6-extensions.js';
import type { Layer } from './layer.js';
import type { Packet } from './packet.js';
import { IP_PROTOCOL } from './protocol-numbers.js';

/** RFC 8200 §3. */
export const IPV6 = {
  version: 0,
  payloadLength: 4,
  nextHeader: 6,
  source: 8,
  destination: 24,
  length: 40,
} as const;

/** Moves `layer` past the header and its extensions, and cuts off what stands behind the packet. */
export function readIpv6(layer: Layer, packet: Packet): Drop {
  const { at, buf } = layer;
  if (layer.end - at < IPV6.length) return Drop.HeaderTruncated;
  if (buf[at + IPV6.version]! >> 4 !== 6) return Drop.Ipv6Malformed;
  const payloadLength = uint16(buf, at + IPV6.payloadLength);
  packet.ipIdentification = 0;
  packet.source = readAddress(buf, at + IPV6.source);
  packet.destination = readAddress(buf, at + IPV6.destination);
  layer.next = IP_PROTOCOL + buf[at + IPV6.nextHeader]!;
  layer.at = at + IPV6.length;
  // A jumbogram (RFC 2675) or an offloaded segment: the packet goes to the end of the frame.
  layer.openEnd = payloadLength === 0;
  if (payloadLength > 0) layer.extend(payloadLength);
  layer.extensions = 0;
  return readExtensions(layer);
}
