/** What a host can be declared to be. */
export const PEER_ROLES = [
  'registrar',
  'proxy',
  'trunk',
  'monitor',
  'phone',
  'paging',
  'dialler',
  'auditor',
] as const;
export type PeerRole = (typeof PEER_ROLES)[number];
