/** How a way out (event file, standard output, log) fares. */
export interface SinkStatus {
  /** A short fixed name: `events`, `stdout`, `log`. */
  readonly sink: string;
  readonly written: number;
  /** Events given up: the queue was full, or they could not be written before the end. */
  readonly dropped: number;
  /** Failed attempts to open or write. */
  readonly errors: number;
  readonly queued: number;
  /** What is wrong now, in one line; undefined when all is well. */
  readonly problem: string | undefined;
}
