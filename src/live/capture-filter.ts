import { ethernetTerms } from './filter-offsets.js';
import { anyOf, portRanges, type Wanted } from './filter-terms.js';
import { wordTerms } from './filter-words.js';
import { TUNNELS, type Tunnel } from './tunnels.js';

const NONE: ReadonlySet<number> = new Set();

export interface FilterOptions {
  /** Tunnels that are let through whole, whatever is in them. Default: all that can be read. */
  readonly tunnels?: readonly Tunnel[];
  /** Ports on which media is let through besides. Default: none. */
  readonly mediaPorts?: ReadonlySet<number>;
  /** The operator's own filter: it takes the place of the one made here. */
  readonly own?: string | undefined;
  /** Frames have Ethernet headers. Default true. */
  readonly ethernet?: boolean;
}

/**
 * The filter in libpcap's language that lets through all that the decoder reads of the given ports,
 * undefined meaning any port: also later fragments, ICMP errors, tags and tunnels. It lets through
 * more, never less: what it cannot see quickly, such as the port behind IP options, is left to the
 * decoder.
 */
export function captureFilter(
  ports: ReadonlySet<number> | undefined,
  { tunnels = TUNNELS, mediaPorts = NONE, own, ethernet = true }: FilterOptions = {},
): string {
  if (own !== undefined && own.trim() !== '') return own;
  const ranges = ports === undefined ? undefined : portRanges(new Set([...ports, ...mediaPorts]));
  const wanted: Wanted = { ports: ranges, tunnels: new Set(tunnels) };
  return anyOf(ethernet ? ethernetTerms(wanted) : wordTerms(wanted));
}

/** The same for people, in one line: `port 5060-5061, …`. */
export function filterSummary(
  ports: ReadonlySet<number> | undefined,
  { tunnels = TUNNELS, mediaPorts = NONE, own }: FilterOptions = {},
): string {
  if (own !== undefined && own.trim() !== '') return own;
  const ranges = ports === undefined ? undefined : portRanges(new Set([...ports, ...mediaPorts]));
  const texts = ranges?.map(([first, last]) => (first === last ? `${first}` : `${first}-${last}`));
  const which = texts === undefined ? 'any port' : `port ${texts.join(', ')}`;
  const through = tunnels.length === TUNNELS.length ? 'all' : tunnels.join(', ') || 'none';
  return `${which}, fragments, ICMP errors, tunnels: ${through}`;
}
