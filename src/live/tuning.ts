/** Times and programs that only tests change. All times are milliseconds. */
export interface Tuning {
  /** How often interface and child are looked at. */
  readonly beat: number;
  /** Beats without a sign of life after which a child is hung. */
  readonly mostSilent: number;
  /** Pauses before a child is started again: the first, and the longest. */
  readonly firstPause: number;
  readonly longestPause: number;
  /** A child that lived so long was well: the next pause is the first again. */
  readonly healthy: number;
  /** How long a child may take to end. */
  readonly endWithin: number;
  /** The script that reads with `cap`; undefined: our own. */
  readonly capChild: string | undefined;
  readonly tcpdump: string;
}

export const DEFAULT_TUNING: Tuning = {
  beat: 1000,
  mostSilent: 10,
  firstPause: 250,
  longestPause: 30_000,
  healthy: 60_000,
  endWithin: 2000,
  capChild: undefined,
  tcpdump: 'tcpdump',
};
