import { uint16 } from './big-endian.js';
import { Drop, tooShort } from './drop.js';
import type { Layer } from './layer.js';
import { EtherType, Next } from './protocol-numbers.js';

/** RFC 1701, RFC 2784, RFC 2890; version 1: RFC 2637 §4.1. */
const FIELD = { flags: 0, protocol: 2, length: 4 } as const;
const Flag = {
  Checksum: 0x8000,
  Routing: 0x4000,
  Key: 0x2000,
  Sequence: 0x1000,
  /** Version 1 only. */
  Acknowledgment: 0x0080,
} as const;
const VERSION = 0x0007;
/** Checksum with offset, key, sequence number, acknowledgment: four bytes each, when there. */
const OPTION = 4;

/** RFC 1701, source route entries: address family, offset, length; a zero entry ends them. */
const ROUTE = { family: 0, routeLength: 3, length: 4 } as const;
const MAX_ROUTES = 32;

/** Version 1: the key is the payload's length and a call or tunnel number. */
const PAYLOAD_LENGTH = 4;
/** MikroTik's Ethernet over IP. */
const EOIP = 0x6400;

const ERSPAN = 0x88be;
const ERSPAN_III = 0x22eb;
/** Aruba's access points: one number for each of their queues. */
const ARUBA_FIRST = 0x8200;
const ARUBA_LAST = 0x8370;

/** Moves `layer` past a GRE header; `next` becomes what it carries. */
export function readGre(layer: Layer): Drop {
  const { at, buf } = layer;
  if (layer.end - at < FIELD.length) return tooShort(layer, Drop.TunnelMalformed);
  const flags = uint16(buf, at + FIELD.flags);
  const protocol = uint16(buf, at + FIELD.protocol);
  if ((flags & VERSION) === 1) return readVersion1(layer, flags, protocol);
  if ((flags & VERSION) !== 0) return Drop.TunnelMalformed;
  let length: number = FIELD.length;
  if ((flags & (Flag.Checksum | Flag.Routing)) !== 0) length += OPTION;
  if ((flags & Flag.Key) !== 0) length += OPTION;
  if ((flags & Flag.Sequence) !== 0) length += OPTION;
  if (layer.end - at < length) return tooShort(layer, Drop.TunnelMalformed);
  layer.at = at + length;
  layer.next = nextOf(protocol, (flags & Flag.Sequence) !== 0);
  return (flags & Flag.Routing) !== 0 ? readRoutes(layer) : Drop.None;
}

function nextOf(protocol: number, hasSequence: boolean): number {
  // ERSPAN of type I has no header of its own, and shows that by having no sequence number.
  if (protocol === ERSPAN) return hasSequence ? Next.ErspanII : EtherType.TransparentEthernet;
  if (protocol === ERSPAN_III) return Next.ErspanIII;
  const isAruba = protocol >= ARUBA_FIRST && protocol <= ARUBA_LAST && (protocol & 15) === 0;
  return isAruba ? Next.Wlan : protocol;
}

function readRoutes(layer: Layer): Drop {
  for (let routes = 0; routes < MAX_ROUTES; routes++) {
    const { at, buf } = layer;
    if (layer.end - at < ROUTE.length) return tooShort(layer, Drop.TunnelMalformed);
    const routeLength = buf[at + ROUTE.routeLength]!;
    layer.at = at + ROUTE.length + routeLength;
    if (layer.at > layer.end) return tooShort(layer, Drop.TunnelMalformed);
    if (uint16(buf, at + ROUTE.family) === 0 && routeLength === 0) return Drop.None;
  }
  return Drop.TunnelMalformed;
}

function readVersion1(layer: Layer, flags: number, protocol: number): Drop {
  const { at, buf } = layer;
  const isKnown = protocol === EtherType.Ppp || protocol === EOIP;
  const hasKeyOnly = (flags & (Flag.Checksum | Flag.Routing | Flag.Key)) === Flag.Key;
  if (!isKnown || !hasKeyOnly) return Drop.TunnelMalformed;
  let length: number = FIELD.length + OPTION;
  if ((flags & Flag.Sequence) !== 0) length += OPTION;
  if ((flags & Flag.Acknowledgment) !== 0) length += OPTION;
  if (layer.end - at < length) return tooShort(layer, Drop.TunnelMalformed);
  const payloadLength = uint16(buf, at + PAYLOAD_LENGTH);
  layer.at = at + length;
  if (layer.at + payloadLength > layer.wireEnd) return Drop.TunnelMalformed;
  layer.extend(payloadLength);
  // A bare acknowledgment, or a sign of life of EoIP.
  if (payloadLength === 0) layer.next = Next.Nothing;
  else layer.next = protocol === EOIP ? EtherType.TransparentEthernet : EtherType.Ppp;
  return Drop.None;
}
