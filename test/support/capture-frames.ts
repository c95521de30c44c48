import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { captureFiles } from '../../src/capture/capture-files.js';
import type { FrameSink } from '../../src/capture/frames.js';
import { readCapture } from '../../src/capture/read-capture.js';
import { signatureFolders } from '../../src/cli/signature-folders.js';
import { eveLine } from '../../src/outputs/eve.js';
import { type LoadedSignatures, loadSignatures } from '../../src/rules/load.js';
import { DEFAULT_PORTS } from '../../src/sensor/default-ports.js';
import { Sensor } from '../../src/sensor.js';
import { Counters } from '../../src/telemetry/counters.js';
import { scenarioFolder, scenarioNames } from './scenario-folders.js';
import { originFolder } from './third-party.js';

/** A frame of a capture, with bytes of its own. */
export interface CapturedFrame {
  readonly bytes: Buffer;
  readonly time: number;
  readonly originalLength: number;
  readonly linkType: number;
}

/** All frames of the captures below a path, in order. */
async function framesOf(path: string): Promise<CapturedFrame[]> {
  const frames: CapturedFrame[] = [];
  const { files } = await captureFiles([path]);
  for (const file of files) {
    await readCapture(file.path, {
      frame(buf, from, to, time, originalLength, linkType) {
        const bytes = Buffer.from(buf.subarray(from, to));
        frames.push({ bytes, time, originalLength, linkType });
      },
    });
  }
  return frames;
}

/** The frames of each bundled scenario, and of what real tools sent, by its name. */
export async function bundledFrames(): Promise<[name: string, frames: CapturedFrame[]][]> {
  const all: [string, CapturedFrame[]][] = [];
  for (const name of scenarioNames()) all.push([name, await framesOf(scenarioFolder(name))]);
  const lab = originFolder('lab');
  for (const name of readdirSync(lab).filter((file) => file.endsWith('.pcap'))) {
    all.push([name, await framesOf(join(lab, name))]);
  }
  return all;
}

export function feed(sink: FrameSink, frames: readonly CapturedFrame[]): void {
  for (const { bytes, time, originalLength, linkType } of frames) {
    sink.frame(bytes, 0, bytes.length, time, originalLength, linkType);
  }
}

const shipped = loadSignatures(signatureFolders());

/** A sensor with the shipped signatures, and the alerts that it gave as printed. */
export class SensorLines {
  readonly counters = new Counters();
  readonly lines: string[] = [];
  readonly sensor: Sensor;

  constructor(signatures: LoadedSignatures = shipped) {
    this.sensor = new Sensor({
      signatures,
      counters: this.counters,
      ports: DEFAULT_PORTS,
      onAlert: (alert) => this.lines.push(eveLine(alert)),
    });
    this.sensor.beginCapture('capture');
  }

  /** All that it said, the input having ended. */
  end(): string[] {
    this.sensor.finish();
    return this.lines;
  }
}

/** What the shipped signatures say of frames, without a break. */
export function linesOf(frames: readonly CapturedFrame[]): string[] {
  const run = new SensorLines();
  feed(run.sensor, frames);
  return run.end();
}
