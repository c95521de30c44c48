import type { ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Driver } from './driver.js';
import { START_FAULTS, type StartFault, type StartProblem } from './start-fault.js';

/** libpcap says so of every interface without an IPv4 address, as mirror ports are. */
const CHATTER = /^Warning: .*This may not actually work$/;
/** What `cap` says when the interface under it went down or away. */
const LOST_LINK = /Assertion .*status == 0/;

/** How Node begins to tell of an exception. */
const ERROR = /^[A-Z]\w*Error\b/;

/** Runs cap-child.js, which also tells its counts, and its problems, in a form made for this. */
export class CapDriver implements Driver {
  readonly program = process.execPath;
  readonly args: readonly string[];
  readonly stdin = 'pipe';
  readonly written = undefined;
  complaint = '';
  private problem: StartProblem | undefined = undefined;

  constructor(interfaceName: string, filter: string, bufferBytes: number, script = capChild()) {
    this.args = [script, interfaceName, String(bufferBytes), filter];
  }

  line(line: string): boolean {
    this.problem ??= problemIn(line);
    if (LOST_LINK.test(line)) this.complaint = 'the interface went down';
    // What follows the line with the error is where it was thrown.
    else if (!CHATTER.test(line) && !ERROR.test(this.complaint)) {
      this.complaint = this.problem?.message ?? line.trim();
    }
    return false;
  }

  beat(): void {
    // Its statistics come in its stream.
  }

  end(child: ChildProcess): void {
    child.stdin?.end();
  }

  explain(): Promise<StartProblem> {
    const { complaint } = this;
    return Promise.resolve(this.problem ?? { kind: 'other', message: complaint });
  }
}

function capChild(): string {
  return fileURLToPath(new URL('./cap-child.js', import.meta.url));
}

/** `{"problem":{"kind":…,"message":…}}`; undefined when the line is anything else. */
function problemIn(line: string): StartProblem | undefined {
  if (!line.startsWith('{"problem":')) return undefined;
  try {
    const { problem } = JSON.parse(line) as { problem?: Partial<StartProblem> };
    const kind = START_FAULTS.find((each) => each === problem?.kind);
    if (kind === undefined) return undefined;
    return { kind: kind satisfies StartFault, message: String(problem?.message) };
  } catch {
    return undefined;
  }
}
