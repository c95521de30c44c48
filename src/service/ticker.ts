import type { Sensor } from '../sensor.js';
import type { Counters } from '../telemetry/counters.js';

const INTERVAL_MS = 1000;
/** So far behind the wall clock time is let pass where no packet tells it (seconds). */
const HELD_BACK = 1;

/**
 * Lets time pass on a line where nothing comes: a request that is never answered, or an incident
 * that is over, must be told without waiting for the next packet. As long as frames come, they
 * alone tell the time.
 */
export class Ticker {
  private readonly sensor: Sensor;
  private readonly counters: Counters;
  private framesBefore = 0;
  private timer: NodeJS.Timeout | undefined;
  /** Seconds by which the last frames lag behind the wall clock; 0 when none came lately. */
  lag = 0;

  constructor(sensor: Sensor, counters: Counters) {
    this.sensor = sensor;
    this.counters = counters;
  }

  start(): void {
    this.timer = setInterval(() => this.tick(Date.now() / 1000), INTERVAL_MS);
  }

  stop(): void {
    clearInterval(this.timer);
  }

  private tick(wallClock: number): void {
    const { frames } = this.counters;
    const idle = frames === this.framesBefore;
    this.framesBefore = frames;
    this.lag = idle ? 0 : Math.max(0, wallClock - this.sensor.now);
    if (idle) this.sensor.advance(wallClock - HELD_BACK);
  }
}
