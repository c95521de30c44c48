import type { ObservationRow } from './observation-row.js';

/** What observations say of calls that somebody meddles with. */
export const dialogRows: readonly ObservationRow[] = [
  ['dialog.call', 'number', 'Hash of the Call-ID: tells calls apart', (o) => o.dialog?.call],
  ['dialog.known', 'boolean', 'The call was seen to begin', (o) => o.dialog?.known],
  [
    'dialog.knows_tag',
    'boolean',
    'The request repeats a tag of the call, as who takes part in it does',
    (o) => o.dialog?.knowsTag,
  ],
];
