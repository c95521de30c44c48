import { dirname, join } from 'node:path';
import { performance } from 'node:perf_hooks';
import type { SnapshotStatus } from '../metrics/readings.js';
import { counted } from '../outputs/text-layout.js';
import { packageVersion } from '../package-root.js';
import type { Sensor } from '../sensor.js';
import { readSnapshot, writeSnapshot } from '../state/snapshot-file.js';
import { lockState } from '../state/state-lock.js';
import type { Log } from './log.js';

const FILE = 'state.ndjson';

/** The state cannot be kept where it should be. The message is one line. */
export class StateError extends Error {}

/** Keeps what the sensor knows in a file: read at the start, written now and then and at the end. */
export class Snapshots {
  private readonly sensor: Sensor;
  private readonly log: Log;
  private readonly interval: number;
  private timer: NodeJS.Timeout | undefined;
  private lock: { release(): void } | undefined;
  private writing: Promise<void> | undefined;
  private current: SnapshotStatus;

  /** `interval` in seconds. */
  constructor(sensor: Sensor, folder: string, interval: number, log: Log) {
    this.sensor = sensor;
    this.log = log;
    this.interval = interval;
    this.current = {
      file: join(folder, FILE),
      succeededAt: 0,
      duration: 0,
      bytes: 0,
      failures: 0,
      problem: undefined,
    };
  }

  status(): SnapshotStatus {
    return this.current;
  }

  /**
   * What was kept is known again; what cannot be used is told and left. Throws a StateError when
   * another sensor keeps its state in this folder.
   */
  restore(): void {
    const lock = lockState(dirname(this.current.file));
    if ('problem' in lock) throw new StateError(lock.problem);
    this.lock = lock;
    const { snapshot, problem } = readSnapshot(this.current.file);
    if (problem !== undefined) this.log.warning('state', problem);
    if (snapshot === undefined) return;
    const { restored, skipped } = this.sensor.restore(snapshot.entries);
    const left = skipped === 0 ? '' : `; ${counted(skipped, 'entry', 'entries')} could not be used`;
    this.log.info('state', `${counted(restored, 'entry', 'entries')} of the last run${left}`);
  }

  start(): void {
    this.timer = setInterval(() => void this.write(), this.interval * 1000);
  }

  /** Writes the last one. What was never restored is not overwritten. */
  async stop(): Promise<void> {
    clearInterval(this.timer);
    await this.writing;
    if (this.lock !== undefined) await this.write();
    this.release();
  }

  /** The folder may be another's. */
  release(): void {
    this.lock?.release();
    this.lock = undefined;
  }

  /** One at a time; never rejects. */
  private write(): Promise<void> {
    this.writing ??= this.writeOne().finally(() => {
      this.writing = undefined;
    });
    return this.writing;
  }

  private async writeOne(): Promise<void> {
    const { file, failures, problem } = this.current;
    const began = performance.now();
    try {
      const header = { program: packageVersion(), saved_at: new Date().toISOString() };
      const { bytes, skipped } = await writeSnapshot(file, header, this.sensor.save());
      if (skipped > 0)
        this.log.warning('state', `${counted(skipped, 'entry', 'entries')} left out`);
      const duration = (performance.now() - began) / 1000;
      const succeededAt = Date.now() / 1000;
      this.current = { file, succeededAt, duration, bytes, failures, problem: undefined };
      if (problem !== undefined) this.log.info('state', 'is kept again');
    } catch (error) {
      const reason = `${file} was not written: ${(error as Error).message}`;
      this.current = { ...this.current, failures: failures + 1, problem: reason };
      this.log.error('state', `${reason}; the one before is kept, and it is tried again`);
    }
  }
}
