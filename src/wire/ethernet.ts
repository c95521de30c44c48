import { uint16, uint32 } from './big-endian.js';
import { Drop, tooShort } from './drop.js';
import type { Layer } from './layer.js';
import { EtherType } from './protocol-numbers.js';

const ETHERNET = { etherType: 12, length: 14 } as const;
/** IEEE 802.1Q §9.6: priority, eligibility and id, then the EtherType of what follows. */
const VLAN = { control: 0, etherType: 2, length: 4 } as const;
const VLAN_ID = 0x0fff;
/** Logical link control with SNAP (IEEE 802.2, RFC 1042): AA AA 03, vendor 00 00 00, EtherType. */
const SNAP = { vendor: 4, etherType: 6, length: 8, begin: 0xaaaa0300 } as const;

/** IEEE 802.3 §3.2.6: from here on the field is a type, below it is a length. */
export const SMALLEST_ETHER_TYPE = 0x0600;
const MAX_VLAN_TAGS = 4;

/** Moves `layer` past an Ethernet header and the VLAN tags and LLC behind it. */
export function readEthernet(layer: Layer): Drop {
  if (layer.end - layer.at < ETHERNET.length) return Drop.HeaderTruncated;
  layer.next = uint16(layer.buf, layer.at + ETHERNET.etherType);
  layer.at += ETHERNET.length;
  return layer.next === EtherType.Ipv4 ? Drop.None : readEtherType(layer);
}

/** Moves past VLAN tags, and past logical link control where `next` is a length. */
export function readEtherType(layer: Layer): Drop {
  let tags = 0;
  while (isVlan(layer.next)) {
    if (++tags > MAX_VLAN_TAGS) return Drop.TunnelsTooDeep;
    if (layer.end - layer.at < VLAN.length) return Drop.HeaderTruncated;
    if (layer.vlan === -1) layer.vlan = uint16(layer.buf, layer.at + VLAN.control) & VLAN_ID;
    layer.next = uint16(layer.buf, layer.at + VLAN.etherType);
    layer.at += VLAN.length;
  }
  return layer.next < SMALLEST_ETHER_TYPE ? readSnap(layer) : Drop.None;
}

export function readSnap(layer: Layer): Drop {
  const { at, buf } = layer;
  if (layer.end - at < SNAP.length) return tooShort(layer, Drop.EtherTypeOther);
  const vendor = uint16(buf, at + SNAP.vendor);
  if (uint32(buf, at) !== SNAP.begin || vendor !== 0) return Drop.EtherTypeOther;
  layer.next = uint16(buf, at + SNAP.etherType);
  layer.at = at + SNAP.length;
  return Drop.None;
}

function isVlan(etherType: number): boolean {
  switch (etherType) {
    case EtherType.Vlan:
    case EtherType.ServiceVlan:
    case EtherType.OldStackedVlan:
    case EtherType.OldStackedVlan2:
    case EtherType.OldStackedVlan3:
      return true;
    default:
      return false;
  }
}
