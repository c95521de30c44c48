import { uint16 } from './big-endian.js';
import type { Layer } from './layer.js';
import { EtherType } from './protocol-numbers.js';

/** RFC 2661 §3.1: flags and version, then length, ids, sequence numbers, offset, as flags say. */
const FIELD = { flags: 0, length: 2 } as const;
const Flag = { Length: 0x4000, Sequence: 0x0800, Offset: 0x0200, Priority: 0x0100 } as const;
/** Every bit but those and the version: set in control messages, or never. */
const NOT_DATA = 0xb4f0;
const VERSION = 0x000f;
const TUNNEL_AND_SESSION = 4;
const SEQUENCE_NUMBERS = 4;

/** Moves `layer` to the PPP frame in an L2TP data message of version 2; false: it is none. */
export function readL2tp(layer: Layer): boolean {
  const { at, buf, end } = layer;
  if (end - at < FIELD.length) return false;
  const flags = uint16(buf, at + FIELD.flags);
  if ((flags & NOT_DATA) !== 0 || (flags & VERSION) !== 2) return false;
  layer.at = at + FIELD.length;
  if ((flags & Flag.Length) !== 0) {
    if (end - at < FIELD.length + 2) return false;
    const length = uint16(buf, at + FIELD.length);
    if (at + length > layer.wireEnd) return false;
    layer.at = at;
    layer.extend(length);
    layer.at += FIELD.length + 2;
  }
  layer.at += TUNNEL_AND_SESSION;
  if ((flags & Flag.Sequence) !== 0) layer.at += SEQUENCE_NUMBERS;
  if ((flags & Flag.Offset) !== 0) {
    if (layer.end - layer.at < 2) return false;
    layer.at += 2 + uint16(buf, layer.at);
  }
  layer.next = EtherType.Ppp;
  return layer.at < layer.end;
}
