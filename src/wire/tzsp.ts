import { uint16 } from './big-endian.js';
import type { Layer } from './layer.js';
import { EtherType } from './protocol-numbers.js';

/** TaZmen Sniffer Protocol, as MikroTik's sniffer sends it: version, type, link, tagged fields. */
const FIELD = { version: 0, type: 1, link: 2, length: 4 } as const;
const VERSION = 1;
/** 0: a packet was received; 1: one to be transmitted. */
const LAST_PACKET_TYPE = 1;
const ETHERNET = 1;
/** These two tags are one byte; all others have a length in the byte behind. */
const Tag = { Padding: 0, End: 1 } as const;
const MAX_TAGS = 64;

/** Moves `layer` to the Ethernet frame that a sniffer streamed; false: there is none. */
export function readTzsp(layer: Layer): boolean {
  const { at, buf, end } = layer;
  if (end - at < FIELD.length) return false;
  const isPacket = buf[at + FIELD.type]! <= LAST_PACKET_TYPE;
  if (buf[at + FIELD.version] !== VERSION || !isPacket) return false;
  if (uint16(buf, at + FIELD.link) !== ETHERNET) return false;
  layer.at = at + FIELD.length;
  layer.next = EtherType.TransparentEthernet;
  for (let tags = 0; tags < MAX_TAGS && layer.at < end; tags++) {
    const tag = buf[layer.at++]!;
    if (tag === Tag.End) return true;
    if (tag === Tag.Padding) continue;
    if (layer.at >= end) return false;
    layer.at += 1 + buf[layer.at]!;
  }
  return false;
}
