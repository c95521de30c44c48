import { LinkType } from './link.js';

const LINK_NAMES: ReadonlyMap<number, string> = new Map([
  [LinkType.Null, 'null'],
  [LinkType.Ethernet, 'ethernet'],
  [LinkType.Ppp, 'ppp'],
  [LinkType.RawOld, 'raw'],
  [LinkType.RawOpenBsd, 'raw'],
  [LinkType.PppHdlc, 'ppp_hdlc'],
  [LinkType.Pppoe, 'pppoe'],
  [LinkType.Raw, 'raw'],
  [LinkType.CiscoHdlc, 'cisco_hdlc'],
  [LinkType.Wlan, 'wlan'],
  [LinkType.Loop, 'loop'],
  [LinkType.LinuxCooked, 'linux_sll'],
  [LinkType.Prism, 'wlan_prism'],
  [LinkType.Radiotap, 'wlan_radiotap'],
  [LinkType.PktapOld, 'pktap'],
  [LinkType.Avs, 'wlan_avs'],
  [LinkType.Ipv4, 'ipv4'],
  [LinkType.Ipv6, 'ipv6'],
  [LinkType.Nflog, 'nflog'],
  [LinkType.Pktap, 'pktap'],
  [LinkType.LinuxCooked2, 'linux_sll2'],
]);

/** A short name of a LINKTYPE_ value; `other` for one that is unknown here, `unknown` for none. */
export function linkName(linkType: number | undefined): string {
  if (linkType === undefined) return 'unknown';
  return LINK_NAMES.get(linkType) ?? 'other';
}
