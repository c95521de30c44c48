import {
  OBSERVATION_NAMES,
  type Observation,
  type ObservationName,
} from '../detect/observation.js';
import type { DocumentProblem } from '../documents/problem.js';
import { type CompiledSignature, compileSignature } from './compile.js';
import { type MessageSubject, messageFields } from './fields/message-fields.js';
import { observationFields } from './fields/observation-fields.js';
import type { LoadedSignatures } from './load.js';
import { ObservationIndex } from './observation-index.js';
import { SharedTests } from './shared-tests.js';
import type { Signature } from './signature.js';
import { SignatureIndex } from './signature-index.js';

/** Signatures made ready to run, and ways to find those that are worth trying. */
export class SignatureSet {
  /** Those that run, by their index: `deprecated` ones do not. */
  readonly running: readonly Signature[];
  /** What is wrong with the set; one with problems should not be run. */
  readonly problems: readonly DocumentProblem[];
  readonly requests: SignatureIndex;
  readonly responses: SignatureIndex;
  private readonly byObservation: ReadonlyMap<ObservationName, ObservationIndex>;
  private readonly byId: ReadonlyMap<string, Signature>;

  constructor({ signatures, problems: loading, lists }: LoadedSignatures) {
    const problems = [...loading];
    const messageTests = new SharedTests(messageFields, lists);
    const observationTests = new SharedTests(observationFields, lists);
    const overRequests: CompiledSignature<MessageSubject>[] = [];
    const overResponses: CompiledSignature<MessageSubject>[] = [];
    const overObservations = new Map<ObservationName, CompiledSignature<Observation>[]>();
    for (const name of OBSERVATION_NAMES) overObservations.set(name, []);
    this.running = signatures.filter(({ status }) => status !== 'deprecated');
    for (const [index, signature] of this.running.entries()) {
      const { subject } = signature;
      if (subject === 'message') {
        const compiled = compileSignature(signature, index, messageTests, problems);
        const isOverResponses = directionOf(signature) === 'response';
        if (compiled) (isOverResponses ? overResponses : overRequests).push(compiled);
      } else {
        const compiled = compileSignature(signature, index, observationTests, problems);
        if (compiled) overObservations.get(subject)!.push(compiled);
      }
    }
    this.problems = problems;
    this.requests = new SignatureIndex(overRequests, messageFields);
    this.responses = new SignatureIndex(overResponses, messageFields);
    this.byObservation = new Map(
      [...overObservations].map(([name, list]) => [name, new ObservationIndex(list)]),
    );
    this.byId = new Map(this.running.map((signature) => [signature.id, signature]));
  }

  /** Those that look at observations of this name. */
  over(name: ObservationName): ObservationIndex {
    return this.byObservation.get(name)!;
  }

  find(id: string): Signature | undefined {
    return this.byId.get(id);
  }
}

/** Sets that were made to see what is wrong with them, until somebody runs them. */
const CHECKED = new WeakMap<LoadedSignatures, SignatureSet>();

/** What is wrong with signatures; compiling finds what reading cannot. */
export function signatureProblems(loaded: LoadedSignatures): readonly DocumentProblem[] {
  const set = new SignatureSet(loaded);
  CHECKED.set(loaded, set);
  return set.problems;
}

/** A set for one engine alone. Where it was made for a check, it is not compiled a second time. */
export function signatureSet(loaded: LoadedSignatures): SignatureSet {
  const checked = CHECKED.get(loaded);
  CHECKED.delete(loaded);
  return checked ?? new SignatureSet(loaded);
}

/** A signature looks at requests, unless it speaks of responses: a reply echoes what was asked. */
function directionOf(signature: Signature): 'request' | 'response' {
  for (const selection of signature.selections.values()) {
    for (const [key, value] of Object.entries(selection)) {
      if (key === 'status' || key.startsWith('status|')) return 'response';
      if (key === 'is_response' && value === true) return 'response';
    }
  }
  return 'request';
}
