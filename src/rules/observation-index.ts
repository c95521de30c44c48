import type { Observation, Outcome } from '../detect/observation.js';
import type { CompiledSignature } from './compile.js';

type List = readonly CompiledSignature<Observation>[];

/** Both have few values, and most signatures ask for some of them. */
const DECIDING: ReadonlySet<string> = new Set(['method', 'outcome']);
/** Methods that are told apart; a wire has a dozen. */
const METHODS_LIMIT = 64;

/** Which signatures to try on observations of one name: by method and outcome most cannot match. */
export class ObservationIndex {
  /** All of them, in order of loading. */
  readonly signatures: List;
  private readonly byOutcome = new Map<Outcome | undefined, Map<string, List>>();

  constructor(signatures: List) {
    this.signatures = signatures;
  }

  /** The signatures worth trying, in order of loading. */
  candidatesFor(observation: Observation): List {
    if (this.signatures.length === 0) return this.signatures;
    return (
      this.byOutcome.get(observation.outcome)?.get(observation.method) ?? this.note(observation)
    );
  }

  private note({ outcome, method }: Observation): List {
    let byMethod = this.byOutcome.get(outcome);
    if (byMethod === undefined) {
      byMethod = new Map();
      this.byOutcome.set(outcome, byMethod);
    }
    if (byMethod.size === METHODS_LIMIT) return this.signatures;
    const list = this.worthTrying({ method, outcome } as Observation);
    byMethod.set(method, list);
    return list;
  }

  /**
   * `known` has nothing but what decides. The standing of a source is that of the moment when it is
   * first asked for, and a finding may change it: so where one candidate may make a finding before
   * another asks, all are tried, who asks first included.
   */
  private worthTrying(known: Observation): List {
    const candidates = this.signatures.filter((signature) => {
      const { sieves, share } = signature.clause(({ fields, holds }) =>
        fields.every((field) => DECIDING.has(field)) ? holds(known) : undefined,
      );
      return share > 0 || sieves.length > 0;
    });
    return candidates.length > 1 ? this.signatures : candidates;
  }
}
