import type { Layer } from './layer.js';
import { afterServiceHeader, EtherType } from './protocol-numbers.js';

/** RFC 7348 §5: flags, reserved, network identifier, reserved. */
const FIELD = { flags: 0, nextProtocol: 3, length: 8 } as const;
/** The network identifier is valid. Receivers ignore all other bits, so here they may be set. */
const HAS_NETWORK = 0x08;
/** draft-ietf-nvo3-vxlan-gpe: the last reserved byte before the identifier names what follows. */
const HAS_NEXT_PROTOCOL = 0x04;

/** Moves `layer` to the Ethernet frame in a VXLAN datagram; false: it is none. */
export function readVxlan(layer: Layer): boolean {
  if (layer.end - layer.at < FIELD.length) return false;
  if ((layer.buf[layer.at + FIELD.flags]! & HAS_NETWORK) === 0) return false;
  layer.at += FIELD.length;
  layer.next = EtherType.TransparentEthernet;
  return true;
}

/** VXLAN with the Generic Protocol Extension. */
export function readVxlanGpe(layer: Layer): boolean {
  const { at, buf } = layer;
  if (layer.end - at < FIELD.length) return false;
  if ((buf[at + FIELD.flags]! & HAS_NEXT_PROTOCOL) === 0) return readVxlan(layer);
  layer.next = afterServiceHeader(buf[at + FIELD.nextProtocol]!);
  layer.at = at + FIELD.length;
  return true;
}
