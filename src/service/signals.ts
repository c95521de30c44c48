import { closeSync, openSync } from 'node:fs';

/** What the operator asks of a running sensor by a signal. */
export interface SignalHandlers {
  /** SIGHUP: read configuration and signatures again, and open the event file anew. */
  reload(): void;
  /** SIGUSR1: say how it goes. */
  tell(): void;
  /** SIGUSR2: open the event file anew. */
  reopen(): void;
  /** The first SIGTERM or SIGINT, or SIGHUP of a closed terminal: end in good order. */
  stop(signal: NodeJS.Signals): void;
}

const SIGNALS = ['SIGHUP', 'SIGUSR1', 'SIGUSR2', 'SIGINT', 'SIGTERM'] as const;
type Signal = (typeof SIGNALS)[number];

const EXIT_BASE = 128;
const NUMBERS = { SIGINT: 2, SIGTERM: 15 } as const;

/** Who is asked, once there is somebody; what came before. */
let answering: ((signal: Signal) => void) | undefined;
let early: Signal | undefined;
let hadTerminal = false;

/**
 * From now on a signal asks and does not end the program: until `answerSignals` says whom, only
 * the wish to end it is remembered. SIGUSR1 must always have a listener: without one Node opens its
 * inspector on a port.
 */
export function holdSignals(): void {
  hadTerminal = hasTerminal();
  for (const signal of SIGNALS) process.on(signal, () => hear(signal));
}

/** Who is asked. A second SIGTERM or SIGINT ends the program at once. */
export function answerSignals(handlers: SignalHandlers): void {
  let stopping = false;
  const stop = (signal: keyof typeof NUMBERS) => {
    if (stopping) process.exit(EXIT_BASE + NUMBERS[signal]);
    stopping = true;
    handlers.stop(signal);
  };
  const answers: Record<Signal, () => void> = {
    SIGHUP: () => {
      // Who closes his terminal wants no sensor that goes on unseen; a daemon never had one.
      if (hadTerminal && !hasTerminal()) handlers.stop('SIGHUP');
      else handlers.reload();
    },
    SIGUSR1: () => handlers.tell(),
    SIGUSR2: () => handlers.reopen(),
    SIGINT: () => stop('SIGINT'),
    SIGTERM: () => stop('SIGTERM'),
  };
  answering = (signal) => answers[signal]();
  if (early !== undefined) answering(early);
}

function hear(signal: Signal): void {
  if (answering !== undefined) answering(signal);
  else if (signal === 'SIGINT' || signal === 'SIGTERM') {
    if (early !== undefined) process.exit(EXIT_BASE + NUMBERS[signal]);
    early = signal;
  }
}

/** Whether there is a terminal that signals come from; a closed one cannot be opened. */
function hasTerminal(): boolean {
  try {
    closeSync(openSync('/dev/tty', 'r'));
    return true;
  } catch {
    return false;
  }
}
