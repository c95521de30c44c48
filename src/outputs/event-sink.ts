import type { Alert } from '../incident/alert.js';
import { eveLine } from './eve.js';
import type { LineWriter } from './line-writer.js';
import type { SinkStatus } from './sink-status.js';

/** Alerts as EVE lines: to a file, to standard output, or to both. */
export class EventSink {
  private readonly writers: readonly LineWriter[];

  constructor(writers: readonly LineWriter[]) {
    this.writers = writers;
  }

  alert(alert: Alert): void {
    if (this.writers.length === 0) return;
    const line = eveLine(alert);
    for (const writer of this.writers) writer.write(line);
  }

  /** Opens files anew, as after logrotate. */
  reopen(): void {
    for (const writer of this.writers) writer.reopen();
  }

  status(): SinkStatus[] {
    return this.writers.map((writer) => writer.status());
  }

  /** Writes what waits, for so long at most (ms). */
  async close(deadlineMs: number): Promise<void> {
    await Promise.all(this.writers.map((writer) => writer.close(deadlineMs)));
  }
}
