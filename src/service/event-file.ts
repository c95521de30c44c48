import type { Alert } from '../incident/alert.js';
import { EventSink } from '../outputs/event-sink.js';
import { fileDestination } from '../outputs/file-destination.js';
import { LineWriter } from '../outputs/line-writer.js';
import type { SinkStatus } from '../outputs/sink-status.js';
import type { Log } from './log.js';

/** The event file cannot be written. The message is one line. */
export class EventFileError extends Error {}

/** A file that is open and not yet appended to. */
export interface PreparedFile {
  use(): void;
  drop(): void;
}

/** How long the last events of a file that is no longer wanted may take (ms). */
const LAST_EVENTS = 4000;

/** The file that alerts are appended to; it may be another, or none, after a reload. */
export class EventFile {
  private readonly log: Log;
  private path: string | undefined;
  private writer: LineWriter | undefined;
  private sink = new EventSink([]);
  /** Files that are no longer wanted: their last events may still be on the way. */
  private readonly former: LineWriter[] = [];
  /** What those wrote that are done. */
  private readonly past = { written: 0, dropped: 0, errors: 0 };

  constructor(log: Log) {
    this.log = log;
  }

  alert(alert: Alert): void {
    this.sink.alert(alert);
  }

  reopen(): void {
    this.sink.reopen();
  }

  /**
   * Opens the file that is to be appended to, none for undefined. Rejects with an EventFileError
   * when it cannot be opened. Nothing is changed until the result is put to use.
   */
  async prepare(path: string | undefined): Promise<PreparedFile> {
    if (path === this.path) return { use: () => {}, drop: () => {} };
    const writer = path === undefined ? undefined : await this.open(path);
    return {
      use: () => this.use(path, writer),
      drop: () => void writer?.close(0),
    };
  }

  /** Counts go on when the file becomes another. */
  status(): SinkStatus[] {
    const all = [...this.former, ...(this.writer === undefined ? [] : [this.writer])];
    const statuses = all.map((writer) => writer.status());
    const last = statuses.at(-1);
    if (last === undefined) return [];
    const { past } = this;
    const sum = (of: (status: SinkStatus) => number) =>
      statuses.reduce((total, status) => total + of(status), 0);
    return [
      {
        sink: 'events',
        written: past.written + sum(({ written }) => written),
        dropped: past.dropped + sum(({ dropped }) => dropped),
        errors: past.errors + sum(({ errors }) => errors),
        queued: sum(({ queued }) => queued),
        problem: last.problem,
      },
    ];
  }

  async close(deadlineMs: number): Promise<void> {
    await this.sink.close(deadlineMs);
  }

  private use(path: string | undefined, writer: LineWriter | undefined): void {
    const { writer: before } = this;
    this.path = path;
    this.writer = writer;
    this.sink = new EventSink(writer === undefined ? [] : [writer]);
    if (before !== undefined) void this.retire(before);
  }

  private async open(path: string): Promise<LineWriter> {
    const writer = new LineWriter(fileDestination(path), {
      sink: 'events',
      onProblem: (problem) => {
        if (problem === undefined) this.log.info('events', 'are written again');
        else this.log.error('events', `${problem}; they wait`);
      },
    });
    const problem = await writer.open();
    if (problem === undefined) return writer;
    await writer.close(0);
    throw new EventFileError(problem);
  }

  private async retire(writer: LineWriter): Promise<void> {
    this.former.push(writer);
    await writer.close(LAST_EVENTS);
    const { written, dropped, errors } = writer.status();
    this.past.written += written;
    this.past.dropped += dropped;
    this.past.errors += errors;
    this.former.splice(this.former.indexOf(writer), 1);
  }
}
