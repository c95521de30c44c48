import type { ChildProcess } from 'node:child_process';
import type { StartProblem } from './start-fault.js';

/** How a backend is run as a child process, and what its standard error means. */
export interface Driver {
  readonly program: string;
  readonly args: readonly string[];
  /** `pipe`: it ends when its standard input does. */
  readonly stdin: 'pipe' | 'ignore';
  /** Packets that it says it has written to its stream; undefined while that is not known. */
  readonly written: number | undefined;
  /** The last thing it said that may be why it ended; '' for nothing. */
  readonly complaint: string;
  /** A line of its standard error. Gives whether that is an answer, and so a sign of life. */
  line(line: string): boolean;
  /** Called at regular times: asks for counts, where they do not come by themselves. */
  beat(child: ChildProcess): void;
  /** Asks it to end in good order. */
  end(child: ChildProcess): void;
  /** It ended before its stream began: why. */
  explain(): Promise<StartProblem>;
}
