import type { Alert } from '../incident/alert.js';
import type { Raised } from '../incident/history.js';
import { incidentList } from './incident-list.js';
import { counted, type Paint, wrap } from './text-layout.js';
import { clockTime } from './timestamp.js';
import { whoText } from './who.js';

/**
 * Alerts for people who watch, as they happen: the whole story when an incident opens or gets
 * worse, one line when it only goes on or is over.
 */
export class AlertText {
  private readonly width: number;
  private readonly paint: Paint;

  constructor(width: number, paint: Paint) {
    this.width = width;
    this.paint = paint;
  }

  /** Lines with their ends. */
  of(alert: Alert): string {
    const { state, count, raised } = alert;
    const at = `${clockTime(alert.time)} UTC`;
    const who = whoText(alert);
    if (state === 'close') {
      return this.line(`${at}  ${who}: closed, after ${counted(count, 'request')}`);
    }
    if (state === 'update' && raised === undefined) {
      return this.line(`${at}  ${who}: goes on, ${counted(count, 'request')} so far`);
    }
    const what = raised === undefined ? 'new' : raisedText(raised);
    return `${this.line(`${at}  ${what}`)}${incidentList([alert], this.width, this.paint)}\n`;
  }

  private line(text: string): string {
    return `${wrap(text, this.width, 0)
      .map((line) => this.paint('dim', line))
      .join('\n')}\n`;
  }
}

/** `worse: stage from recon to enumeration`, `its tool is known: sipvicious/svmap`. */
function raisedText({ stage, severity, confidence, tool }: Raised): string {
  const rises = Object.entries({ stage, severity, confidence }).flatMap(([name, rise]) =>
    rise === undefined ? [] : `${name} from ${rise.from} to ${rise.to}`,
  );
  const worse = rises.length === 0 ? [] : [`worse: ${rises.join(', ')}`];
  return [...worse, ...(tool === undefined ? [] : [`its tool is known: ${tool}`])].join('; ');
}
