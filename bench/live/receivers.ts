import { setTimeout as sleep } from 'node:timers/promises';
import { LabProcess } from '../../test/support/lab-process.js';
import type { Namespace } from '../../test/support/namespaces.js';
import { SensorProcess } from '../../test/support/sensor-process.js';
import { processorTime } from './processor-time.js';

/** Who looks at the wire. */
export interface Receiver {
  /** What comes from now on counts. */
  begin(): Promise<void>;
  /** How many frames it has seen since; called as soon as the last was sent. */
  seen(): Promise<number>;
  end(): Promise<void>;
}

/** What the processes of a sensor used since `begin`, of one processor each; NaN: it was started again. */
export interface Used {
  readonly sensor: number;
  readonly child: number;
}

/** The kernel's ring, the sensor's default (MiB); tcpdump gets the same. */
const RING = 128;
/** tcpdump alone sees what is in its ring after a second at most. */
const TCPDUMP_LATENCY = 2;
/** A sensor that is further behind than this would fall further behind, and lose in the end (s). */
const LATENCY = 0.5;
/** Nothing more comes when nothing has come for so long (s). */
const QUIET = 2;

export async function tcpdumpReceiver(namespace: Namespace): Promise<Receiver> {
  const tcpdump = new LabProcess('ip', [
    ...['netns', 'exec', namespace.name, 'tcpdump', '-i', namespace.interface],
    ...['-n', '-B', String(1024 * RING), '-w', '/dev/null'],
  ]);
  await tcpdump.until('tcpdump listens', () => /listening on/.test(tcpdump.stderr));
  const start = namespace.count('rx_packets');
  let before = 0;
  return {
    begin: () => {
      before = namespace.count('rx_packets') - start;
      return Promise.resolve();
    },
    seen: async () => {
      await sleep(1000 * TCPDUMP_LATENCY);
      await tcpdump.stop('SIGINT');
      return Number(/(\d+) packets? captured/.exec(tcpdump.stderr)?.[1] ?? 0) - before;
    },
    end: () => tcpdump.stop('SIGKILL'),
  };
}

/** `used` is called once for each `seen`. */
export async function sensorReceiver(
  namespace: Namespace,
  backend: 'cap' | 'tcpdump',
  used: (used: Used) => void,
): Promise<Receiver> {
  const sensor = await SensorProcess.start(namespace, {
    args: ['--capture', backend, '-B', String(RING)],
  });
  await sensor.untilMetric('capture_up', {}, (up) => up === 1);
  const frames = () => sensor.metric('capture_packets_total');
  const child = (await sensor.status()).captures[0]!.pid!;
  let before = 0;
  let [sensorBefore, childBefore, began] = [0, 0, 0];
  return {
    begin: async () => {
      for (let last = -1; before !== last; before = await frames()) {
        last = before;
        await sleep(1000 * QUIET);
      }
      [sensorBefore, childBefore] = [processorTime(sensor.pid), processorTime(child)];
      began = performance.now();
    },
    seen: async () => {
      const seconds = (performance.now() - began) / 1000;
      used({
        sensor: (processorTime(sensor.pid) - sensorBefore) / seconds,
        child: (processorTime(child) - childBefore) / seconds,
      });
      await sleep(1000 * LATENCY);
      return (await frames()) - before;
    },
    end: () => sensor.close(),
  };
}
