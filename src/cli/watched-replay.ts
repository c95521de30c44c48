import { setFlagsFromString } from 'node:v8';
import type { CaptureSummary } from '../capture/read-capture.js';
import type { Alert } from '../incident/alert.js';
import { counted } from '../outputs/text-layout.js';
import type { Sensor, SensorSubject } from '../sensor.js';
import { Counters } from '../telemetry/counters.js';
import { PortTally } from '../telemetry/port-tally.js';
import { ExitCode } from './exit-codes.js';
import type { InputOptions } from './input-options.js';
import { Interruption } from './interruption.js';
import { Progress } from './progress.js';
import { type ReplayResult, replay } from './replay.js';
import { terminalOf } from './terminal.js';

export interface Watch {
  readonly subject: SensorSubject;
  /** A line says how far it is, where people look. */
  readonly showProgress: boolean;
  readonly onAlert: (alert: Alert, story: number) => void;
  readonly onSensor?: (sensor: Sensor) => void;
  readonly onSensorDone?: (sensor: Sensor) => void;
  /** Lines to print about a file that was read. */
  readonly fileLine?: (summary: CaptureSummary) => string;
}

export interface WatchedResult extends ReplayResult {
  readonly counters: Counters;
  readonly otherPorts: PortTally;
  /** Ports that were looked at; undefined means any. */
  readonly ports: ReadonlySet<number> | undefined;
  /** What the exit code is, as far as the reading decides it. */
  readonly exitCode: number;
}

/**
 * Loading has let V8's space for new objects grow to some 8 MiB a half, and more brings nothing: with
 * 16 a replay took 15 MiB more and no less time. Once V8 runs, all that can be set is by how much
 * that space grows.
 */
function keepNewSpace(): void {
  setFlagsFromString('--semi-space-growth-factor=1');
}

/** A replay in front of people: problems, progress and Ctrl-C are told on standard error. */
export async function watchedReplay(
  paths: readonly string[],
  input: InputOptions,
  watch: Watch,
): Promise<WatchedResult> {
  const counters = new Counters();
  const otherPorts = new PortTally();
  const { subject } = watch;
  const interruption = new Interruption();
  keepNewSpace();
  let progress: Progress | undefined;
  let exitCode: number = ExitCode.Ok;
  const say = (line: string) => {
    progress?.clear();
    process.stderr.write(`${line}\n`);
  };
  const { onAlert, onSensor, onSensorDone } = watch;
  const result = await replay(paths, {
    ...subject,
    counters,
    otherPorts,
    separate: input.separate === true,
    signal: interruption.signal,
    onAlert,
    ...(onSensor === undefined ? {} : { onSensor }),
    ...(onSensorDone === undefined ? {} : { onSensorDone }),
    onProblem: (line) => {
      exitCode = ExitCode.Failure;
      say(`sipseer: ${line}`);
    },
    onWarning: (line) => say(`warning: ${line}`),
    onFiles: (files) => {
      if (!watch.showProgress) return;
      const total = files.reduce((sum, file) => sum + (file.size ?? 0), 0);
      const count = subject.signatures.signatures.length;
      say(`reading ${counted(files.length, 'capture')} with ${counted(count, 'signature')}`);
      const terminal = terminalOf(process.stderr, input.color);
      progress = new Progress(process.stderr, terminal, counters, total);
    },
    onProgress: (bytes) => progress?.at(bytes),
    onFileDone: (summary) => {
      progress?.nextFile();
      if (summary !== undefined && watch.fileLine !== undefined) say(watch.fileLine(summary));
    },
  });
  progress?.clear();
  interruption.end();
  if (interruption.code !== undefined) {
    exitCode = interruption.code;
    say(`interrupted after ${counted(counters.frames, 'packet')}: this is what was found so far`);
  }
  return { ...result, counters, otherPorts, ports: subject.ports, exitCode };
}
