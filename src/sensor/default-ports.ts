/**
 * Where SIP is looked for when nothing else is said (RFC 3261 §18.1.1, §19.1.2): 5061 is for TLS,
 * which is not read, but who looks for servers knocks there as well.
 */
export const DEFAULT_PORTS: ReadonlySet<number> = new Set([5060, 5061]);
