import { type CaptureFile, captureFiles } from '../capture/capture-files.js';
import { displayName } from '../capture/file-problem.js';
import { CaptureError } from '../capture/frames.js';
import { type CaptureSummary, readCapture } from '../capture/read-capture.js';
import type { Alert } from '../incident/alert.js';
import { Sensor, type SensorSubject } from '../sensor.js';
import type { Counters } from '../telemetry/counters.js';
import type { PortTally } from '../telemetry/port-tally.js';

export interface ReplayOptions extends SensorSubject {
  readonly counters: Counters;
  /** Each file is looked at by itself. */
  readonly separate: boolean;
  /** SIP messages on other ports, by port. */
  readonly otherPorts?: PortTally;
  /** Stories are counted from 1: captures that follow one another are one. */
  readonly onAlert: (alert: Alert, story: number) => void;
  /** A file could not be read, or only in part: one line each. */
  readonly onProblem: (line: string) => void;
  readonly onWarning: (line: string) => void;
  /** A fresh sensor begins to look: for `explain`. */
  readonly onSensor?: (sensor: Sensor) => void;
  /** Its story has ended. */
  readonly onSensorDone?: (sensor: Sensor) => void;
  /** The list of files is known; then bytes of the current file as they are read. */
  readonly onFiles?: (files: readonly CaptureFile[]) => void;
  readonly onProgress?: (bytesRead: number) => void;
  readonly onFileDone?: (summary: CaptureSummary | undefined) => void;
  /** Ends the reading; what was found so far is still told. */
  readonly signal?: AbortSignal;
}

export interface ReplayResult {
  readonly files: number;
  /** Files below directories that are no captures. */
  readonly skipped: number;
  /** Packet time of the first and the last packet of all (seconds); undefined without packets. */
  readonly firstTime: number | undefined;
  readonly lastTime: number | undefined;
}

/**
 * Replays captures in order of their first packet. Captures that follow one another in time are
 * one story, as a rotating writer leaves them; one that overlaps the one before begins its own.
 */
export async function replay(
  paths: readonly string[],
  options: ReplayOptions,
): Promise<ReplayResult> {
  const { files, problems, skipped } = await captureFiles(paths);
  for (const problem of problems) options.onProblem(problem);
  const ordered = inOrderOfTime(files);
  options.onFiles?.(ordered);
  const story = new Story(options);
  for (const file of ordered) {
    if (options.signal?.aborted) break;
    const summary = await story.read(file);
    options.onFileDone?.(summary);
  }
  story.end();
  return { files: ordered.length, skipped, firstTime: story.firstTime, lastTime: story.lastTime };
}

function inOrderOfTime(files: readonly CaptureFile[]): CaptureFile[] {
  const time = (file: CaptureFile) => file.firstTime ?? Number.POSITIVE_INFINITY;
  return [...files].sort((a, b) => (time(a) === time(b) ? 0 : time(a) - time(b)));
}

/** One sensor for captures that follow one another; a new one where they do not. */
class Story {
  firstTime: number | undefined;
  lastTime: number | undefined;
  private readonly options: ReplayOptions;
  private sensor: Sensor | undefined;
  private number = 0;

  constructor(options: ReplayOptions) {
    this.options = options;
  }

  /** Gives undefined when the file could not be read. */
  async read(file: CaptureFile): Promise<CaptureSummary | undefined> {
    const sensor = this.sensorFor(file);
    sensor.beginCapture(file.path === '-' ? 'stdin' : file.path);
    const { counters, onProgress, onWarning, onProblem, signal } = this.options;
    try {
      const summary = await readCapture(file.path, sensor, {
        counters,
        ...(onProgress === undefined ? {} : { onProgress }),
        ...(signal === undefined ? {} : { signal }),
      });
      // Where an interruption stopped it is told once, for the whole run.
      if (summary.warning !== undefined && !signal?.aborted) {
        onWarning(`${displayName(file.path)}: ${summary.warning}`);
      }
      this.firstTime = lowest(this.firstTime, summary.firstTime);
      this.lastTime = highest(this.lastTime, summary.lastTime);
      return summary;
    } catch (error) {
      if (!(error instanceof CaptureError)) throw error;
      onProblem(error.message);
      return undefined;
    }
  }

  end(): void {
    if (this.sensor === undefined) return;
    this.sensor.finish();
    this.options.onSensorDone?.(this.sensor);
    this.sensor = undefined;
  }

  private sensorFor(file: CaptureFile): Sensor {
    const before = this.sensor;
    const overlaps = file.firstTime !== undefined && file.firstTime < (before?.now ?? 0);
    if (before !== undefined && !overlaps && !this.options.separate) return before;
    this.end();
    const story = ++this.number;
    const { onAlert } = this.options;
    this.sensor = new Sensor({ ...this.options, onAlert: (alert) => onAlert(alert, story) });
    this.options.onSensor?.(this.sensor);
    return this.sensor;
  }
}

function lowest(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined ? b : b === undefined ? a : Math.min(a, b);
}

function highest(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined ? b : b === undefined ? a : Math.max(a, b);
}
