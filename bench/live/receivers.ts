import { setTimeout as sleep } from 'node:timers/promises';
import { LabProcess } from '../../test/support/lab-process.js';
import type { Namespace } from '../../test/support/namespaces.js';
import { SensorProcess } from '../../test/support/sensor-process.js';
import type { Sent } from './sender.js';

/** Who looks at the wire. */
export interface Receiver {
  /** What came before does not count. */
  begin(): Promise<void>;
  /** Waits until no more frames come; gives how many of those sent it did not see. */
  lost(sent: Sent): Promise<number>;
  end(): Promise<void>;
}

/** The kernel's ring (MiB): some ten thousand frames. */
const RING = 8;
/** What was not seen by then was lost (seconds without a new frame). */
const QUIET = 2;

export async function tcpdumpReceiver(namespace: Namespace): Promise<Receiver> {
  const tcpdump = new LabProcess('ip', [
    ...['netns', 'exec', namespace.name, 'tcpdump', '-i', namespace.interface],
    ...['-n', '-B', String(1024 * RING), '-w', '/dev/null'],
  ]);
  await tcpdump.until('tcpdump listens', () => /listening on/.test(tcpdump.stderr));
  const before = namespace.count('rx_packets');
  let warmed = 0;
  return {
    begin: () => {
      warmed = namespace.count('rx_packets') - before;
      return Promise.resolve();
    },
    lost: async ({ frames }) => {
      await sleep(1000 * QUIET);
      await tcpdump.stop('SIGINT');
      const captured = Number(/(\d+) packets? captured/.exec(tcpdump.stderr)?.[1] ?? 0);
      return frames + warmed - captured;
    },
    end: () => tcpdump.stop('SIGKILL'),
  };
}

export async function sensorReceiver(
  namespace: Namespace,
  backend: 'cap' | 'tcpdump',
): Promise<Receiver> {
  const sensor = await SensorProcess.start(namespace, {
    args: ['--capture', backend, '-B', String(RING)],
  });
  await sensor.untilMetric('capture_up', {}, (up) => up === 1);
  let before = 0;
  return {
    begin: async () => {
      before = await settled(sensor);
    },
    lost: async ({ frames }) => {
      const now = await settled(sensor);
      return frames - (now - before);
    },
    end: () => sensor.close(),
  };
}

/** Frames seen when no more come. */
async function settled(sensor: SensorProcess): Promise<number> {
  let [last, now] = [-1, await sensor.metric('capture_packets_total')];
  while (now !== last) {
    await sleep(1000 * QUIET);
    [last, now] = [now, await sensor.metric('capture_packets_total')];
  }
  return now;
}
