import { FirstSights } from '../tables/first-sights.js';
import { hashText } from '../tables/hash.js';
import { SeenFilter } from '../tables/seen-filter.js';
import type { Counters } from '../telemetry/counters.js';
import { isCount, isListOf, isTime, type SavedEntry } from '../telemetry/saved-entry.js';
import type { TableStatus } from '../telemetry/table-status.js';
import type { Address } from '../wire/address.js';
import { GroupKey, idOfKey } from './group-key.js';
import { type Group, GroupTable } from './group-table.js';
import type { CountClause, SequenceClause, Window } from './signature.js';
import { type Reached, Tally } from './tally.js';

/** Who is counted: decides what a count is worth when room is short. */
export interface Counted {
  /** Whether the source was seen at another time before, or has proved something. */
  readonly isKnown: (source: Address) => boolean;
  /** Groups of strangers, as many that counted once and as many that counted more; and others. */
  readonly limits: readonly [strangers: number, known: number];
  /** Times and values of all groups together. */
  readonly entries: number;
  /** Shared groups that were pushed out and are known again when they come back. */
  readonly seen: number;
}

/** A group begins among strangers, unless its source is known; when it goes on, it is kept. */
const Tier = { Stranger: 0, Known: 1 } as const;
/** A count that comes so much later (seconds) than the first says that the group goes on. */
const ANOTHER_TIME = 1;
const DEFAULTS: Counted = {
  isKnown: () => true,
  limits: [32_768, 100_000],
  entries: 1_000_000,
  seen: 1024 * 1024,
};

/**
 * The one counting engine: how many, how many different ones, and in what order, per signature
 * and group, each within windows of packet time. Exact and sliding; it keeps per group no more
 * than the highest `at_least` of its windows, since more would change no answer.
 *
 * Groups of sources that came once are kept apart from all others, so that a flood of forged
 * addresses pushes out no count of a slow attacker; what counted once is only noted. A group that
 * counts many sources may be slow though each of them comes once: such groups are remembered in a
 * filter when they are pushed out, and are kept when they come again.
 */
export class CountingEngine {
  private readonly firsts: FirstSights;
  private readonly tallies: GroupTable<Tally>;
  private readonly chains: GroupTable<number[]>;
  private readonly counters: Counters;
  private readonly counted: Counted;
  private seen: SeenFilter | undefined = undefined;
  private entries = 0;
  /** For groups that are known by their text. */
  private readonly key = new GroupKey();
  /** The last counted text, and its hash. */
  private hashed = '';
  private hashedAs = hashText('');

  constructor(counters: Counters, counted: Partial<Counted> = {}) {
    this.counters = counters;
    this.counted = { ...DEFAULTS, ...counted };
    const { limits } = this.counted;
    this.firsts = new FirstSights(limits[0], (hash, shared) => {
      counters.countersEvicted++;
      if (shared) this.remember(hash);
    });
    this.tallies = new GroupTable(limits, (group) => this.evicted(group));
    this.chains = new GroupTable(limits, () => {
      counters.countersEvicted++;
    });
  }

  /**
   * Counts one occurrence; returns the shortest window that is now full, if any. `source`: whose it
   * is; `shared`: the group may count many sources; `id`: of the signature that counts.
   */
  count(
    group: GroupKey,
    time: number,
    windows: readonly Window[],
    source?: Address,
    shared = false,
    id = '',
  ): Reached | undefined {
    const tally = this.tally(group, time, undefined, source, shared, id);
    if (tally === undefined) return reachedByOne(windows);
    const before = tally.weight;
    tally.push(time, keep(windows));
    this.grew(tally.weight - before);
    return tally.reached(time, windows);
  }

  /** Counts a value once however often it comes; its time is the last. */
  distinct(
    group: GroupKey,
    value: string | number,
    time: number,
    windows: readonly Window[],
    source?: Address,
    shared = false,
    id = '',
  ): Reached | undefined {
    const hash = typeof value === 'number' ? value : this.hashOf(value);
    const tally = this.tally(group, time, hash, source, shared, id);
    if (tally === undefined) return reachedByOne(windows);
    const before = tally.weight;
    tally.pushValue(time, hash, keep(windows));
    this.grew(tally.weight - before);
    return tally.reached(time, windows);
  }

