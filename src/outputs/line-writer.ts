import { type Destination, isGone, type Outlet, problemText } from './destination.js';
import { LineQueue } from './line-queue.js';
import type { SinkStatus } from './sink-status.js';

export interface LineWriterOptions {
  /** A short fixed name for the status: `events`, `stdout`, `log`. */
  readonly sink: string;
  /** Lines and bytes that wait at most; what comes when they do is dropped. */
  readonly maxLines?: number;
  readonly maxBytes?: number;
  /** The destination is gone for good: told once. What comes after is dropped. */
  readonly onBroken?: (problem: string) => void;
  /** A problem began, became another, or (undefined) is over. */
  readonly onProblem?: (problem: string | undefined) => void;
}

const MAX_LINES = 10_000;
const MAX_BYTES = 8 * 1024 * 1024;
/** Pauses double from the first to the last (ms): there is no room just now; there was an error. */
const FULL_PAUSE = { first: 5, last: 80 } as const;
const ERROR_PAUSE = { first: 100, last: 5000 } as const;

/**
 * Writes lines in order without ever blocking or throwing. Lines wait in a bounded queue; when it is
 * full, new ones are dropped and counted. What cannot be written is tried again, and no line is torn
 * by that: it is gone on with where its beginning still stands, else written anew on its own line.
 */
export class LineWriter {
  private readonly destination: Destination;
  private readonly options: LineWriterOptions;
  private readonly queue: LineQueue;
  private outlet: Outlet | undefined;
  private running = false;
  private closed = false;
  private broken = false;
  private reopening = false;
  private pauses = 0;
  private resume: (() => void) | undefined;
  private idle: (() => void)[] = [];
  private written = 0;
  private dropped = 0;
  private errors = 0;
  private problem: string | undefined;

  constructor(destination: Destination, options: LineWriterOptions) {
    this.destination = destination;
    this.options = options;
    this.queue = new LineQueue(options.maxLines ?? MAX_LINES, options.maxBytes ?? MAX_BYTES);
  }

  /** Opens the destination now. Resolves to what is wrong, which is tried again when lines come. */
  async open(): Promise<string | undefined> {
    if (!this.running && this.outlet === undefined && !this.closed) {
      this.running = true;
      await this.attempt(() => this.openOutlet());
      void this.run();
    }
    return this.problem;
  }

  /** Takes one line, with or without its line end; false when it was dropped. */
  write(line: string): boolean {
    const taken =
      !this.closed && !this.broken && this.queue.add(line.endsWith('\n') ? line : `${line}\n`);
    if (!taken) this.dropped++;
    this.start();
    return taken;
  }

  /** Goes on in a file newly opened under the same path, as after logrotate. */
  reopen(): void {
    if (!this.destination.reopens || this.closed) return;
    this.reopening = true;
    this.hurry();
    this.start();
  }

  /** Resolves when nothing waits any more (true), or after so many milliseconds (false). */
  async flush(deadlineMs: number): Promise<boolean> {
    this.hurry();
    this.start();
    if (!this.running) return this.queue.length === 0;
    let timer: NodeJS.Timeout | undefined;
    const deadline = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, deadlineMs);
    });
    await Promise.race([deadline, new Promise<void>((resolve) => this.idle.push(resolve))]);
    clearTimeout(timer);
    return this.queue.length === 0;
  }

  /** Writes what waits, for so long at most; the rest is dropped and counted. */
  async close(deadlineMs = 1000): Promise<void> {
    if (this.closed) return;
    await this.flush(deadlineMs);
    this.closed = true;
    this.dropped += this.queue.clear();
    this.hurry();
    // A write that does not return keeps its file; waiting for it could last for ever.
    if (!this.running) await this.closeOutlet();
  }

  status(): SinkStatus {
    const { written, dropped, errors, problem } = this;
    return {
      sink: this.options.sink,
      written,
      dropped,
      errors,
      queued: this.queue.length,
      problem,
    };
  }

  private start(): void {
    if (this.running || !this.hasWork()) return;
    this.running = true;
    // A turn later, so that lines written together go out together.
    setImmediate(() => void this.run());
  }

  private hasWork(): boolean {
    return !this.broken && (this.reopening || this.queue.length > 0);
  }

  private async run(): Promise<void> {
    while (this.hasWork()) {
      const result = await this.attempt(() => this.step());
      if (result === 'done') this.pauses = 0;
      else await this.pause(result === 'full' ? FULL_PAUSE : ERROR_PAUSE);
    }
    this.running = false;
    if (this.closed || this.broken) await this.closeOutlet();
    for (const resolve of this.idle.splice(0)) resolve();
  }

  /** One try: opens if need be, and writes once. */
  private async step(): Promise<'done' | 'full'> {
    if (this.reopening) {
      this.reopening = false;
      await this.closeOutlet();
    }
    const outlet = this.outlet ?? (await this.openOutlet());
    if (this.queue.length === 0) return 'done';
    const { bytes, from } = this.queue.next();
    const count = await outlet.write(bytes, from);
    if (count === 0) return 'full';
    // If it was closed meanwhile, the lines are counted as dropped already.
    if (!this.closed) this.written += this.queue.wrote(count);
    this.setProblem(undefined);
    return 'done';
  }

  private async openOutlet(): Promise<Outlet> {
    const outlet = await this.destination.open();
    this.outlet = outlet;
    if (!this.destination.reopens) return outlet;
    const begun = this.queue.begun();
    const tail = (await outlet.tail(Math.max(1, begun.length))) ?? Buffer.alloc(0);
    if (begun.length === 0 || !tail.equals(begun)) {
      this.queue.restart(tail.length > 0 && !tail.toString('latin1').endsWith('\n'));
    }
    // With lines waiting, it is all right when they are written.
    if (this.queue.length === 0) this.setProblem(undefined);
    return outlet;
  }

  private async attempt<T>(action: () => Promise<T>): Promise<T | 'failed'> {
    try {
      return await action();
    } catch (error) {
      await this.fail(error);
      return 'failed';
    }
  }

  private async fail(error: unknown): Promise<void> {
    this.errors++;
    const problem = problemText(this.destination, error);
    this.setProblem(problem);
    if (this.destination.reopens) await this.closeOutlet();
    else if (isGone(error) && !this.broken) {
      this.broken = true;
      this.dropped += this.queue.clear();
      this.options.onBroken?.(problem);
    }
  }

  private setProblem(problem: string | undefined): void {
    if (problem === this.problem) return;
    this.problem = problem;
    this.options.onProblem?.(problem);
  }

  private async closeOutlet(): Promise<void> {
    const { outlet } = this;
    this.outlet = undefined;
    try {
      await outlet?.close();
    } catch {
      // What was written was told by write(); there is nothing to do about a failed close.
    }
  }

  private async pause({ first, last }: { first: number; last: number }): Promise<void> {
    if (!this.hasWork()) return;
    const wait = Math.min(last, first * 2 ** Math.min(this.pauses, 16));
    this.pauses++;
    await new Promise<void>((resolve) => {
      this.resume = resolve;
      setTimeout(resolve, wait).unref();
    });
    this.resume = undefined;
  }

  /** Ends a pause, and begins with short ones again. */
  private hurry(): void {
    this.pauses = 0;
    this.resume?.();
  }
}
