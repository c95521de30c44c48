import type { Alert } from '../incident/alert.js';
import { EventSink } from '../outputs/event-sink.js';
import { fileDestination } from '../outputs/file-destination.js';
import { LineWriter } from '../outputs/line-writer.js';
import type { SinkStatus } from '../outputs/sink-status.js';
import type { Log } from './log.js';

/** The event file cannot be written. The message is one line. */
export class EventFileError extends Error {}

/** How long the last events of a file that is no longer wanted may take (ms). */
const LAST_EVENTS = 4000;

/** The file that alerts are appended to; it may be another, or none, after a reload. */
export class EventFile {
  private readonly log: Log;
  /** Until it was opened for the first time: who starts it tells why it cannot be. */
  private starting = true;
  private path: string | undefined;
  private writer: LineWriter | undefined;
  private sink: EventSink;

  constructor(path: string | undefined, log: Log) {
    this.log = log;
    this.path = path;
    this.writer = this.writerFor(path);
    this.sink = new EventSink(this.writer === undefined ? [] : [this.writer]);
  }

  /** Rejects with an EventFileError when it cannot be opened. */
  async open(): Promise<void> {
    const problem = await this.writer?.open();
    this.starting = false;
    if (problem !== undefined) throw new EventFileError(problem);
  }

  alert(alert: Alert): void {
    this.sink.alert(alert);
  }

  reopen(): void {
    this.sink.reopen();
  }

  change(path: string | undefined): void {
    if (path === this.path) return;
    void this.sink.close(LAST_EVENTS);
    this.path = path;
    this.writer = this.writerFor(path);
    this.sink = new EventSink(this.writer === undefined ? [] : [this.writer]);
    void this.writer?.open();
  }

  status(): SinkStatus[] {
    return this.sink.status();
  }

  async close(deadlineMs: number): Promise<void> {
    await this.sink.close(deadlineMs);
  }

  private writerFor(path: string | undefined): LineWriter | undefined {
    if (path === undefined) return undefined;
    return new LineWriter(fileDestination(path), {
      sink: 'events',
      onProblem: (problem) => {
        if (this.starting) return;
        if (problem === undefined) this.log.info('events', 'are written again');
        else this.log.error('events', `${problem}; they wait`);
      },
    });
  }
}
