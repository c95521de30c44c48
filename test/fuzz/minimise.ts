import { Behaviours } from './behaviours.js';
import { ruleOf } from './fault.js';
import { type Input, type Piece, withBytes } from './piece.js';
import type { Target } from './target.js';

/** Runs of the target that a search for a smaller input may take. */
const MOST_TRIES = 3000;

/** How a new target fails on inputs, one after the other; undefined: it does not. */
export function failureOf(target: Target, inputs: readonly Input[]): unknown {
  const fresh = target.renewed();
  try {
    for (const input of inputs) fresh.run(input, new Behaviours());
  } catch (error) {
    return error;
  }
  return undefined;
}

/** Makes inputs smaller as long as they fail for the same reason. */
export class Minimiser {
  private readonly target: Target;
  private readonly rule: string;
  private tries = 0;

  constructor(target: Target, rule: string) {
    this.target = target;
    this.rule = rule;
  }

  /** The inputs that are needed, and of each the pieces and bytes that are. */
  smallest(inputs: readonly Input[]): Input[] {
    let left = this.fewest([...inputs], (some) => this.fails(some));
    for (let i = 0; i < left.length; i++) {
      const put = (input: Input) => left.map((one, at) => (at === i ? input : one));
      const pieces = this.fewest([...left[i]!], (some) => this.fails(put(some)));
      left = put(pieces);
      for (let j = 0; j < pieces.length; j++) {
        const putPiece = (piece: Piece) => put(left[i]!.map((one, at) => (at === j ? piece : one)));
        left = putPiece(this.shortest(left[i]![j]!, (piece) => this.fails(putPiece(piece))));
      }
    }
    return left;
  }

  private fails(inputs: readonly Input[]): boolean {
    if (this.tries >= MOST_TRIES || inputs.some((input) => input.length === 0)) return false;
    this.tries++;
    const error = failureOf(this.target, inputs);
    return error !== undefined && ruleOf(error) === this.rule;
  }

  /** Leaves out ever smaller runs of a list (Zeller's ddmin). */
  private fewest<T>(list: T[], fails: (some: T[]) => boolean): T[] {
    let left = list;
    for (let size = left.length >> 1; size >= 1; size >>= 1) {
      for (let at = 0; at < left.length; ) {
        const some = [...left.slice(0, at), ...left.slice(at + size)];
        if (some.length > 0 && fails(some)) left = some;
        else at += size;
      }
    }
    return left;
  }

  /** Leaves out ever smaller ranges of bytes, then makes the others plain. */
  private shortest(piece: Piece, fails: (piece: Piece) => boolean): Piece {
    let left = piece;
    for (let size = left.bytes.length >> 1; size >= 1; size >>= 1) {
      for (let at = 0; at < left.bytes.length; ) {
        const { bytes } = left;
        const rest = Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + size)]);
        const shorter = withBytes(left, rest);
        if (fails(shorter)) left = shorter;
        else at += size;
      }
    }
    return left;
  }
}
