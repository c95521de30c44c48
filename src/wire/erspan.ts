import { uint16 } from './big-endian.js';
import { Drop, tooShort } from './drop.js';
import type { Layer } from './layer.js';
import { EtherType, Next } from './protocol-numbers.js';

/** draft-foschiano-erspan: version and VLAN; session; then the type's own fields. */
const TYPE_II = { length: 8, version: 1 } as const;
const TYPE_III = { control: 10, length: 12, version: 2, subheader: 8 } as const;
/** Of the control field: whether a platform's own subheader follows, and the frame's type. */
const HAS_SUBHEADER = 1;
const FRAME_TYPE_SHIFT = 10;
const FRAME_TYPE_MASK = 0x1f;
const FrameType = { Ethernet: 0, Ip: 2 } as const;

/** Moves `layer` to the Ethernet frame that was mirrored. */
export function readErspanII(layer: Layer): Drop {
  if (layer.end - layer.at < TYPE_II.length) return tooShort(layer, Drop.TunnelMalformed);
  if (layer.buf[layer.at]! >> 4 !== TYPE_II.version) return Drop.TunnelMalformed;
  layer.at += TYPE_II.length;
  layer.next = EtherType.TransparentEthernet;
  return Drop.None;
}

/** Moves `layer` to what was mirrored: an Ethernet frame, or an IP packet. */
export function readErspanIII(layer: Layer): Drop {
  const { at, buf } = layer;
  if (layer.end - at < TYPE_III.length) return tooShort(layer, Drop.TunnelMalformed);
  if (buf[at]! >> 4 !== TYPE_III.version) return Drop.TunnelMalformed;
  const control = uint16(buf, at + TYPE_III.control);
  const hasSubheader = (control & HAS_SUBHEADER) !== 0;
  const length = TYPE_III.length + (hasSubheader ? TYPE_III.subheader : 0);
  if (layer.end - at < length) return tooShort(layer, Drop.TunnelMalformed);
  layer.at = at + length;
  layer.next = nextOf(layer, (control >> FRAME_TYPE_SHIFT) & FRAME_TYPE_MASK);
  return Drop.None;
}

function nextOf({ buf, at, end }: Layer, frameType: number): number {
  if (frameType === FrameType.Ethernet) return EtherType.TransparentEthernet;
  if (frameType !== FrameType.Ip) return Next.Nothing;
  return at < end && buf[at]! >> 4 === 6 ? EtherType.Ipv6 : EtherType.Ipv4;
}
