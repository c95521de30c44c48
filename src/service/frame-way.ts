import { performance } from 'node:perf_hooks';
import type { FrameSink } from '../capture/frames.js';
import type { Config } from '../config/config.js';
import { FrameMerger, type MergerInput } from '../live/frame-merger.js';
import { Recorder } from '../live/recorder.js';
import { RecordingFile } from '../live/recording-file.js';
import { counted } from '../outputs/text-layout.js';
import type { Sensor } from '../sensor.js';
import type { Counters } from '../telemetry/counters.js';
import type { Log } from './log.js';

const MIB = 1024 * 1024;
/** How often waiting frames of several interfaces are handed on (ms). */
const FLUSH_INTERVAL = 10;
const CHECK_INTERVAL = 1000;

/**
 * The way of frames from the captures to the sensor: those of several interfaces in order of time,
 * and recorded in that order if wanted, so that a replay sees what the sensor saw.
 */
export class FrameWay {
  private readonly sensor: Sensor;
  private readonly counters: Counters;
  private readonly log: Log;
  private readonly merger = new FrameMerger();
  private readonly recording: RecordingFile | undefined;
  private readonly checking: NodeJS.Timeout | undefined;
  private flushing: NodeJS.Timeout | undefined;
  private problem: string | undefined;

  constructor(sensor: Sensor, counters: Counters, record: Config['capture']['record'], log: Log) {
    this.sensor = sensor;
    this.counters = counters;
    this.log = log;
    this.recording = record && new RecordingFile(record.file, record.limit_mib * MIB);
    if (this.recording !== undefined) {
      this.checking = setInterval(() => this.tellProblem(), CHECK_INTERVAL);
    }
    this.order(false);
  }

  /** Where a capture of interface `name` hands in its frames. */
  join(name: string): MergerInput {
    const tap: FrameSink = this.sensor.tap(name);
    const { recording } = this;
    return this.merger.join(recording === undefined ? tap : new Recorder(name, recording, tap));
  }

  /** No more frames come in here. */
  leave(input: MergerInput): void {
    this.merger.leave(input);
  }

  /** Whether frames must be put in order, as those of several interfaces. */
  order(on: boolean): void {
    this.merger.order(on);
    clearInterval(this.flushing);
    this.flushing = on ? setInterval(() => this.flush(), FLUSH_INTERVAL) : undefined;
  }

  /** Hands on what waits, and completes the recording. */
  async end(): Promise<void> {
    this.order(false);
    clearInterval(this.checking);
    if (this.recording === undefined) return;
    await this.recording.end();
    const { file, frames, missed } = this.recording.status();
    const without = missed === 0 ? '' : `, ${counted(missed, 'packet')} missing`;
    this.log.info('record', `${counted(frames, 'packet')} in ${file}${without}`);
  }

  private flush(): void {
    this.merger.flush(performance.now());
    this.counters.framesHurried = this.merger.hurried;
  }

  private tellProblem(): void {
    const problem = this.recording?.status().problem;
    if (problem !== undefined && problem !== this.problem) this.log.warning('record', problem);
    this.problem = problem;
  }
}
