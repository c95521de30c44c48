import { ExitCode } from './exit-codes.js';

const CODES = { SIGINT: ExitCode.Interrupted, SIGTERM: ExitCode.Terminated } as const;

/**
 * Turns the first Ctrl-C or SIGTERM into the end of the reading, so that what was found so far is
 * still told. A second one ends the program at once, as if nobody listened.
 */
export class Interruption {
  /** The exit code that tells of the signal; undefined as long as there was none. */
  code: number | undefined = undefined;
  private readonly controller = new AbortController();
  private readonly onSignal = (signal: keyof typeof CODES) => {
    this.code = CODES[signal];
    this.controller.abort();
    this.end();
  };

  constructor() {
    process.on('SIGINT', this.onSignal);
    process.on('SIGTERM', this.onSignal);
  }

  get signal(): AbortSignal {
    return this.controller.signal;
  }

  /** Listens no longer. */
  end(): void {
    process.off('SIGINT', this.onSignal);
    process.off('SIGTERM', this.onSignal);
  }
}
