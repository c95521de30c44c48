/** What the program tells its caller. */
export const ExitCode = {
  Ok: 0,
  /** Something could not be read or written while running. */
  Failure: 1,
  /** The command line, the configuration or a signature is wrong. */
  Usage: 2,
  /** Replay found an alert at or above `--fail-on`. */
  AlertFound: 3,
  /** Live capture failed: no permission, no interface. */
  CaptureFailed: 4,
} as const;
