/** What is known of a call, so far. Durations in seconds of packet time. */
export interface CallFacts {
  /** User part of From: the number or name that the caller shows. */
  readonly callerId: string | undefined;
  /** User part of the Request-URI. */
  readonly callee: string | undefined;
  /** From and To name the same user: scanners call a phone by its own name. */
  readonly sameUser: boolean;
  /** From the first sign of ringing to answer or end; undefined: it never rang. */
  readonly rangFor: number | undefined;
  /** From answer to end; undefined: not answered, or not ended. */
  readonly talkedFor: number | undefined;
  /** Who ended it; nobody: it was given up, or is not over. */
  readonly endedBy: 'caller' | 'callee' | 'nobody';
}
