/** The tunnels that a capture lets through, as they are written in the file. */
export const TUNNEL_NAMES = [
  'gre',
  'ipip',
  '6in4',
  'vxlan',
  'geneve',
  'gtp',
  'tzsp',
  'teredo',
  'l2tp',
  'pppoe',
  'mpls',
] as const;
export type TunnelName = (typeof TUNNEL_NAMES)[number];

/** `all`, `none`, or names joined by commas, as on the command line; undefined: none of these. */
export function parseTunnels(text: string): TunnelName[] | undefined {
  const words = text.split(',').map((word) => word.trim().toLowerCase());
  if (words.length === 1 && words[0] === 'all') return [...TUNNEL_NAMES];
  if (words.length === 1 && words[0] === 'none') return [];
  const known: readonly string[] = TUNNEL_NAMES;
  if (!words.every((word) => known.includes(word))) return undefined;
  return TUNNEL_NAMES.filter((name) => words.includes(name));
}
