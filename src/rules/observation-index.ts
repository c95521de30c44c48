import type { Observation, Outcome } from '../detect/observation.js';
import type { CompiledSignature } from './compile.js';
import { Gates } from './gates.js';
import type { KnownTest } from './index/clause.js';

type List = readonly CompiledSignature<Observation>[];

/** Both have few values, and most signatures ask for some of them. */
const DECIDING: ReadonlySet<string> = new Set(['method', 'outcome']);
/** Methods that are told apart; a wire has a dozen. */
const METHODS_LIMIT = 64;

/** Which signatures to try on observations of one name: by method and outcome most cannot match. */
export class ObservationIndex {
  /** All of them, in order of loading. */
  readonly signatures: List;
  private readonly byOutcome = new Map<Outcome | undefined, Map<string, Gates>>();

  constructor(signatures: List) {
    this.signatures = signatures;
  }

  /** The signatures worth trying, in order of loading. */
  candidatesFor(observation: Observation): List {
    if (this.signatures.length === 0) return this.signatures;
    const known = this.byOutcome.get(observation.outcome)?.get(observation.method);
    return known === undefined ? this.note(observation) : known.find(observation);
  }

  private note(observation: Observation): List {
    const { outcome, method } = observation;
    let byMethod = this.byOutcome.get(outcome);
    if (byMethod === undefined) {
      byMethod = new Map();
      this.byOutcome.set(outcome, byMethod);
    }
    if (byMethod.size === METHODS_LIMIT) return this.signatures;
    const gates = this.gatesFor({ method, outcome } as Observation);
    byMethod.set(method, gates);
    return gates.find(observation);
  }

  /** `known` has nothing but what decides. */
  private gatesFor(known: Observation): Gates {
    const decided: KnownTest<Observation> = (test) =>
      test.fields.every((field) => DECIDING.has(field)) ? test.holds(known) : undefined;
    const candidates = this.signatures.filter((signature) => {
      const { sieves, share } = signature.clause(decided);
      return share > 0 || sieves.length > 0;
    });
    return new Gates(this.signatures, candidates, decided);
  }
}
