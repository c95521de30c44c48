import { counted, grouped } from '../outputs/text-layout.js';
import type { Counters } from '../telemetry/counters.js';
import type { Terminal } from './terminal.js';

const INTERVAL_MS = 200;
const BAR_WIDTH = 20;

/** A piece of the line; the higher the rank, the sooner it gives way when room is short. */
type Part = readonly [text: string, rank: number];

/** The parts, in order, that fit `width` columns together. */
export function fitted(parts: readonly Part[], width: number): string {
  const kept = [...parts];
  const line = () => kept.map(([text]) => text).join('  ');
  while (kept.length > 1 && line().length > width) {
    const least = Math.max(...kept.map(([, rank]) => rank));
    kept.splice(
      kept.findIndex(([, rank]) => rank === least),
      1,
    );
  }
  return line().slice(0, Math.max(0, width));
}

/** A line on standard error that says how far a replay is; only where people look at it. */
export class Progress {
  private readonly stream: NodeJS.WriteStream;
  private readonly terminal: Terminal;
  private readonly counters: Counters;
  private readonly total: number;
  private readonly startedAt = performance.now();
  private shownAt = 0;
  private doneBefore = 0;
  private doneNow = 0;
  private shown = false;

  /** `total` bytes are to be read; 0 when that is not known. */
  constructor(stream: NodeJS.WriteStream, terminal: Terminal, counters: Counters, total: number) {
    this.stream = stream;
    this.terminal = terminal;
    this.counters = counters;
    this.total = total;
  }

  /** `bytes` of the current file are read. */
  at(bytes: number): void {
    this.doneNow = bytes;
    const now = performance.now();
    if (now - this.shownAt < INTERVAL_MS) return;
    this.shownAt = now;
    this.show(now);
  }

  nextFile(): void {
    this.doneBefore += this.doneNow;
    this.doneNow = 0;
  }

  /** Takes the line away. */
  clear(): void {
    if (this.shown) this.stream.write('\r\x1b[2K');
    this.shown = false;
  }

  private show(now: number): void {
    if (!this.terminal.redraws) return;
    const done = this.doneBefore + this.doneNow;
    const seconds = (now - this.startedAt) / 1000;
    const rate = done / Math.max(seconds, 0.001);
    const { frames, requests, responses, alerts } = this.counters;
    const parts: Part[] = [
      ...this.share(done, rate),
      [`${(rate / 1e6).toFixed(1)} MB/s`, 6],
      [counted(frames, 'packet'), 4],
      [`${grouped(requests + responses)} SIP`, 5],
      [counted(alerts, 'alert'), 2],
    ];
    this.stream.write(`\r\x1b[2K${fitted(parts, this.terminal.columns - 1)}`);
    this.shown = true;
  }

  private share(done: number, rate: number): Part[] {
    if (this.total === 0) return [[`${(done / 1e6).toFixed(1)} MB`, 0]];
    const share = Math.min(1, done / this.total);
    const filled = Math.round(share * BAR_WIDTH);
    const left = Math.ceil((this.total - done) / Math.max(rate, 1));
    return [
      [`[${'#'.repeat(filled)}${'-'.repeat(BAR_WIDTH - filled)}]`, 3],
      [`${Math.floor(share * 100)}%`, 0],
      [`${left} s left`, 1],
    ];
  }
}
