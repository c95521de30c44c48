/** Why capture cannot begin, as far as it says what to do about it. */
export const START_FAULTS = [
  'permission',
  'interface',
  'module',
  'program',
  'filter',
  'other',
] as const;
export type StartFault = (typeof START_FAULTS)[number];

/** What a child says of itself before its stream begins. */
export interface StartProblem {
  readonly kind: StartFault;
  /** In the words of libpcap or of the system. */
  readonly message: string;
}

/** What libpcap's message is about. A fault of the filter is not told by words alone. */
export function faultOfMessage(message: string): StartFault {
  if (/not permitted|permission/i.test(message)) return 'permission';
  if (/no such device|not up|doesn't exist/i.test(message)) return 'interface';
  return 'other';
}
