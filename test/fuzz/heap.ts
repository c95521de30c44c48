import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

export interface HeapSample {
  readonly packets: number;
  /** Bytes in use after a collection, buffers included. */
  readonly bytes: number;
  /** Entries in the tables of the sensor that lives as long as the run. */
  readonly entries: number;
}

/** Bytes in use once all that nobody holds is gone. */
export function heapInUse(): number {
  collect();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

/** How much the heap grows, in bytes for each million packets: a line through the later half. */
export function slopeOf(samples: readonly HeapSample[]): number {
  const later = samples.slice(Math.floor(samples.length / 2));
  if (later.length < 2) return 0;
  const mean = (of: (sample: HeapSample) => number) =>
    later.reduce((sum, sample) => sum + of(sample), 0) / later.length;
  const x = mean(({ packets }) => packets);
  const y = mean(({ bytes }) => bytes);
  const covariance = mean((sample) => (sample.packets - x) * (sample.bytes - y));
  const variance = mean((sample) => (sample.packets - x) ** 2);
  return variance === 0 ? 0 : (covariance / variance) * 1e6;
}
