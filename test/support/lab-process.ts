import { type ChildProcess, spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';

/** A line of standard output, and when it arrived (seconds since 1970). */
export interface TimedLine {
  readonly text: string;
  readonly at: number;
}

/** A program that a test has started: what it said, and a way to end it. */
export class LabProcess {
  readonly lines: TimedLine[] = [];
  /** Everything on standard error so far. */
  stderr = '';
  /** The exit code, or the signal that ended it; undefined while it runs. */
  exit: number | NodeJS.Signals | undefined;
  readonly child: ChildProcess;
  /** Told of each line as it arrives. */
  onLine: (line: TimedLine) => void = () => {};
  private readonly ended: Promise<void>;

  constructor(command: string, args: readonly string[], env: NodeJS.ProcessEnv = {}) {
    const { NO_COLOR: _, FORCE_COLOR: __, NODE_OPTIONS: ___, ...rest } = process.env;
    this.child = spawn(command, args, { stdio: 'pipe', env: { ...rest, ...env } });
    this.child.stdin?.on('error', () => {}); // it may end before it has read everything
    let open = '';
    this.child.stdout?.setEncoding('utf8').on('data', (chunk: string) => {
      const at = Date.now() / 1000;
      const parts = (open + chunk).split('\n');
      open = parts.pop()!;
      for (const text of parts) {
        this.lines.push({ text, at });
        this.onLine({ text, at });
      }
    });
    this.child.stderr?.setEncoding('utf8').on('data', (text: string) => (this.stderr += text));
    this.ended = new Promise((resolve) => {
      const end = (exit: number | NodeJS.Signals) => {
        this.exit ??= exit;
        resolve();
      };
      this.child.on('error', (error) => {
        this.stderr += error.message;
        end(-1);
      });
      this.child.on('close', (code, signal) => end(code ?? signal ?? -1));
      // Children of its own that outlive it keep its output open.
      this.child.on('exit', (code, signal) => setTimeout(end, 1000, code ?? signal ?? -1));
    });
  }

  /** Waits until `holds`, and fails with what the program said when it ends or takes too long. */
  async until(what: string, holds: () => boolean | Promise<boolean>, seconds = 20): Promise<void> {
    const last = Date.now() + seconds * 1000;
    while (!(await holds())) {
      if (this.exit !== undefined) throw new Error(`${what}: it ended: ${this.stderr}`);
      if (Date.now() > last) throw new Error(`${what}: not within ${seconds} s: ${this.stderr}`);
      await sleep(50);
    }
  }

  /** Waits for its end; kills it after `seconds`. */
  async end(seconds = 30): Promise<void> {
    const timer = setTimeout(() => this.child.kill('SIGKILL'), seconds * 1000);
    await this.ended;
    clearTimeout(timer);
  }

  /** Asks it to end, waits, and kills it if it does not. */
  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    if (this.exit === undefined) this.child.kill(signal);
    await this.end(10);
  }
}
