/** What is known of a dialled number. */
export interface NumberFacts {
  /** Its last nine digits: the same for `+44…`, `0044…`, `9011 44…` of one subscriber. */
  readonly tail: string;
  /** What was dialled before them. */
  readonly prefix: string;
}
