import type { ObservationRow } from './observation-row.js';

/** What observations say of servers. */
export const serverRows: readonly ObservationRow[] = [
  ['server.version', 'text', 'Its Server or User-Agent header', (o) => o.server?.version],
  [
    'server.known',
    'number',
    'Accounts that it showed this stranger to exist, by the same method; at most 4',
    (o) => o.server?.known,
  ],
  [
    'server.unknown',
    'number',
    'Accounts that it showed this stranger not to exist, by the same method; at most 4',
    (o) => o.server?.unknown,
  ],
  [
    'server.weakness',
    'text',
    'Why its challenges are weak: no-qop (MD5 without qop) or same-nonce (the nonce does not change)',
    (o) => o.server?.weakness,
  ],
  [
    'server.nonce_age',
    'number',
    'Seconds for which it has issued one and the same nonce',
    (o) => o.server?.nonceAge,
  ],
  [
    'server.nonce_uses',
    'number',
    'Challenges with that nonce; told at each doubling',
    (o) => o.server?.nonceUses,
  ],
];