  /**
   * One subject that matches the steps in `matched` (indexes, any order). True when the last step
   * is reached within the window by a chain of different subjects in order.
   */
  sequence(
    group: GroupKey,
    steps: number,
    matched: readonly boolean[],
    time: number,
    within: number,
    source?: Address,
  ): boolean {
    const starts = this.chain(group, steps, source);
    let done = false;
    // From the last step down, so that one subject never serves as two steps of one chain.
    for (let step = steps - 1; step >= 0; step--) {
      if (!matched[step]) continue;
      const start = step === 0 ? time : starts[step - 1]!;
      if (time - start > within || start > time) continue;
      starts[step] = start;
      if (step === steps - 1) done = true;
    }
    return done;
  }

  /** Forgets the groups that are not to be kept. */
  keepOnly(isKept: (group: string) => boolean): void {
    this.firsts.keepOnly(isKept);
    for (const tier of [Tier.Stranger, Tier.Known]) {
      for (const group of this.tallies.all(tier)) {
        if (isKept(group.text)) continue;
        this.entries -= group.value.weight;
        this.tallies.delete(group);
      }
      for (const group of this.chains.all(tier)) {
        if (!isKept(group.text)) this.chains.delete(group);
      }
    }
  }

  tables(): TableStatus[] {
    const { tallies, chains, entries, counted } = this;
    const unused = { table: 'counts_seen', entries: 0, limit: 2 * counted.seen, evicted: 0 };
    return [
      this.firsts.status('counts_first'),
      tallies.status(Tier.Stranger, 'counts_strangers'),
      tallies.status(Tier.Known, 'counts'),
      { table: 'counts_entries', entries, limit: counted.entries, evicted: 0 },
      this.seen?.status('counts_seen') ?? unused,
      chains.status(Tier.Stranger, 'sequences_strangers'),
      chains.status(Tier.Known, 'sequences'),
    ];
  }

  /** What outlasts a restart, in order of use; it may take its time. */
  *save(): Generator<SavedEntry> {
    for (const { owner, hash, time, value, flag } of this.firsts.walk()) {
      yield ['first', idOfKey(owner), hash, time, Number.isNaN(value) ? null : value, flag ? 1 : 0];
    }
    for (const tier of [Tier.Stranger, Tier.Known]) {
      for (const { text, value: tally } of this.tallies.walk(tier, this.key)) {
        yield ['count', text, tally.times(), tally.values() ?? null, tier, tally.shared ? 1 : 0];
      }
    }
    for (const tier of [Tier.Stranger, Tier.Known]) {
      for (const { text, value: starts } of this.chains.walk(tier, this.key)) {
        const copy = starts.map((start) => (Number.isFinite(start) ? start : null));
        yield ['sequence', text, copy, tier];
      }
    }
  }

  /** Takes in a group that counted once; false when the clause does not count like that. */
  restoreFirst(id: string, [, , hash, time, value, shared]: SavedEntry, { distinct }: CountClause) {
    if (!isCount(hash) || !isTime(time) || !isCount(shared)) return false;
    if (distinct === undefined ? value !== null : !isValue(value)) return false;
    if (this.firsts.find(hash) !== -1) return false;
    this.firsts.add(id, hash, time, isValue(value) ? value : Number.NaN, shared > 0);
    return true;
  }

  /** Takes in a count that was saved; false when the clause does not count like that. */
  restoreCount(text: string, saved: SavedEntry, clause: CountClause): boolean {
    const [, , times, values, tier = Tier.Known, shared = 0] = saved;
    const most = keep(clause.windows);
    if (!isListOf(times, most, isTime) || !isTier(tier) || !isCount(shared)) return false;
    let cells = [...times];
    if (clause.distinct === undefined) {
      if (values !== null) return false;
    } else {
      if (!isListOf(values, most, isValue) || values.length !== times.length) return false;
      cells = times.flatMap((time, i) => [time, values[i]!]);
    }
    const tally = new Tally(shared > 0, clause.distinct !== undefined, cells);
    const key = this.key.setText(text);
    const before = this.tallies.find(key)?.value.weight ?? 0;
    this.entries += tally.weight - before;
    this.tallies.set(key, tally, tier);
    this.keepToLimit();
    return true;
  }

  /** Takes in a sequence that was saved; false when the clause has other steps. */
  restoreSequence(text: string, saved: SavedEntry, { steps }: SequenceClause): boolean {
    const [, , starts, tier = Tier.Known] = saved;
    if (!isListOf(starts, steps.length, isStart) || starts.length !== steps.length) return false;
    if (!isTier(tier)) return false;
    const times = starts.map((start) => start ?? Number.NEGATIVE_INFINITY);
    this.chains.set(this.key.setText(text), times, tier);
    return true;
  }

