import type { ObservationRow } from './observation-row.js';

/** What observations say of servers. */
export const serverRows: readonly ObservationRow[] = [
  ['server.version', 'text', 'Its Server or User-Agent header', (o) => o.server?.version],
];
