import type { Alert } from '../incident/alert.js';
import { incidentList } from './incident-list.js';
import { counted, type Paint, wrap } from './text-layout.js';
import { clockTime } from './timestamp.js';

/** Incidents whose last state is remembered, to tell what is new of an update. */
const REMEMBERED = 10_000;

/**
 * Alerts for people who watch, as they happen: the whole story when an incident opens or gets
 * worse, one line when it only goes on or is over.
 */
export class AlertText {
  private readonly told = new Map<string, string>();
  private readonly width: number;
  private readonly paint: Paint;

  constructor(width: number, paint: Paint) {
    this.width = width;
    this.paint = paint;
  }

  /** Lines with their ends. */
  of(alert: Alert): string {
    const { incidentId, state, severity, stage, tools, sourceIp, count } = alert;
    const at = `${clockTime(alert.time)} UTC`;
    const now = `${severity}/${stage}/${tools.join()}`;
    const before = this.told.get(incidentId);
    this.told.delete(incidentId);
    if (state === 'close') {
      return this.line(`${at}  ${sourceIp}: closed, after ${counted(count, 'request')}`);
    }
    this.told.set(incidentId, now);
    if (this.told.size > REMEMBERED) this.told.delete(this.told.keys().next().value!);
    if (now === before) {
      return this.line(`${at}  ${sourceIp}: goes on, ${counted(count, 'request')} so far`);
    }
    const what = state === 'open' ? 'new' : 'got worse, or more is known';
    return `${this.line(`${at}  ${what}`)}${incidentList([alert], this.width, this.paint)}\n`;
  }

  private line(text: string): string {
    return `${wrap(text, this.width, 0)
      .map((line) => this.paint('dim', line))
      .join('\n')}\n`;
  }
}
