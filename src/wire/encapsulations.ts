import { uint16 } from './big-endian.js';
import { Drop, tooShort } from './drop.js';
import { readErspanII, readErspanIII } from './erspan.js';
import { readEthernet, readEtherType } from './ethernet.js';
import { readGre } from './gre.js';
import type { Layer } from './layer.js';
import { readMpls } from './mpls.js';
import { readPpp, readPppoe } from './ppp.js';
import { EtherType, IpProtocol, Next } from './protocol-numbers.js';
import {
  readBackboneBridge,
  readCiscoMetadata,
  readETag,
  readFabricPath,
  readServiceHeader,
  readVnTag,
} from './tags.js';
import { readWlan } from './wlan.js';

/** Reads what stands between a link or tunnel and IP: one header, that `layer.next` names. */
export function readEncapsulation(layer: Layer): Drop {
  switch (layer.next) {
    case EtherType.TransparentEthernet:
      return readEthernet(layer);
    case EtherType.Vlan:
    case EtherType.ServiceVlan:
    case EtherType.OldStackedVlan:
    case EtherType.OldStackedVlan2:
    case EtherType.OldStackedVlan3:
      return readEtherType(layer);
    case EtherType.Mpls:
    case EtherType.MplsMulticast:
      return readMpls(layer);
    case EtherType.PppoeSession:
      return readPppoe(layer);
    case EtherType.Ppp:
      return readPpp(layer);
    case EtherType.VnTag:
      return readVnTag(layer);
    case EtherType.ETag:
      return readETag(layer);
    case EtherType.BackboneBridge:
      return readBackboneBridge(layer);
    case EtherType.CiscoMetadata:
      return readCiscoMetadata(layer);
    case EtherType.FabricPath:
      return readFabricPath(layer);
    case EtherType.ServiceHeader:
      return readServiceHeader(layer);
    case Next.ErspanII:
      return readErspanII(layer);
    case Next.ErspanIII:
      return readErspanIII(layer);
    case Next.Wlan:
      return readWlan(layer);
    default:
      return Drop.EtherTypeOther;
  }
}

/** RFC 3378: version 3 and twelve bits of zero, then an Ethernet frame. */
const ETHER_IP = { begin: 0x3000, length: 2 } as const;

/** Reads the header of a tunnel that is an IP protocol of its own; whatever it carries comes next. */
export function readIpTunnel(layer: Layer): Drop {
  switch (layer.next) {
    case IpProtocol.Gre:
      return readGre(layer);
    case IpProtocol.Ipv4:
      layer.next = EtherType.Ipv4;
      return Drop.None;
    case IpProtocol.Ipv6:
      layer.next = EtherType.Ipv6;
      return Drop.None;
    case IpProtocol.Mpls:
      layer.next = EtherType.Mpls;
      return Drop.None;
    case IpProtocol.Ethernet:
      layer.next = EtherType.TransparentEthernet;
      return Drop.None;
    case IpProtocol.EtherIp:
      return readEtherIp(layer);
    default:
      return Drop.IpProtocolOther;
  }
}

function readEtherIp(layer: Layer): Drop {
  const { at, buf } = layer;
  if (layer.end - at < ETHER_IP.length) {
    return tooShort(layer, Drop.TunnelMalformed);
  }
  if (uint16(buf, at) !== ETHER_IP.begin) return Drop.TunnelMalformed;
  layer.at = at + ETHER_IP.length;
  layer.next = EtherType.TransparentEthernet;
  return Drop.None;
}
