import type { Behaviours } from './behaviours.js';
import type { Input } from './piece.js';
import type { Random } from './random.js';

/** What a piece costs, and which of an input's pieces that is. */
export interface Cost {
  /** Milliseconds; the least of several runs. */
  readonly ms: number;
  readonly at: number;
  /** What sort of piece that is: of each sort only the slowest is kept. */
  readonly kind: string;
}

/** A part of the sensor that is fed with inputs and must keep its promises. */
export interface Target {
  readonly name: string;
  /** What it takes in and which promises are held against it, for people. */
  readonly about: string;
  readonly seeds: readonly Input[];
  /** Inputs that somebody thought to be slow: the search for slower ones begins with them. */
  readonly worst: readonly Input[];
  mutate(random: Random, input: Input, other: Input): Input;
  /** Throws when a promise is broken, or whatever the part itself throws. */
  run(input: Input, behaviours: Behaviours): void;
  /** Milliseconds that the dearest piece of the last `run` took, measured once. */
  readonly cost: number;
  measure(input: Input, runs: number): Cost;
  /** The same target, that has seen nothing yet. */
  renewed(): Target;
  /** Inputs that the one it is made of has seen since it began, the last one included. */
  readonly history: readonly Input[];
  /** Lets go of all that is only kept to explain a failure. */
  forget(): void;
}
