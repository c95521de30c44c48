import { performance } from 'node:perf_hooks';
import { setImmediate } from 'node:timers/promises';

/** So long packets wait at a stretch (milliseconds). */
const SLICE = 5;

/** `make` of each item; packets are read in between, since a long list takes longer than they can wait. */
export async function inSlices<T, U>(items: readonly T[], make: (item: T) => U): Promise<U[]> {
  const made: U[] = [];
  let since = performance.now();
  for (const item of items) {
    if (performance.now() - since > SLICE) {
      await setImmediate();
      since = performance.now();
    }
    made.push(make(item));
  }
  return made;
}
