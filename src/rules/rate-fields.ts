import type { ObservationRow } from './observation-row.js';

/** What observations say of rates. */
export const rateRows: readonly ObservationRow[] = [
  ['rate.requests', 'number', 'Requests within ten seconds', (o) => o.rate?.requests],
];
