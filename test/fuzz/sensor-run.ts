import { eveLine } from '../../src/outputs/eve.js';
import type { LoadedSignatures } from '../../src/rules/load.js';
import { DEFAULT_PORTS } from '../../src/sensor/default-ports.js';
import { Sensor } from '../../src/sensor.js';
import { Counters } from '../../src/telemetry/counters.js';
import type { SavedEntry } from '../../src/telemetry/saved-entry.js';
import { mix, mixText } from './behaviours.js';
import { CounterWatch } from './counter-watch.js';
import { expect } from './fault.js';
import type { Input, Piece } from './piece.js';

/** When inputs begin: each one later than the one before. */
const START = Date.UTC(2026, 0, 15, 12) / 1000;
/** An alert is cut to size in every part; a line that is longer than this was not. */
const LONGEST_LINE = 256 * 1024;
/** Controls, line separators, and halves of a pair. */
const UNSAFE = /[\p{Cc}\p{Zl}\p{Zp}\p{Cs}]/u;

/** A whole sensor with signatures, and what it said. */
export class SensorRun {
  /** Milliseconds that the last frame took, with the alerts that it made. */
  spent = 0;
  /** What the last frame did: the counters that grew, and what was observed. */
  behaviour = 0;
  /** A digest of all alerts so far. */
  digest = 0;
  alerts = 0;
  /** Packet time of the last frame. */
  now = START;
  readonly sensor: Sensor;
  private readonly counters = new Counters();
  private readonly watch: CounterWatch;
  private readonly lines: string[] = [];

  constructor(signatures: LoadedSignatures) {
    this.sensor = new Sensor({
      signatures,
      counters: this.counters,
      ports: DEFAULT_PORTS,
      onAlert: (alert) => this.lines.push(eveLine(alert)),
    });
    this.sensor.beginCapture('fuzz');
    this.watch = new CounterWatch(this.counters);
  }

  /** A frame at its own time plus `shift`. */
  frame(piece: Piece, shift: number): void {
    const { bytes, originalLength, linkType } = piece;
    this.now = piece.time + shift;
    const begin = performance.now();
    this.sensor.frame(bytes, 0, bytes.length, this.now, originalLength, linkType);
    this.spent = performance.now() - begin;
    this.behaviour = this.watch.step();
    this.takeLines();
  }

  /** All frames of an input, the first one `gap` seconds behind the last one before. */
  feed(input: Input, gap: number, each: () => void = () => {}): void {
    const shift = this.shiftFor(input, gap);
    for (const piece of input) {
      this.frame(piece, shift);
      each();
    }
  }

  /** The same, with time passing between the frames, in steps, as on a live interface. */
  feedTicking(input: Input, gap: number): void {
    const shift = this.shiftFor(input, gap);
    for (const piece of input) {
      const next = piece.time + shift;
      const step = (next - this.sensor.now) / 3;
      // Only where time goes on, and not by a leap that the packets after may undo.
      if (step > 0 && step < 1000) {
        for (let i = 1; i <= 2; i++) this.sensor.advance(this.sensor.now + step);
      }
      this.frame(piece, shift);
    }
  }

  finish(): void {
    this.sensor.finish();
    this.watch.step();
    this.takeLines();
  }

  /** No table holds more than its limit, and what is shown of incidents can be written. */
  check(): void {
    for (const { table, entries, limit, evicted } of this.sensor.tables()) {
      const inside = entries >= 0 && entries <= limit && evicted >= 0;
      expect(inside, 'a table keeps its limit', () => `${table}: ${entries} of ${limit}`);
    }
    for (const incident of this.sensor.incidents.all()) {
      checkLine(eveLine(this.sensor.incidents.alertOf(incident)));
    }
  }

  /** What is saved for a restart is taken in again, all of it, and saved in the same words. */
  checkRestart(signatures: LoadedSignatures): void {
    const saved = [...this.sensor.save()].map((entry) => JSON.stringify(entry));
    const next = new SensorRun(signatures);
    const { skipped } = next.sensor.restore(saved.map((line) => JSON.parse(line) as SavedEntry));
    expect(skipped === 0, 'what is saved can be taken in', () => `${skipped} skipped`);
    const again = [...next.sensor.save()].map((entry) => JSON.stringify(entry));
    const lost = saved.find((line, i) => line !== again[i]);
    expect(lost === undefined, 'what is taken in is what was saved', () => lost);
  }

  /** Entries of all tables together. */
  entries(): number {
    return this.sensor.tables().reduce((sum, { entries }) => sum + entries, 0);
  }

  /** What the last frame made grow, for people. */
  kind(): string {
    return this.watch.grownNames().join(' ');
  }

  private shiftFor(input: Input, gap: number): number {
    return this.now + gap - input[0]!.time;
  }

  private takeLines(): void {
    if (this.lines.length === 0) return;
    for (const line of this.lines) {
      checkLine(line);
      this.digest = mixText(this.digest, line);
      const { sipseer } = JSON.parse(line) as { sipseer: { rule: string; state: string } };
      this.behaviour = mixText(mix(this.behaviour, 8), sipseer.rule + sipseer.state);
    }
    this.alerts += this.lines.length;
    this.lines.length = 0;
  }
}

/** One line of JSON, and nothing in it that steers a terminal or ends a line. */
export function checkLine(line: string): void {
  expect(line.endsWith('\n'), 'an alert is one line');
  const text = line.slice(0, -1);
  expect(!UNSAFE.test(text), 'an alert holds no control character', () => JSON.stringify(text));
  expect(text.length <= LONGEST_LINE, 'an alert is cut to size', () => text.length);
  expect(JSON.parse(text) !== null, 'an alert is JSON');
}
