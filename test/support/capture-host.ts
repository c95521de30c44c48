import { readdirSync } from 'node:fs';
import { createInterface } from 'node:readline';
import type { FrameSink } from '../../src/capture/frames.js';
import { CaptureStartError } from '../../src/live/capture-start-error.js';
import { LiveCapture, type LiveCaptureOptions } from '../../src/live/live-capture.js';
import type { Tuning } from '../../src/live/tuning.js';
import { Counters } from '../../src/telemetry/counters.js';
import type { HostEvent } from './hosted-capture.js';

/**
 * A LiveCapture as a program, to be run in a network namespace. Argument: JSON of HostOptions.
 * Writes HostEvents, one a line; standard input takes the words `status` and `stop`.
 */
export interface HostOptions {
  readonly capture: LiveCaptureOptions;
  readonly tuning: Partial<Tuning>;
  /** How long the sink works on each frame (ms). */
  readonly frameCost?: number;
  /** Tells each frame. */
  readonly tellFrames?: boolean;
}

const options = JSON.parse(process.argv[2]!) as HostOptions;
const counters = new Counters();
let told: { received: number | undefined; dropped: number | undefined } | undefined;
let longestTurn = 0;

function tell(event: HostEvent): void {
  process.stdout.write(`${JSON.stringify(event)}\n`);
}

const sink: FrameSink = {
  frame(buf, from, to, time, _originalLength, linkType) {
    if (options.tellFrames === true) {
      const text = buf.toString('latin1', from, to).replace(/[^\x20-\x7e]/g, '');
      tell({ type: 'frame', time, seenAt: Date.now() / 1000, linkType, text });
    }
    const until = performance.now() + (options.frameCost ?? 0);
    while (performance.now() < until);
  },
  statistics(received, dropped) {
    told = { received, dropped };
  },
};

const capture = new LiveCapture(
  options.capture,
  sink,
  counters,
  {
    state: (status) => tell({ type: 'state', status }),
    restarted: (reason, detail) => tell({ type: 'restarted', reason, detail }),
  },
  options.tuning,
);

function status(): HostEvent {
  const turn = longestTurn;
  longestTurn = 0;
  return {
    type: 'status',
    status: capture.status(),
    counted: counters.frames,
    told,
    descriptors: readdirSync('/proc/self/fd').length,
    memory: process.memoryUsage().rss,
    longestTurn: turn,
  };
}

let last = performance.now();
const TICK = 5;
const ticking = setInterval(() => {
  const now = performance.now();
  longestTurn = Math.max(longestTurn, now - last - TICK);
  last = now;
}, TICK);

const input = createInterface({ input: process.stdin });
input.on('line', (word) => {
  if (word === 'status') tell(status());
  if (word === 'stop') {
    void capture.stop().then(() => {
      tell(status());
      tell({ type: 'stopped' });
      clearInterval(ticking);
      input.close();
    });
  }
});

try {
  await capture.start();
  tell({ type: 'started', status: capture.status() });
} catch (error) {
  if (!(error instanceof CaptureStartError)) throw error;
  tell({ type: 'refused', kind: error.kind, message: error.message });
  clearInterval(ticking);
  input.close();
  process.stdin.destroy();
}
