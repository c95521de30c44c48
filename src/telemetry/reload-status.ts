/** How the last reading of something that can be read again went. Times are wall clock seconds. */
export interface ReloadStatus {
  readonly successful: boolean;
  readonly succeededAt: number;
  /** Attempts since the start, the first included, and those of them that failed. */
  readonly attempts: number;
  readonly failures: number;
  /** Why the last attempt failed, one line each. */
  readonly problems: readonly string[];
}
