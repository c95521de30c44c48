import { uint16, uint32 } from './big-endian.js';
import { IPV6 } from './ipv6.js';
import type { Layer } from './layer.js';
import { looksLikeIpv6 } from './looks-like.js';
import { EtherType } from './protocol-numbers.js';

/** RFC 4380 §5.1.1: what may stand before the IPv6 packet. */
const ORIGIN = { type: 0x0000, length: 8 } as const;
/** Lengths of identifier and authentication value, both of which follow; nonce, confirmation. */
const AUTHENTICATION = { type: 0x0001, identifier: 2, value: 3, length: 13 } as const;

/** RFC 4380 §2.6: addresses of Teredo; to its servers, clients speak from link-local ones. */
const TEREDO_PREFIX = 0x20010000;
const LINK_LOCAL = 0xfe80;

/** Moves `layer` to the IPv6 packet in a Teredo datagram; false: it is none. */
export function readTeredo(layer: Layer): boolean {
  const { buf, end } = layer;
  if (end - layer.at < 2) return false;
  if (uint16(buf, layer.at) === AUTHENTICATION.type) {
    if (end - layer.at < AUTHENTICATION.length) return false;
    const identifier = buf[layer.at + AUTHENTICATION.identifier]!;
    layer.at += AUTHENTICATION.length + identifier + buf[layer.at + AUTHENTICATION.value]!;
    if (end - layer.at < 2) return false;
  }
  if (uint16(buf, layer.at) === ORIGIN.type) layer.at += ORIGIN.length;
  if (!looksLikeIpv6(layer)) return false;
  // A packet fills its datagram, but for the trailers of RFC 6081.
  const length = IPV6.length + uint16(buf, layer.at + IPV6.payloadLength);
  if (layer.at + length > layer.wireEnd) return false;
  layer.next = EtherType.Ipv6;
  const { source, destination } = IPV6;
  return isOfTeredo(buf, layer.at + source) || isOfTeredo(buf, layer.at + destination);
}

function isOfTeredo(buf: Buffer, at: number): boolean {
  return uint32(buf, at) === TEREDO_PREFIX || uint16(buf, at) === LINK_LOCAL;
}
