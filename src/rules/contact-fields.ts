import type { ObservationRow } from './observation-row.js';

/** What observations say of contacts that registrars bind. */
export const contactRows: readonly ObservationRow[] = [
  ['contact.address', 'text', 'Host and port of the contact', (o) => o.contact?.address],
  ['contact.all', 'boolean', 'All contacts were removed at once', (o) => o.contact?.all],
];
