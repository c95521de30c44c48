import { readIpv6 as readAddress } from './address.js';
import { Drop, type Layer } from './layer.js';
import type { Packet } from './packet.js';

/** RFC 8200 §3. */
const FIELD = {
  version: 0,
  payloadLength: 4,
  nextHeader: 6,
  source: 8,
  destination: 24,
  length: 40,
} as const;

/** Extension headers, by protocol number. All begin with the next header's number and a length. */
const EXTENSION = {
  hopByHop: 0,
  routing: 43,
  fragment: 44,
  authentication: 51,
  destinationOptions: 60,
} as const;
const EXTENSION_FIELD = { nextHeader: 0, length: 1, fragment: 2, smallest: 8 } as const;

/** The fragment offset and the more-fragments bit (RFC 8200 §4.5). */
const FRAGMENT_MASK = 0xfff9;
const OFFSET_MASK = 0xfff8;

/** RFC 8200 §4.1 wants each at most once, one twice; so many only an attacker sends. */
const MAX_EXTENSIONS = 8;

/** Moves `layer` past the header and its extensions, and cuts off what stands behind the packet. */
export function readIpv6(layer: Layer, packet: Packet, buf: Buffer): Drop {
  const { at } = layer;
  const captured = layer.end - at - FIELD.length;
  if (captured < 0) return Drop.HeaderTruncated;
  if (buf[at + FIELD.version]! >> 4 !== 6) return Drop.Ipv6Malformed;
  const payloadLength = buf.readUInt16BE(at + FIELD.payloadLength);
  packet.source = readAddress(buf, at + FIELD.source);
  packet.destination = readAddress(buf, at + FIELD.destination);
  layer.next = buf[at + FIELD.nextHeader]!;
  layer.at = at + FIELD.length;
  // A jumbogram (RFC 2675) or an offloaded segment: the packet goes to the end of the frame.
  if (payloadLength === 0) layer.openEnd = true;
  else {
    layer.truncated = payloadLength > captured;
    if (payloadLength < captured) layer.end = layer.at + payloadLength;
  }
  return readExtensions(layer, buf);
}

/**
 * Follows the chain of extension headers to the transport. A packet may say that it ends inside
 * one of them (malformed), or the capture may (truncated).
 */
function readExtensions(layer: Layer, buf: Buffer): Drop {
  const short = layer.truncated ? Drop.HeaderTruncated : Drop.Ipv6Malformed;
  for (let count = 0; isExtension(layer.next); count++) {
    if (count === MAX_EXTENSIONS) return Drop.Ipv6Malformed;
    const { at, next } = layer;
    if (layer.end - at < EXTENSION_FIELD.smallest) return short;
    // An atomic fragment is whole (RFC 6946): offset 0 and no more to come. Of a first fragment the
    // ports can be read where the transport follows at once.
    if (next === EXTENSION.fragment) {
      const fragment = buf.readUInt16BE(at + EXTENSION_FIELD.fragment) & FRAGMENT_MASK;
      if (fragment !== 0 && (fragment & OFFSET_MASK) === 0) {
        layer.next = buf[at + EXTENSION_FIELD.nextHeader]!;
        layer.at = at + EXTENSION_FIELD.smallest;
      }
      if (fragment !== 0) return Drop.Fragment;
    }
    const length = extensionLength(next, buf[at + EXTENSION_FIELD.length]!);
    if (layer.end - at < length) return short;
    layer.next = buf[at + EXTENSION_FIELD.nextHeader]!;
    layer.at = at + length;
  }
  return Drop.None;
}

function isExtension(protocol: number): boolean {
  return (
    protocol === EXTENSION.hopByHop ||
    protocol === EXTENSION.routing ||
    protocol === EXTENSION.fragment ||
    protocol === EXTENSION.authentication ||
    protocol === EXTENSION.destinationOptions
  );
}

/** In bytes. RFC 8200 §4 counts 8 bytes beyond the first 8, RFC 4302 §2.2 counts 4 beyond 8. */
function extensionLength(protocol: number, field: number): number {
  if (protocol === EXTENSION.fragment) return EXTENSION_FIELD.smallest;
  return protocol === EXTENSION.authentication ? (field + 2) * 4 : (field + 1) * 8;
}
