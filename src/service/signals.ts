/** What the operator asks of a running sensor by a signal. */
export interface SignalHandlers {
  /** SIGHUP: read configuration and signatures again, and open log files anew. */
  reload(): void;
  /** SIGUSR1: say how it goes. */
  tell(): void;
  /** SIGUSR2: open log files anew. */
  reopen(): void;
  /** The first SIGTERM or SIGINT: end in good order. */
  stop(signal: NodeJS.Signals): void;
}

const EXIT_BASE = 128;
const NUMBERS = { SIGINT: 2, SIGTERM: 15 } as const;

/**
 * Listens until `end` is called. A second SIGTERM or SIGINT ends the program at once. SIGUSR1 must
 * always have a listener: without one Node opens its inspector on a port.
 */
export class Signals {
  private readonly listeners: [NodeJS.Signals, () => void][];
  private stopping = false;

  constructor(handlers: SignalHandlers) {
    const stop = (signal: keyof typeof NUMBERS) => () => {
      if (this.stopping) process.exit(EXIT_BASE + NUMBERS[signal]);
      this.stopping = true;
      handlers.stop(signal);
    };
    this.listeners = [
      ['SIGHUP', () => handlers.reload()],
      ['SIGUSR1', () => handlers.tell()],
      ['SIGUSR2', () => handlers.reopen()],
      ['SIGINT', stop('SIGINT')],
      ['SIGTERM', stop('SIGTERM')],
    ];
    for (const [signal, listener] of this.listeners) process.on(signal, listener);
  }

  end(): void {
    for (const [signal, listener] of this.listeners) process.off(signal, listener);
  }
}
