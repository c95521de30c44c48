import { uint16 } from './big-endian.js';
import type { Layer } from './layer.js';

/** RFC 8926 §3.4: version and option length, flags, protocol type, network identifier, reserved. */
const FIELD = { versionAndOptions: 0, flags: 1, protocol: 2, length: 8 } as const;
const OPTION_WORDS = 0x3f;
/** Bits between the flags and the protocol type; no sender sets them. */
const RESERVED = 0x3f;

/**
 * Moves `layer` to what a Geneve datagram carries, whatever its options say, critical ones too:
 * they are for tunnel endpoints. False: it is none.
 */
export function readGeneve(layer: Layer): boolean {
  const { at, buf } = layer;
  if (layer.end - at < FIELD.length) return false;
  const first = buf[at + FIELD.versionAndOptions]!;
  if (first > OPTION_WORDS || (buf[at + FIELD.flags]! & RESERVED) !== 0) return false;
  const length = FIELD.length + first * 4;
  if (layer.end - at < length) return false;
  layer.next = uint16(buf, at + FIELD.protocol);
  layer.at = at + length;
  return true;
}
