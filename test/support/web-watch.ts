import { setTimeout as sleep } from 'node:timers/promises';
import type { SensorProcess } from './sensor-process.js';

/** Asks a sensor again and again: whether it always answers, and how fast. */
export class WebWatch {
  /** HTTP status of each answer; 0: none came. */
  readonly statuses: number[] = [];
  /** Milliseconds until each answer was there. */
  readonly latencies: number[] = [];
  private readonly sensor: SensorProcess;
  private readonly every: number;
  private readonly paths: readonly string[];
  private readonly done: Promise<void>;
  private ending = false;

  /** `every`: the pause between two questions (ms); `paths` are asked for in turns. */
  constructor(sensor: SensorProcess, every = 50, paths = ['/metrics', '/api/v1/status']) {
    this.sensor = sensor;
    this.every = every;
    this.paths = paths;
    this.done = this.ask();
  }

  /** Resolves when the last answer is there. */
  async end(): Promise<void> {
    this.ending = true;
    await this.done;
  }

  private async ask(): Promise<void> {
    for (let turn = 0; !this.ending; turn++) {
      const began = performance.now();
      const { status } = await this.sensor.ask(this.paths[turn % this.paths.length]!);
      this.latencies.push(performance.now() - began);
      this.statuses.push(status);
      await sleep(this.every);
    }
  }
}
