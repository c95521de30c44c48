import { uint16 } from './big-endian.js';
import { Drop } from './drop.js';
import type { Layer } from './layer.js';
import { EtherType } from './protocol-numbers.js';

/** Address family, version, and the number of the log; then attributes. */
const HEADER = { family: 0, version: 1, length: 4 } as const;
/** Length (with these four bytes) and type, in the byte order of the machine that captured. */
const ATTRIBUTE = { length: 0, type: 2, value: 4 } as const;
/** NFULA_PAYLOAD of Linux: the packet, from its IP header on. */
const PAYLOAD = 9;
const AF_INET = 2;
const AF_INET6 = 10;
/** Linux knows some twenty types, each at most once. */
const MAX_ATTRIBUTES = 32;

/** Moves `layer` to the packet that Linux's netfilter logged. */
export function readNflog(layer: Layer): Drop {
  const { at, buf } = layer;
  if (layer.end - at < HEADER.length) return Drop.HeaderTruncated;
  if (buf[at + HEADER.version] !== 0) return Drop.EtherTypeOther;
  const family = buf[at + HEADER.family];
  if (family === AF_INET) layer.next = EtherType.Ipv4;
  else if (family === AF_INET6) layer.next = EtherType.Ipv6;
  else return Drop.EtherTypeOther;
  layer.at = at + HEADER.length;
  return findPayload(layer);
}

function findPayload(layer: Layer): Drop {
  const { buf } = layer;
  for (let count = 0; count < MAX_ATTRIBUTES; count++) {
    const { at } = layer;
    if (layer.end - at < ATTRIBUTE.value) return Drop.HeaderTruncated;
    // All types are small, so the byte order shows.
    const isLittle = buf[at + ATTRIBUTE.type + 1] === 0;
    const length = isLittle ? buf.readUInt16LE(at) : uint16(buf, at);
    const type = isLittle ? buf[at + ATTRIBUTE.type]! : uint16(buf, at + ATTRIBUTE.type);
    if (length < ATTRIBUTE.value) return Drop.EtherTypeOther;
    if (type === PAYLOAD) {
      layer.extend(length);
      layer.at = at + ATTRIBUTE.value;
      return Drop.None;
    }
    // Attributes begin at multiples of four bytes.
    layer.at = at + ((length + 3) & ~3);
  }
  return Drop.EtherTypeOther;
}
