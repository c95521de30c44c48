import { Behaviours } from './behaviours.js';
import { Corpus } from './corpus.js';
import { ruleOf } from './fault.js';
import { failureOf, Minimiser } from './minimise.js';
import type { Input, Piece } from './piece.js';
import { Random } from './random.js';
import { Slowest } from './slowest.js';
import type { Target } from './target.js';

/** A promise that was broken, and the smallest inputs that break it. */
export interface Failure {
  readonly target: string;
  readonly rule: string;
  readonly error: unknown;
  readonly inputs: readonly Input[];
  /** The inputs alone do it. Otherwise they are what came last, and the seed tells the rest. */
  readonly reproduced: boolean;
}

const SEARCH_SHARE = 0.02;

export interface FuzzerOptions {
  readonly seed: number;
  /** One step in so many goes uphill towards slower inputs; 0: none does. */
  readonly climbEvery: number;
  /** Of the time of the whole run, so much may go into that, at most; default 0.02. */
  readonly searchShare?: number;
}

/** Feeds one target with mutations of its seeds and of what showed something new. */
export class Fuzzer {
  readonly target: Target;
  readonly behaviours = new Behaviours();
  readonly corpus: Corpus;
  readonly slowest: Slowest;
  /** Pieces that a mutation made, and all that were fed. */
  mutated = 0;
  fed = 0;
  inputs = 0;
  private readonly random: Random;
  /** What is slow depends on the machine: the search for it takes no number from the rest. */
  private readonly climbing: Random;
  private readonly climbEvery: number;
  private readonly searchShare: number;
  private readonly begun = performance.now();
  /** Milliseconds spent on looking for slow inputs. */
  private searching = 0;

  constructor(target: Target, { seed, climbEvery, searchShare = SEARCH_SHARE }: FuzzerOptions) {
    this.target = target;
    this.corpus = new Corpus(target.seeds);
    this.slowest = new Slowest(target);
    this.random = new Random(seed, 1);
    this.climbing = new Random(seed, 2);
    this.climbEvery = climbEvery;
    this.searchShare = searchShare;
  }

  /** All seeds as they are: they teach what is not new, and must keep the promises too. */
  begin(): Failure | undefined {
    for (const seed of this.target.seeds) {
      const failure = this.feed(seed);
      if (failure !== undefined) return failure;
    }
    if (this.climbEvery > 0) {
      for (const input of this.target.worst) this.slowest.consider(input, Number.MAX_VALUE);
    }
    return undefined;
  }

  /** One input more. */
  step(): Failure | undefined {
    const { random, target, corpus } = this;
    const parent = corpus.pick(random);
    const input = target.mutate(random, parent, corpus.pick(random));
    const known = new Set<Piece>(parent);
    for (const piece of input) if (!known.has(piece)) this.mutated++;
    this.inputs++;
    const failure = this.feed(input);
    if (failure !== undefined) return failure;
    if (this.behaviours.fresh > 0) corpus.add(random, input);
    if (this.climbEvery > 0) this.lookForSlow(input);
    return undefined;
  }

  /** Gets a share of the time, since what it finds cannot be measured in one run. */
  private lookForSlow(input: Input): void {
    const begin = performance.now();
    if (this.searching > this.searchShare * (begin - this.begun)) return;
    this.slowest.consider(input, this.target.cost);
    if (this.inputs % this.climbEvery === 0) {
      this.slowest.climb(this.climbing, this.corpus.pick(this.climbing));
    }
    this.searching += performance.now() - begin;
  }

  private feed(input: Input): Failure | undefined {
    this.behaviours.begin();
    try {
      this.target.run(input, this.behaviours);
    } catch (error) {
      return this.explain(input, error);
    }
    this.fed += input.length;
    return undefined;
  }

  /** The smallest inputs that fail in the same way. */
  private explain(input: Input, error: unknown): Failure {
    const { target } = this;
    const rule = ruleOf(error);
    for (const inputs of [[input], target.history]) {
      const again = failureOf(target, inputs);
      if (again === undefined || ruleOf(again) !== rule) continue;
      const smallest = new Minimiser(target, rule).smallest(inputs);
      return { target: target.name, rule, error, inputs: smallest, reproduced: true };
    }
    const inputs = target.history.length > 0 ? target.history : [input];
    return { target: target.name, rule, error, inputs, reproduced: false };
  }
}
