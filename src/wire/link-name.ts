import { LinkType } from './link.js';

const LINK_NAMES: ReadonlyMap<number, string> = new Map([
  [LinkType.Null, 'null'],
  [LinkType.Ethernet, 'ethernet'],
  [LinkType.RawOld, 'raw'],
  [LinkType.RawOpenBsd, 'raw'],
  [LinkType.Raw, 'raw'],
  [LinkType.Loop, 'loop'],
  [LinkType.LinuxCooked, 'linux_sll'],
  [LinkType.Ipv4, 'ipv4'],
  [LinkType.Ipv6, 'ipv6'],
  [LinkType.LinuxCooked2, 'linux_sll2'],
]);

/** A short name of a LINKTYPE_ value; `other` for one that is not read, `unknown` for none. */
export function linkName(linkType: number | undefined): string {
  if (linkType === undefined) return 'unknown';
  return LINK_NAMES.get(linkType) ?? 'other';
}
