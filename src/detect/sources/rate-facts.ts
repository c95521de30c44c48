/** How many requests within ten seconds, and from whom. */
export interface RateFacts {
  readonly requests: number;
  /** Of source.busy: of those, to the one target that gets the most. */
  readonly toTarget: number | undefined;
  /** Of target.busy: from sources that have proved nothing and were accepted nowhere. */
  readonly strangers: number | undefined;
  /** About so many different ones of those. */
  readonly sources: number | undefined;
  /** The network (/24, /64) that most of them came from, and its share (0 to 1, at least). */
  readonly network: string | undefined;
  readonly networkShare: number | undefined;
}
