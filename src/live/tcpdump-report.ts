/** What tcpdump has counted since it began. It counts with 32 bits. */
export interface TcpdumpCounts {
  /** Written to the stream. */
  readonly captured: number | undefined;
  readonly received: number | undefined;
  /** For want of room in the ring. */
  readonly dropped: number | undefined;
}

const CAPTURED = /(?:^|[ :])(\d{1,10}) packets? captured/;
const RECEIVED = /(?:^|[ :])(\d{1,10}) packets? received by filter/;
const DROPPED = /(?:^|[ :])(\d{1,10}) packets? dropped by kernel/;
const NAME = /^tcpdump: /;

/**
 * Reads a line of tcpdump's standard error: after SIGUSR1 all counts are in one line, at its end
 * each has its own. Undefined: the line has none.
 */
export function tcpdumpCounts(line: string): TcpdumpCounts | undefined {
  const captured = numberOf(CAPTURED, line);
  const received = numberOf(RECEIVED, line);
  const dropped = numberOf(DROPPED, line);
  if (captured === undefined && received === undefined && dropped === undefined) return undefined;
  return { captured, received, dropped };
}

/** The message of an error line without the program's name. */
export function tcpdumpMessage(line: string): string {
  return line.replace(NAME, '');
}

/** Whether the line is what tcpdump says in passing, and so never why it ended. */
export function isTcpdumpChatter(line: string): boolean {
  return /^(?:tcpdump: )?(?:listening on|data link type|verbose output)|^dropped privs/.test(line);
}

function numberOf(pattern: RegExp, line: string): number | undefined {
  const digits = pattern.exec(line)?.[1];
  return digits === undefined ? undefined : Number(digits);
}
