import { uint16 } from './big-endian.js';
import type { Layer } from './layer.js';
import { ipByNibble } from './looks-like.js';
import { Next } from './protocol-numbers.js';

/** 3GPP TS 29.281 §5.1: flags, message type, length of what follows, tunnel endpoint. */
const FIELD = { flags: 0, messageType: 1, payloadLength: 2, length: 8 } as const;
/** Version 1 of GTP, not GTP' (which charges), and the bit between is spare. */
const VERSION_MASK = 0xf8;
const VERSION = 0x30;
/** A packet of a user. */
const G_PDU = 255;

/** If one of the last flags is set, all three fields are there. */
const HAS_OPTIONS = 0x07;
const HAS_EXTENSION = 0x04;
const OPTIONS = { nextExtension: 3, length: 4 } as const;
/** §5.2: each begins with its length in words and ends with the type of the next one. */
const MAX_EXTENSIONS = 8;

/** Moves `layer` to the IP packet that GTP-U carries; false: it carries none. */
export function readGtp(layer: Layer): boolean {
  const { at, buf } = layer;
  if (layer.end - at < FIELD.length) return false;
  const flags = buf[at + FIELD.flags]!;
  const isPacket = buf[at + FIELD.messageType] === G_PDU;
  if ((flags & VERSION_MASK) !== VERSION || !isPacket) return false;
  const length = FIELD.length + uint16(buf, at + FIELD.payloadLength);
  if (at + length > layer.wireEnd) return false;
  layer.extend(length);
  layer.at = at + FIELD.length;
  if ((flags & HAS_OPTIONS) !== 0 && !skipOptions(layer, flags)) return false;
  layer.next = ipByNibble(layer);
  return layer.next !== Next.Nothing;
}

function skipOptions(layer: Layer, flags: number): boolean {
  const { buf, end } = layer;
  if (end - layer.at < OPTIONS.length) return false;
  let type = (flags & HAS_EXTENSION) !== 0 ? buf[layer.at + OPTIONS.nextExtension]! : 0;
  layer.at += OPTIONS.length;
  for (let count = 0; type !== 0; count++) {
    if (count === MAX_EXTENSIONS || layer.at >= end) return false;
    const length = buf[layer.at]! * 4;
    if (length === 0 || end - layer.at < length) return false;
    layer.at += length;
    type = buf[layer.at - 1]!;
  }
  return true;
}
