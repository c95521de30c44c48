import { type ChildProcess, execFile } from 'node:child_process';
import type { Driver } from './driver.js';
import { faultOfMessage, type StartProblem } from './start-fault.js';
import { systemEnvironment } from './system-environment.js';
import { isTcpdumpChatter, tcpdumpCounts, tcpdumpMessage } from './tcpdump-report.js';

/** Counts are asked for at every so many beats. */
const ASK_EVERY = 5;
const PROBE_PATIENCE = 5000;

export interface TcpdumpOptions {
  readonly interface: string;
  readonly filter: string;
  readonly bufferMib: number;
  readonly snapLength: number;
  readonly promiscuous: boolean;
  readonly program: string;
}

/** Who is told the counts, since tcpdump began. */
interface Counted {
  statistics(received: number, dropped: number): void;
}

/** Runs tcpdump, which tells its counts on SIGUSR1. */
export class TcpdumpDriver implements Driver {
  readonly program: string;
  readonly args: readonly string[];
  readonly stdin = 'ignore';
  written: number | undefined = undefined;
  complaint = '';

  private readonly options: TcpdumpOptions;
  private readonly counted: Counted;
  private listening = false;
  private beats = 0;
  private received = 0;
  private dropped = 0;

  constructor(options: TcpdumpOptions, counted: Counted) {
    this.options = options;
    this.counted = counted;
    this.program = options.program;
    this.args = argumentsOf(options);
  }

  line(line: string): boolean {
    const counts = tcpdumpCounts(line);
    if (counts === undefined) {
      if (line.includes('listening on')) this.listening = true;
      if (!isTcpdumpChatter(line)) this.complaint = tcpdumpMessage(line);
      return false;
    }
    const { captured, received = this.received, dropped = this.dropped } = counts;
    if (captured !== undefined) this.written = grown(this.written ?? 0, captured);
    this.received = grown(this.received, received);
    this.dropped = grown(this.dropped, dropped);
    this.counted.statistics(this.received, this.dropped);
    return true;
  }

  beat(child: ChildProcess): void {
    // Before it listens, the signal would end it. The first answer comes early.
    if (this.listening && this.beats++ % ASK_EVERY === 1) child.kill('SIGUSR1');
  }

  end(child: ChildProcess): void {
    child.kill('SIGTERM');
  }

  async explain(): Promise<StartProblem> {
    const { complaint: message } = this;
    const kind = faultOfMessage(message);
    return { kind: kind === 'other' && (await this.dislikesFilter()) ? 'filter' : kind, message };
  }

  /** Whether tcpdump compiles for this interface no filter, but not this one. */
  private async dislikesFilter(): Promise<boolean> {
    const { filter, interface: name } = this.options;
    if (filter === '' || (await this.compiles(['-i', name, '-d', '--', filter]))) return false;
    return await this.compiles(['-i', name, '-d']);
  }

  private compiles(args: readonly string[]): Promise<boolean> {
    const options = { env: systemEnvironment(), timeout: PROBE_PATIENCE };
    return new Promise((resolve) => {
      execFile(this.program, args, options, (error) => resolve(error === null));
    });
  }
}

function argumentsOf(options: TcpdumpOptions): string[] {
  const { filter, bufferMib, snapLength, promiscuous } = options;
  return [
    ...['-i', options.interface, '-n', '-U'],
    // Without it a packet waits in the ring for up to a second.
    '--immediate-mode',
    ...['-s', String(snapLength), '-B', String(bufferMib * 1024)],
    '--time-stamp-precision=nano',
    ...(promiscuous ? [] : ['-p']),
    ...['-w', '-', '--'],
    ...(filter === '' ? [] : [filter]),
  ];
}

/** A count of 32 bits that is now `now`, and before was `before` without its overflows. */
function grown(before: number, now: number): number {
  return before + ((now - before) >>> 0);
}
