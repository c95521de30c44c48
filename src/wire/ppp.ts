import { uint16 } from './big-endian.js';
import { Drop } from './drop.js';
import type { Layer } from './layer.js';
import { EtherType, Next } from './protocol-numbers.js';

/** RFC 1662 §3.1: all stations, unnumbered information. Often left out. */
const ADDRESS_AND_CONTROL = 0xff03;
/** IANA's PPP protocol numbers. */
const PppProtocol = { Ipv4: 0x0021, Ipv6: 0x0057, Mpls: 0x0281, MplsMulticast: 0x0283 } as const;

/** Cisco's HDLC: address, control, EtherType. */
const CISCO = { address: 0, etherType: 2, length: 4, unicast: 0x0f, multicast: 0x8f } as const;

/** RFC 2516 §4: version and type, code, session, length of what follows. */
const PPPOE = { version: 0, code: 1, payloadLength: 4, length: 6 } as const;
const VERSION_AND_TYPE = 0x11;
const SESSION_DATA = 0;

/** Moves `layer` past the header of a PPP frame (RFC 1661 §2), whatever of it was compressed. */
export function readPpp(layer: Layer): Drop {
  const { buf } = layer;
  if (layer.end - layer.at < 2) return Drop.HeaderTruncated;
  if (uint16(buf, layer.at) === ADDRESS_AND_CONTROL) layer.at += 2;
  if (layer.end - layer.at < 2) return Drop.HeaderTruncated;
  // RFC 1661 §6.5: the last byte of a protocol number is odd and all others are even.
  const first = buf[layer.at]!;
  const isShort = (first & 1) === 1;
  layer.next = etherTypeOf(isShort ? first : uint16(buf, layer.at));
  layer.at += isShort ? 1 : 2;
  return Drop.None;
}

function etherTypeOf(protocol: number): number {
  switch (protocol) {
    case PppProtocol.Ipv4:
      return EtherType.Ipv4;
    case PppProtocol.Ipv6:
      return EtherType.Ipv6;
    case PppProtocol.Mpls:
    case PppProtocol.MplsMulticast:
      return EtherType.Mpls;
    default:
      return Next.Nothing;
  }
}

/** PPP, or Cisco's HDLC where the first byte says so. */
export function readPppHdlc(layer: Layer): Drop {
  if (layer.at === layer.end) return Drop.HeaderTruncated;
  const address = layer.buf[layer.at + CISCO.address];
  const isCisco = address === CISCO.unicast || address === CISCO.multicast;
  return isCisco ? readCiscoHdlc(layer) : readPpp(layer);
}

export function readCiscoHdlc(layer: Layer): Drop {
  if (layer.end - layer.at < CISCO.length) return Drop.HeaderTruncated;
  layer.next = uint16(layer.buf, layer.at + CISCO.etherType);
  layer.at += CISCO.length;
  return Drop.None;
}

/** A PPPoE session frame, and the PPP frame in it. */
export function readPppoe(layer: Layer): Drop {
  const { at, buf } = layer;
  if (layer.end - at < PPPOE.length) return Drop.HeaderTruncated;
  const isSession = buf[at + PPPOE.code] === SESSION_DATA;
  if (buf[at + PPPOE.version] !== VERSION_AND_TYPE || !isSession) return Drop.EtherTypeOther;
  const payloadLength = uint16(buf, at + PPPOE.payloadLength);
  layer.at = at + PPPOE.length;
  layer.extend(payloadLength);
  return readPpp(layer);
}
