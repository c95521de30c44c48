import { type ChildProcess, spawn } from 'node:child_process';
import { type FrameSink, NotACaptureError } from '../capture/frames.js';
import { PcapReader } from '../capture/pcap-reader.js';
import type { Counters } from '../telemetry/counters.js';
import type { RestartReason } from './capture-status.js';
import type { ChildEnd } from './child-end.js';
import type { Driver } from './driver.js';
import { StderrLines } from './stderr-lines.js';
import { systemEnvironment } from './system-environment.js';

/** Fits a few reads of the pipe; it grows for frames that are longer. */
const CHUNK_LENGTH = 256 * 1024;

export interface ChildListener {
  /** The header of its stream was read. */
  began(): void;
  /** It is gone, and everything it wrote was read. */
  ended(end: ChildEnd): Promise<void>;
}

/** One child process from its start to its end: its stream goes through a reader to the sink. */
export class CaptureChild {
  readonly reader: PcapReader;
  readonly driver: Driver;
  /** The header of its stream was read. */
  began = false;

  private readonly process: ChildProcess;
  private readonly listener: ChildListener;
  private spawnError: NodeJS.ErrnoException | undefined = undefined;
  private abandoned: ChildEnd['abandoned'] = undefined;
  /** Beats since it last gave any sign of life, and since bytes of its stream came. */
  private silent = 0;
  private quiet = 0;

  constructor(
    driver: Driver,
    name: string,
    sink: FrameSink,
    counters: Counters,
    listener: ChildListener,
  ) {
    this.driver = driver;
    this.listener = listener;
    this.reader = new PcapReader(sink, counters, name, CHUNK_LENGTH);
    this.process = spawn(driver.program, driver.args, {
      stdio: [driver.stdin, 'pipe', 'pipe'],
      env: systemEnvironment(),
      // Ctrl-C is for us: what the child has read is still wanted then.
      detached: true,
    });
    this.watch();
  }

  get pid(): number | undefined {
    return this.process.pid;
  }

  /** Called at regular times. The child is hung when it was silent for `mostSilent` beats. */
  beat(mostSilent: number): void {
    this.silent++;
    this.quiet++;
    this.driver.beat(this.process);
    // Beats and not a clock: while this process is too busy to read, it does not beat either.
    if (this.silent > mostSilent) this.abandon('hang', 'it gave no sign of life');
    const { written } = this.driver;
    const read = this.reader.outlet.frames;
    if (written !== undefined && this.quiet > 2 && written > read) {
      this.abandon('stream', `it wrote ${written} packets, and ${read} came`);
    }
  }

  /** Ends it at once. The first reason stays. */
  abandon(reason: RestartReason, detail: string): void {
    this.abandoned ??= { reason, detail };
    this.process.kill('SIGKILL');
  }

  /** Asks it to end; what it has written is still read. `within`: patience in milliseconds. */
  end(within: number): void {
    this.driver.end(this.process);
    const timer = setTimeout(() => this.process.kill('SIGKILL'), within);
    this.process.once('close', () => clearTimeout(timer));
  }

  private watch(): void {
    const { process: child, driver } = this;
    const lines = new StderrLines((line) => {
      if (driver.line(line)) this.silent = 0;
    });
    child.stderr?.on('data', (bytes: Buffer) => lines.write(bytes));
    child.stderr?.on('end', () => lines.end());
    child.stdout?.on('data', (bytes: Buffer) => this.read(bytes));
    // A pipe that breaks is the end of the child, which is told by itself.
    for (const stream of child.stdio ?? []) stream?.on('error', () => {});
    child.on('error', (error) => {
      // Also told of a signal that could not be delivered to a living child.
      if (child.pid === undefined) this.spawnError = error;
    });
    child.on('close', (code, signal) => this.close(code, signal));
  }

  private read(bytes: Buffer): void {
    this.silent = 0;
    this.quiet = 0;
    if (this.abandoned?.reason === 'stream') return;
    try {
      this.reader.write(bytes);
    } catch (error) {
      if (!(error instanceof NotACaptureError)) throw error;
      this.abandon('stream', error.message);
    }
    if (this.reader.stopped) this.abandon('stream', this.reader.warning ?? 'corrupt');
    if (!this.began && this.reader.outlet.declaredLinkType >= 0) {
      this.began = true;
      this.listener.began();
    }
    // One chunk in a turn of the event loop: by itself a full pipe is read up to 32 times in one,
    // and whoever asks over HTTP would wait for all of them.
    const { stdout } = this.process;
    stdout?.pause();
    setImmediate(() => stdout?.resume());
  }

  private close(code: number | null, signal: NodeJS.Signals | null): void {
    const { began, spawnError, abandoned } = this;
    void this.listener.ended({ began, spawnError, code, signal, abandoned });
  }
}
