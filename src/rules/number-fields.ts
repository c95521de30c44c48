import type { ObservationRow } from './observation-row.js';

/** What observations say of dialled numbers. */
export const numberRows: readonly ObservationRow[] = [
  ['number.tail', 'text', 'Last nine digits of the dialled number', (o) => o.number?.tail],
  ['number.prefix', 'text', 'What was dialled before them', (o) => o.number?.prefix],
];
