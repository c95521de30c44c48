import { performance } from 'node:perf_hooks';
import type { Sensor } from '../sensor.js';
import type { Counters } from '../telemetry/counters.js';

const INTERVAL_MS = 1000;
/** So far behind the clock time is let pass where no packet tells it (seconds). */
const HELD_BACK = 1;

/**
 * Lets time pass on a line where nothing comes: a request that is never answered, or an incident
 * that is over, must be told without waiting for the next packet. As long as frames come, they
 * alone tell the time. Afterwards a steady clock goes on from there, since the wall clock may be
 * set while nothing comes.
 */
export class Ticker {
  private readonly sensor: Sensor;
  private readonly counters: Counters;
  private framesBefore = 0;
  /** Packet time and steady time (seconds) from which time goes on. */
  private from = { packet: 0, steady: 0 };
  private timer: NodeJS.Timeout | undefined;
  /** Seconds by which the last frames lag behind the wall clock; 0 when none came lately. */
  lag = 0;

  constructor(sensor: Sensor, counters: Counters) {
    this.sensor = sensor;
    this.counters = counters;
  }

  start(): void {
    this.from = { packet: Date.now() / 1000, steady: performance.now() / 1000 };
    this.timer = setInterval(() => {
      this.tick(Date.now() / 1000, performance.now() / 1000);
    }, INTERVAL_MS);
  }

  stop(): void {
    clearInterval(this.timer);
  }

  /** Both clocks in seconds. */
  tick(wallClock: number, steady: number): void {
    const { frames } = this.counters;
    const { now } = this.sensor;
    const idle = frames === this.framesBefore;
    this.framesBefore = frames;
    if (idle) {
      this.lag = 0;
      this.sensor.advance(this.from.packet + (steady - this.from.steady) - HELD_BACK);
    } else {
      this.lag = Math.max(0, wallClock - now);
      this.from = { packet: now, steady };
    }
  }
}
