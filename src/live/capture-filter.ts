/** RFC 791 §3.1: a fragment offset, so not the first fragment. Only the first has the ports. */
const LATER_FRAGMENT = '(ip and (ip[6:2] & 0x1fff != 0))';
/** RFC 8200 §4.5: next header 44 directly behind the IPv6 header. */
const FRAGMENT_OF_IPV6 = '(ip6 and ip6[6] == 44)';

/**
 * The filter in libpcap's language for the given ports, undefined meaning any port. `own` is the
 * operator's and goes first. Fragments are covered, and up to two VLAN tags where `vlan` says that
 * the link can have them: libpcap refuses the word for other links.
 */
export function captureFilter(
  ports: ReadonlySet<number> | undefined,
  own?: string,
  vlan = true,
): string {
  if (own !== undefined && own.trim() !== '') return own;
  const wanted = ports === undefined ? 'udp or tcp' : portTerms(ports);
  const plain = `${wanted} or ${LATER_FRAGMENT} or ${FRAGMENT_OF_IPV6}`;
  if (!vlan) return plain;
  // After the word `vlan` all offsets are behind the tag, to the end of the whole filter, so each
  // further tag stands inside.
  return `(${plain}) or (vlan and ((${plain}) or (vlan and (${plain}))))`;
}

/** `port 5060 or portrange 5062-5070`; a filter that no port passes when there is none. */
function portTerms(ports: ReadonlySet<number>): string {
  const terms: string[] = [];
  const sorted = [...ports].sort((a, b) => a - b);
  for (let i = 0; i < sorted.length; ) {
    const first = sorted[i]!;
    let last = first;
    while (sorted[++i] === last + 1) last++;
    terms.push(first === last ? `port ${first}` : `portrange ${first}-${last}`);
  }
  return terms.length === 0 ? 'less 0' : terms.join(' or ');
}
