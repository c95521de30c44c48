import { uint16 } from './big-endian.js';
import { Drop } from './drop.js';
import type { Layer } from './layer.js';
import { ipByNibble, looksLikeIpv4, looksLikeIpv6 } from './looks-like.js';
import { EtherType, Next } from './protocol-numbers.js';

/** RFC 3032 §2.1: label (20 bits), traffic class (3), bottom of stack (1), time to live (8). */
const ENTRY = { bottom: 2, length: 4 } as const;
const BOTTOM_OF_STACK = 1;
/** Networks stack three or four; so many only an attacker does. */
const MAX_LABELS = 16;

/** RFC 4385 §3: the first nibble is 0, so that nobody takes a pseudowire for IP. */
const CONTROL_WORD = 4;
const ETHER_TYPE = 12;
/** So many bytes tell what it is, if anything does. */
const LONGEST_IP_HEADER = 40;

/**
 * Moves `layer` past a stack of labels. What they carry is not written anywhere: IP shows by its
 * first nibble, and else it may be a pseudowire with Ethernet in it (RFC 4448).
 */
export function readMpls(layer: Layer): Drop {
  const { buf } = layer;
  let { at } = layer;
  for (let labels = 1; ; labels++) {
    if (layer.end - at < ENTRY.length) return Drop.HeaderTruncated;
    if (labels > MAX_LABELS) return Drop.TunnelsTooDeep;
    at += ENTRY.length;
    if ((buf[at - ENTRY.length + ENTRY.bottom]! & BOTTOM_OF_STACK) !== 0) break;
  }
  layer.at = at;
  layer.next = ipByNibble(layer);
  if (layer.next === Next.Nothing) readPseudowire(layer);
  if (layer.next === Next.Nothing) layer.next = cutIpByNibble(layer);
  const isShort = layer.next === Next.Nothing && layer.isCut && layer.end - at < LONGEST_IP_HEADER;
  return isShort ? Drop.HeaderTruncated : Drop.None;
}

/** A mirror may have cut the packet before it put it into its tunnel. */
function cutIpByNibble(layer: Layer): number {
  if (looksLikeIpv4(layer)) return EtherType.Ipv4;
  return looksLikeIpv6(layer) ? EtherType.Ipv6 : Next.Nothing;
}

/** With or without a control word; nobody says which, so that the EtherType must be known. */
function readPseudowire(layer: Layer): void {
  const hasControlWord = layer.at < layer.end && layer.buf[layer.at]! >> 4 === 0;
  if (hasControlWord && isFollowed(layer, layer.at + CONTROL_WORD)) layer.at += CONTROL_WORD;
  else if (!isFollowed(layer, layer.at)) return;
  layer.next = EtherType.TransparentEthernet;
}

function isFollowed(layer: Layer, at: number): boolean {
  if (layer.end - at < ETHER_TYPE + 2) return false;
  switch (uint16(layer.buf, at + ETHER_TYPE)) {
    case EtherType.Ipv4:
    case EtherType.Ipv6:
    case EtherType.Vlan:
    case EtherType.ServiceVlan:
    case EtherType.Mpls:
    case EtherType.PppoeSession:
      return true;
    default:
      return false;
  }
}
