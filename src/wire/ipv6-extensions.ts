import { uint16, uint32 } from './big-endian.js';
import { Drop, tooShort } from './drop.js';
import type { Layer } from './layer.js';
import { IP_PROTOCOL, IpProtocol, Next } from './protocol-numbers.js';

/** All extension headers begin with the next header's number and a length. */
const FIELD = { nextHeader: 0, length: 1, smallest: 8 } as const;
/** RFC 8200 §4.5. */
const FRAGMENT = { offset: 2, identification: 4, length: 8 } as const;
const MORE_FRAGMENTS = 1;
const OFFSET_MASK = 0xfff8;

/**
 * RFC 8200 §4.1 wants each at most once, one twice; but receivers do not count. More than there may
 * be in 1,500 bytes are not followed.
 */
const MAX_EXTENSIONS = 187;

/**
 * Follows the chain of extension headers to the transport, or behind a fragment header. A packet may
 * say that it ends inside one of them (malformed), or the capture may (truncated).
 */
export function readExtensions(layer: Layer): Drop {
  const { buf } = layer;
  while (isExtension(layer.next)) {
    if (layer.extensions++ === MAX_EXTENSIONS) return Drop.Ipv6Malformed;
    const { at, next } = layer;
    if (layer.end - at < FIELD.smallest) return tooShort(layer, Drop.Ipv6Malformed);
    const length = extensionLength(next, buf[at + FIELD.length]!);
    if (layer.end - at < length) return tooShort(layer, Drop.Ipv6Malformed);
    layer.next = IP_PROTOCOL + buf[at + FIELD.nextHeader]!;
    layer.at = at + length;
    if (next === IpProtocol.Fragment && beginFragment(layer, at)) return Drop.None;
  }
  return Drop.None;
}

/** An atomic fragment is whole (RFC 6946): offset 0 and no more to come. Gives false for it. */
function beginFragment(layer: Layer, at: number): boolean {
  const field = uint16(layer.buf, at + FRAGMENT.offset) & (OFFSET_MASK | MORE_FRAGMENTS);
  if (field === 0) return false;
  layer.protocol = layer.next;
  layer.identification = uint32(layer.buf, at + FRAGMENT.identification);
  layer.fragmentOffset = field & OFFSET_MASK;
  layer.moreFragments = (field & MORE_FRAGMENTS) !== 0;
  layer.next = Next.Fragment;
  return true;
}

function isExtension(next: number): boolean {
  switch (next) {
    case IpProtocol.HopByHop:
    case IpProtocol.Routing:
    case IpProtocol.Fragment:
    case IpProtocol.Authentication:
    case IpProtocol.DestinationOptions:
    case IpProtocol.Mobility:
    case IpProtocol.HostIdentity:
    case IpProtocol.Shim6:
      return true;
    default:
      return false;
  }
}

/** In bytes. RFC 8200 §4 counts 8 bytes beyond the first 8, RFC 4302 §2.2 counts 4 beyond 8. */
function extensionLength(next: number, field: number): number {
  if (next === IpProtocol.Fragment) return FRAGMENT.length;
  return next === IpProtocol.Authentication ? (field + 2) * 4 : (field + 1) * 8;
}