  /** What the group has counted so far; undefined: nothing, and this one was noted. */
  private tally(
    key: GroupKey,
    time: number,
    value: number | undefined,
    source: Address | undefined,
    shared: boolean,
    id: string,
  ): Tally | undefined {
    const known = this.tallies.find(key);
    if (known !== undefined) {
      this.tallies.use(known);
      this.raiseWhoGoesOn(known, time, source);
      return known.value;
    }
    const { hash } = key;
    const first = this.firsts.find(hash);
    let goesOn = this.isKnown(source);
    let tally: Tally;
    if (first !== -1) {
      const began = this.firsts.timeAt(first);
      goesOn ||= time - began >= ANOTHER_TIME;
      tally = Tally.ofOne(shared, began, value === undefined ? value : this.firsts.valueAt(first));
      this.entries += tally.weight;
      this.firsts.remove(first);
    } else {
      goesOn ||= shared && this.seen?.has(hash) === true;
      if (!goesOn) {
        this.firsts.add(id, hash, time, value ?? Number.NaN, shared);
        return undefined;
      }
      tally = new Tally(shared, value !== undefined);
    }
    this.tallies.add(key, tally, goesOn ? Tier.Known : Tier.Stranger);
    return tally;
  }

  private raiseWhoGoesOn(group: Group<Tally>, time: number, source: Address | undefined): void {
    if (group.tier !== Tier.Stranger) return;
    const goesOn = time - group.value.began >= ANOTHER_TIME || this.isKnown(source);
    if (goesOn) this.tallies.raise(group, Tier.Known);
  }

  /** When the group last reached each step, and when the chain of it began; made where it is new. */
  private chain(key: GroupKey, steps: number, source: Address | undefined): number[] {
    const known = this.chains.find(key);
    if (known === undefined) {
      const starts = new Array<number>(steps).fill(Number.NEGATIVE_INFINITY);
      this.chains.add(key, starts, this.isKnown(source) ? Tier.Known : Tier.Stranger);
      return starts;
    }
    this.chains.use(known);
    if (known.tier === Tier.Stranger && this.isKnown(source)) this.chains.raise(known, Tier.Known);
    return known.value;
  }

  private isKnown(source: Address | undefined): boolean {
    return source === undefined || this.counted.isKnown(source);
  }

  /** One text is mostly counted by several signatures, one after the other. */
  private hashOf(text: string): number {
    if (text !== this.hashed) {
      this.hashed = text;
      this.hashedAs = hashText(text);
    }
    return this.hashedAs;
  }

  private grew(by: number): void {
    this.entries += by;
    if (this.entries > this.counted.entries) this.keepToLimit();
  }

  /** Where all groups together hold too much, those idle longest give way, strangers first. */
  private keepToLimit(): void {
    while (this.entries > this.counted.entries) {
      if (!this.tallies.evictOldest(Tier.Stranger)) this.tallies.evictOldest(Tier.Known);
    }
  }

  private evicted({ text, value }: Group<Tally>): void {
    this.counters.countersEvicted++;
    this.entries -= value.weight;
    if (value.shared) this.remember(hashText(text));
  }

  /** A shared group that was pushed out is known when it comes again. */
  private remember(hash: number): void {
    this.seen ??= new SeenFilter(this.counted.seen);
    this.seen.add(hash);
  }
}

function keep(windows: readonly Window[]): number {
  let most = 0;
  for (const window of windows) if (window.atLeast > most) most = window.atLeast;
  return most;
}

function isTier(value: unknown): value is number {
  return value === Tier.Stranger || value === Tier.Known;
}

function isStart(value: unknown): value is number | null {
  return value === null || isTime(value);
}

/** A counted number, or the hash of a counted text. */
function isValue(value: unknown): value is number {
  return Number.isFinite(value);
}

/** What a group reaches that has counted one. */
function reachedByOne(windows: readonly Window[]): Reached | undefined {
  let shortest: Window | undefined;
  for (const window of windows) {
    if (window.atLeast > 1) continue;
    if (shortest === undefined || window.within < shortest.within) shortest = window;
  }
  return shortest && { window: shortest, count: shortest.atLeast };
}
