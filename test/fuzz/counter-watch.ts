import type { Counters } from '../../src/telemetry/counters.js';
import { bucket, mix } from './behaviours.js';
import { expect, Fault } from './fault.js';

/** Looks at all counters after each step: they never fall, and are whole numbers. */
export class CounterWatch {
  private readonly counters: Record<string, number>;
  private readonly names: readonly string[];
  private readonly before: Float64Array;
  private readonly places: ReadonlyMap<string, number>;
  /** By how much each counter grew in the last step. */
  private readonly growth: Float64Array;

  constructor(counters: Counters) {
    // Lists of counters are made of the same numbers as the counters beside them.
    this.counters = counters as unknown as Record<string, number>;
    this.names = Object.entries(counters)
      .filter(([, value]) => typeof value === 'number')
      .map(([name]) => name);
    this.before = Float64Array.from(this.names, (name) => this.counters[name]!);
    this.growth = new Float64Array(this.names.length);
    this.places = new Map(this.names.map((name, place) => [name, place]));
  }

  /** Which counters grew since the last step, and roughly by how much, as one number. */
  step(): number {
    const { names, before, counters, growth } = this;
    let behaviour = 0;
    for (let i = 0; i < names.length; i++) {
      const value = counters[names[i]!]!;
      const grown = value - before[i]!;
      growth[i] = grown;
      if (grown === 0) continue;
      // Not a number fails this comparison too.
      if (!(grown > 0)) throw new Fault('a counter never falls', `${names[i]}: ${grown}`);
      before[i] = value;
      behaviour = mix(mix(behaviour, i + 1), bucket(grown));
    }
    return behaviour;
  }

  /** Growth in the last step; 0 for a counter that there is none of. */
  grown(name: string): number {
    const place = this.places.get(name);
    return place === undefined ? 0 : this.growth[place]!;
  }

  /** Names of the counters that grew in the last step. */
  grownNames(): string[] {
    return this.names.filter((_, i) => this.growth[i]! > 0);
  }

  /** Counters that make up a total, such as those of frames left unread. */
  sum(names: readonly string[]): number {
    let sum = 0;
    for (const name of names) sum += this.grown(name);
    expect(Number.isFinite(sum), 'a counter is a number');
    return sum;
  }
}
