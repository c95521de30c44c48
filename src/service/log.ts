import { fstatSync } from 'node:fs';
import { printable } from '../incident/printable.js';
import { LineWriter } from '../outputs/line-writer.js';
import type { SinkStatus } from '../outputs/sink-status.js';
import { RepeatFilter } from './repeat-filter.js';
import { standardStream } from './standard-stream.js';

/** From the gravest. */
export const LOG_LEVELS = ['error', 'warning', 'info', 'debug'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];
export type LogFormat = 'text' | 'json';

export interface LogOptions {
  readonly level: LogLevel;
  readonly format: LogFormat;
  /** Lines begin with `<3>` to `<7>` in place of the time, as sd-daemon(3) has it. */
  readonly journal: boolean;
}

/** Priorities of syslog(3). */
const PRIORITY: Record<LogLevel, number> = { error: 3, warning: 4, info: 6, debug: 7 };
/** Longest line (characters). */
const MAX_LENGTH = 2000;

/**
 * What the program says of itself: one line for each event, made safe to show. A fault that goes on
 * cannot flood it: what repeats is held back, and told as one line with a count.
 */
export class Log {
  private readonly writer: LineWriter;
  private readonly repeats: RepeatFilter;
  private options: LogOptions;

  constructor(writer: LineWriter, options: LogOptions) {
    this.writer = writer;
    this.options = options;
    this.repeats = new RepeatFilter();
  }

  /** `topic` is what it is about, such as `capture eth0`; it is followed by a colon. */
  error(topic: string, message: string): void {
    this.tell('error', topic, message);
  }

  warning(topic: string, message: string): void {
    this.tell('warning', topic, message);
  }

  info(topic: string, message: string): void {
    this.tell('info', topic, message);
  }

  debug(topic: string, message: string): void {
    this.tell('debug', topic, message);
  }

  /** Level and format may change while the program runs. */
  configure(options: Pick<LogOptions, 'level' | 'format'>): void {
    this.options = { ...this.options, ...options };
  }

  /** Lines that were held back since they repeated others. */
  get folded(): number {
    return this.repeats.held;
  }

  status(): SinkStatus {
    return this.writer.status();
  }

  /** Tells what was held back, and writes what waits, for so long at most (ms). */
  async close(deadlineMs: number): Promise<void> {
    this.repeats.end();
    await this.writer.close(deadlineMs);
  }

  private tell(level: LogLevel, topic: string, message: string): void {
    if (LOG_LEVELS.indexOf(level) > LOG_LEVELS.indexOf(this.options.level)) return;
    this.repeats.pass(topic, message, (text) => this.line(level, topic, text), level);
  }

  private line(level: LogLevel, topic: string, message: string): void {
    const { format, journal } = this.options;
    const time = new Date().toISOString();
    const priority = journal ? `<${PRIORITY[level]}>` : '';
    if (format === 'json') {
      const parts = { topic: printable(topic), message: printable(message, MAX_LENGTH) };
      this.writer.write(`${priority}${JSON.stringify({ time, level, ...parts })}`);
      return;
    }
    const head = journal ? priority : `${time.replace(/\.\d+Z$/, 'Z')} ${level} `;
    this.writer.write(head + printable(`${topic}: ${message}`, MAX_LENGTH));
  }
}

/** The log of this process, on standard error. */
export function standardLog(options: Pick<LogOptions, 'level' | 'format'>): Log {
  const writer = new LineWriter(standardStream(2), { sink: 'log' });
  return new Log(writer, { ...options, journal: isJournal(process.env.JOURNAL_STREAM) });
}

/** Whether standard error is the journal: `device:inode` of its socket, see systemd.exec(5). */
export function isJournal(stream: string | undefined): boolean {
  if (stream === undefined) return false;
  try {
    const { dev, ino } = fstatSync(2, { bigint: true });
    return stream === `${dev}:${ino}`;
  } catch {
    return false;
  }
}
