/** What is known of a call that somebody meddles with who takes no part in it. */
export interface DialogFacts {
  /** Tells calls apart: a hash of the Call-ID. */
  readonly call: number;
  /** The call was seen to begin. */
  readonly known: boolean;
  /** The request repeats a tag of the call, as who takes part in it does (RFC 3261 §12.2.1.1). */
  readonly knowsTag: boolean;
}
