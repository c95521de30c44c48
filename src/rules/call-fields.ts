import type { ObservationRow } from './observation-row.js';

/** What observations say of calls. */
export const callRows: readonly ObservationRow[] = [
  ['call.caller_id', 'text', 'User part of From', (o) => o.call?.callerId],
  ['call.callee', 'text', 'User part of the Request-URI', (o) => o.call?.callee],
  ['call.same_user', 'boolean', 'From and To name the same user', (o) => o.call?.sameUser],
  ['call.rang_for', 'number', 'Seconds that it rang, if it did', (o) => o.call?.rangFor],
  ['call.talked_for', 'number', 'Seconds from answer to end', (o) => o.call?.talkedFor],
  ['call.ended_by', 'text', 'caller, callee or nobody', (o) => o.call?.endedBy],
];
