import { uint16 } from './big-endian.js';
import { IPV4 } from './ipv4.js';
import { IPV6 } from './ipv6.js';
import type { Layer } from './layer.js';
import { EtherType, Next } from './protocol-numbers.js';

/** Whether `layer` stands at an IPv4 header that can be one. Its packet may have been cut. */
export function looksLikeIpv4({ buf, at, end }: Layer): boolean {
  if (end - at < IPV4.length) return false;
  const first = buf[at + IPV4.versionAndLength]!;
  const headerLength = (first & 15) * 4;
  const totalLength = uint16(buf, at + IPV4.totalLength);
  const isLength = totalLength === 0 || totalLength >= headerLength;
  return first >> 4 === 4 && headerLength >= IPV4.length && isLength;
}

export function looksLikeIpv6({ buf, at, end }: Layer): boolean {
  return end - at >= IPV6.length && buf[at + IPV6.version]! >> 4 === 6;
}

/**
 * What nobody names, its first nibble tells: IPv4, IPv6, or nothing. Since this is no name but a
 * guess, the packet's length must fit as well.
 */
export function ipByNibble(layer: Layer): number {
  const { buf, at } = layer;
  const room = layer.wireEnd - at;
  if (looksLikeIpv4(layer)) {
    const fits = uint16(buf, at + IPV4.totalLength) <= room;
    return fits ? EtherType.Ipv4 : Next.Nothing;
  }
  if (looksLikeIpv6(layer)) {
    const fits = IPV6.length + uint16(buf, at + IPV6.payloadLength) <= room;
    return fits ? EtherType.Ipv6 : Next.Nothing;
  }
  return Next.Nothing;
}
