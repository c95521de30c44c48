import type { Alert } from '../incident/alert.js';
import { AlertText } from '../outputs/alert-text.js';
import { eveLine } from '../outputs/eve.js';
import { LineWriter } from '../outputs/line-writer.js';
import type { SinkStatus } from '../outputs/sink-status.js';
import { standardStream } from '../service/standard-stream.js';
import { terminalOf } from './terminal.js';

interface PrintOptions {
  readonly json?: boolean;
  readonly quiet?: boolean;
  readonly color: boolean;
}

/** Alerts on standard output as they happen: text for people, or events with `--json`. */
export class AlertPrinter {
  private readonly writer: LineWriter | undefined;
  private readonly render: (alert: Alert) => string;

  /** `onBroken`: nobody reads standard output any more. */
  constructor({ json, quiet, color }: PrintOptions, onBroken: (problem: string) => void) {
    const silent = quiet === true && json !== true;
    this.writer = silent
      ? undefined
      : new LineWriter(standardStream(1), { sink: 'stdout', onBroken });
    const { width, paint } = terminalOf(process.stdout, color);
    const text = new AlertText(width, paint);
    this.render = json === true ? eveLine : (alert) => text.of(alert);
  }

  alert(alert: Alert): void {
    this.writer?.write(this.render(alert));
  }

  status(): SinkStatus[] {
    return this.writer === undefined ? [] : [this.writer.status()];
  }

  async close(deadlineMs: number): Promise<void> {
    await this.writer?.close(deadlineMs);
  }
}
