/** What the program tells its caller. */
export const ExitCode = {
  Ok: 0,
  /** Something could not be read or written while running. */
  Failure: 1,
  /** The command line, the configuration or a signature is wrong. */
  Usage: 2,
  /** Replay found an alert at or above `--fail-on`; stronger than Failure. */
  AlertFound: 3,
  /** Live capture failed: no permission, no interface. */
  CaptureFailed: 4,
  /** Ended by Ctrl-C or SIGTERM (128 and the signal's number); stronger than all others. */
  Interrupted: 130,
  Terminated: 143,
} as const;
