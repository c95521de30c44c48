import { BoundedMap } from '../../tables/bounded-map.js';
import { Hasher, hashText } from '../../tables/hash.js';
import type { Counters } from '../../telemetry/counters.js';
import { isCount, isListOf, isTime, type SavedEntry } from '../../telemetry/saved-entry.js';
import type { TableStatus } from '../../telemetry/table-status.js';
import type { Address } from '../../wire/address.js';

const LIMIT = 32_768;
/** Prefixes of one number that are told apart; the one used longest ago gives way. */
const PREFIXES_LIMIT = 16;
/** Who changes his address with each call tries a few prefixes a day (seconds). */
const MEMORY = 2 * 86_400;

/** Prefixes that failed, by hash, and when each did last. */
interface Hunted {
  readonly prefixes: number[];
  readonly times: number[];
}

/**
 * Under which prefixes a number was dialled at a server without success. Strangers are one party,
 * since they may all be one; whoever the server has accepted is his own.
 */
export class HuntedNumbers {
  readonly section = 'hunted';
  private readonly numbers: BoundedMap<number, Hunted>;
  private readonly hasher = new Hasher();

  constructor(counters: Counters) {
    this.numbers = new BoundedMap(LIMIT, () => {
      counters.callersEvicted++;
    });
  }

  /** Key of a number; `source` undefined: for all strangers. */
  keyOf(target: Address, tail: string, source: Address | undefined): number {
    this.hasher.begin().addKey(target).addText(tail);
    if (source !== undefined) this.hasher.addKey(source);
    return this.hasher.end();
  }

  /** The number was dialled under this prefix, and nobody could be reached. */
  failed(key: number, prefix: string, now: number): void {
    let hunted = this.numbers.get(key);
    if (hunted === undefined) {
      hunted = { prefixes: [], times: [] };
      this.numbers.set(key, hunted);
    }
    const { prefixes, times } = hunted;
    const hash = hashText(prefix);
    const known = prefixes.indexOf(hash);
    const drop = known !== -1 ? known : prefixes.length === PREFIXES_LIMIT ? 0 : -1;
    if (drop !== -1) {
      prefixes.splice(drop, 1);
      times.splice(drop, 1);
    }
    prefixes.push(hash);
    times.push(now);
  }

  /** Different prefixes that failed lately. */
  count(key: number, now: number): number {
    const times = this.numbers.peek(key)?.times ?? [];
    let count = 0;
    for (const time of times) if (Math.abs(now - time) <= MEMORY) count++;
    return count;
  }

  setBack(now: number): void {
    for (const { times } of this.numbers.values()) {
      for (let i = 0; i < times.length; i++) times[i] = Math.min(times[i]!, now);
    }
  }

  table(): TableStatus {
    return this.numbers.status('numbers_hunted');
  }

  *save(): Generator<SavedEntry> {
    for (const [key, { prefixes, times }] of this.numbers.walk()) {
      yield [this.section, key, [...prefixes], [...times]];
    }
  }

  restore([, key, prefixes, times]: SavedEntry): boolean {
    if (!isCount(key) || !isListOf(prefixes, PREFIXES_LIMIT, isCount)) return false;
    if (!isListOf(times, PREFIXES_LIMIT, isTime) || times.length !== prefixes.length) return false;
    this.numbers.set(key, { prefixes, times });
    return true;
  }
}
